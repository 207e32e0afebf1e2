/** A document by its turns or paragraphs: the passage tinted, the sentence marked, its neighbours readable. */
(function (footnote) {
  "use strict";

  const { t, places, marks } = footnote;
  const { make } = footnote.paint;
  const COLOURS = 8;
  const HEADING = /^(#{1,6} +)([^\n]+)(\n*)/;

  /**
   * What is read of a source, and what the panel does with it.
   * @param {{kind: string, parts: object[]}} source
   * @param {?{seek: function(number): void}} player plays from a turn's time on
   */
  function text(source, player) {
    const { parts } = source;
    const colours = places.speakers(parts);
    const rows = parts.map((part, n) => row(part, n, colours, player));
    const spoken = parts.some((part) => part.speaker || part.start_s !== undefined);
    const root = make(spoken ? "ol" : "div", spoken ? "turns" : "paragraphs", ...rows.map(({ element }) => element));
    let marked = [];
    let at = [];
    let found = [];

    /** Mark a place and go there; whether it is here. */
    function mark(place) {
      marks.unmark(marked);
      const cited = new Set(places.partsOf(parts, place.passage));
      rows.forEach(({ element }, n) => element.classList.toggle("cited", cited.has(n)));
      const quoted = places.quoted(parts, place);
      marked = quoted.flatMap(({ part, start, end }) => marks.mark(rows[part].text, start, end));
      const row = rows[quoted[0]?.part ?? [...cited][0]];
      if (row) footnote.sourceScroll.to(row.element, marked[0]);
      return Boolean(row);
    }

    const find = lazily(() => places.finder(parts));

    /** Highlight what is found; how often it is. */
    function search(words) {
      at = words ? find()(words) : [];
      found = at.map(({ part, start, end }) => marks.range(rows[part].text, start, end));
      marks.highlight("source-found", found);
      marks.highlight("source-found-now", []);
      return found.length;
    }

    /** The first of what was found that doesn't stand above what is seen. */
    function nearest() {
      const top = root.closest(".panel-body").getBoundingClientRect().top;
      return Math.max(0, at.findIndex(({ part }) => rows[part].element.getBoundingClientRect().bottom > top));
    }

    /** Look at one of what was found. */
    function show(n) {
      marks.highlight("source-found-now", [found[n]]);
      footnote.sourceScroll.to(rows[at[n].part].element, found[n]);
    }

    /** Mark the turn that is heard; -1 for none. */
    function heard(n) {
      root.querySelector("[aria-current]")?.removeAttribute("aria-current");
      rows[n]?.element.setAttribute("aria-current", "true");
      return rows[n]?.element ?? null;
    }

    /** The highlights are the document's: they would hold what is shown no more. */
    function leave() {
      for (const name of ["source-found", "source-found-now"]) marks.highlight(name, []);
    }

    return { root, mark, search, nearest, show, heard, leave };
  }

  function row(part, n, colours, player) {
    const said = make("p", "part-text");
    said.dir = "auto";
    said.append(...(part.speaker ? [places.textOf(part)] : worded(places.textOf(part))));
    const head = heading(part, colours, player);
    const element = make(head ? "li" : "div", "part", ...(head ? [head] : []), said);
    element.dataset.part = n;
    return { element, text: said };
  }

  /** A text whose first line may be a heading as Markdown writes it; its marks are there, for offsets count them, but unseen. */
  function worded(text) {
    const [all, sign, title, space] = HEADING.exec(text) ?? [""];
    if (!all) return [text];
    const [before, behind] = [make("span", "", sign), make("span", "", space)];
    before.hidden = behind.hidden = true;
    return [before, make("strong", "part-title", title), behind, text.slice(all.length)];
  }

  /** Who says it and when; null where neither is known. */
  function heading(part, colours, player) {
    const parts = [];
    if (part.speaker) {
      const name = make("span", "speaker", part.speaker);
      name.dataset.colour = colours.get(part.speaker) % COLOURS;
      name.dir = "auto";
      parts.push(name);
    }
    if (part.start_s !== undefined) parts.push(time(part.start_s, player));
    return parts.length ? make("p", "part-head", ...parts) : null;
  }

  /** When it is said: a button where it can be heard. */
  function time(second, player) {
    const clock = footnote.sources.clock(second);
    if (!player) return make("span", "part-time", clock);
    const button = make("button", "part-time", clock);
    button.type = "button";
    button.setAttribute("aria-label", t("source.play_from", { time: clock }));
    button.addEventListener("click", () => player.seek(second));
    return button;
  }

  /** What is made once it is asked for. */
  function lazily(makes) {
    let made;
    return () => (made ??= makes());
  }

  footnote.sourceText = { text };
})(window.footnote);
