/**
 * The underlines of an answer's statements: ranges over its text, which itself stays as it is.
 *
 * A browser without the CSS Custom Highlight API shows none; the list below the answer says the same in words.
 */
(function (footnote) {
  "use strict";

  const { letters } = footnote;
  const HIGHLIGHTS = ["support-uncited", "support-weak", "support-unfound"];
  const SHOWN = "support-shown";
  const SHOWN_MS = 2400;
  const UNSAID = ".cites, .formula, .task, button";

  /** What is underlined, by the element of the answer's text. @type {Map<Element, Object<string, StaticRange[]>>} */
  const drawn = new Map();
  let fading = 0;

  /**
   * The words of an answer's text as it is rendered: its text nodes, and where each letter stands in them.
   * @param {Element} body
   */
  function* read(body) {
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      return node.matches(UNSAID) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    });
    const pieces = [];
    const places = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { letters: found, at } = letters.lettersOf(node.data);
      pieces.push(found);
      for (const offset of at) places.push({ node, offset });
      yield;
    }
    return { shown: pieces.join(""), places };
  }

  /** Ranges over these letters, one for each text node: what stands between, such as a chip, stays out. */
  function ranges(places, { from, to }) {
    const made = [];
    for (let at = from; at < to; ) {
      const { node } = places[at];
      const begin = at === from ? places[at].offset : 0;
      while (at < to && places[at].node === node) at += 1;
      const end = at < to ? node.length : places[at - 1].offset + 1;
      made.push(new StaticRange({ startContainer: node, startOffset: begin, endContainer: node, endOffset: end }));
    }
    return made;
  }

  /**
   * Underline what is doubtful. A long answer has thousands of words to look for: done at a stretch, it would hold up
   * who goes on reading.
   * @param {Element} body the element of the answer's text @param {object} state the reducer's
   * @returns {Promise<?{ranges: StaticRange[], unfound: StaticRange[][]}[]>} for each statement where it stands; null
   *   where that is not known
   */
  function mark(body, state) {
    return footnote.breath.through(marking(body, state));
  }

  function* marking(body, state) {
    const { shown, places } = yield* read(body);
    const found = [];
    for (const place of letters.placing(state.text, state.statements, shown)) {
      found.push(place && { ranges: ranges(places, place), unfound: place.unfound.map((part) => ranges(places, part)) });
      yield;
    }
    const lines = Object.fromEntries(HIGHLIGHTS.map((name) => [name, []]));
    state.statements.forEach(({ verdict }, number) => {
      if (found[number]) lines[`support-${verdict}`]?.push(...found[number].ranges);
      lines["support-unfound"].push(...(found[number]?.unfound.flat() ?? []));
    });
    drawn.set(body, lines);
    draw();
    return found;
  }

  /** Give the browser the ranges of all answers of the conversation that is shown. */
  function draw() {
    if (!CSS.highlights) return;
    const kept = new Set(footnote.chat.now.turns.flatMap((turn) => turn.answers.map((answer) => bodyOf(answer))));
    for (const body of drawn.keys()) if (!kept.has(body)) drawn.delete(body);
    HIGHLIGHTS.forEach((name, priority) => {
      const highlight = new Highlight(...[...drawn.values()].flatMap((lines) => lines[name]));
      highlight.priority = priority;
      CSS.highlights.set(name, highlight);
    });
  }

  function bodyOf(answer) {
    return answer.parts.blocks.parentElement;
  }

  /** Bring a part of an answer into view, and draw the eye to it for a moment. */
  function show(parts) {
    const element = parts[0].startContainer.parentElement;
    element.scrollIntoView({ block: "center" });
    if (!CSS.highlights) return footnote.paint.mark(element);
    CSS.highlights.set(SHOWN, new Highlight(...parts));
    clearTimeout(fading);
    fading = setTimeout(() => CSS.highlights.delete(SHOWN), SHOWN_MS);
  }

  footnote.supportMarks = { mark, show, bodyOf };
})((window.footnote = window.footnote || {}));
