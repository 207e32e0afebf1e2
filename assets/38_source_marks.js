/** Marks on text that is shown: the quoted sentence as `mark` elements, what is found by highlights that change nothing. */
(function (footnote) {
  "use strict";

  /** The text nodes of an element that a stretch of its text covers, each with its own offsets. */
  function covered(element, start, end) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const found = [];
    for (let at = 0, node = walker.nextNode(); node && at < end; at += node.data.length, node = walker.nextNode()) {
      const [from, to] = [Math.max(0, start - at), Math.min(node.data.length, end - at)];
      if (from < to) found.push({ node, from, to });
    }
    return found;
  }

  /** Put `mark` elements around a stretch of an element's text. @returns {Element[]} */
  function mark(element, start, end) {
    return covered(element, start, end).map(({ node, from, to }) => {
      const range = new Range();
      range.setStart(node, from);
      range.setEnd(node, to);
      const made = document.createElement("mark");
      range.surroundContents(made);
      return made;
    });
  }

  function unmark(marks) {
    for (const made of marks) {
      const parent = made.parentNode;
      made.replaceWith(...made.childNodes);
      parent?.normalize();
    }
  }

  /** A stretch of an element's text as a range. */
  function range(element, start, end) {
    const nodes = covered(element, start, end);
    const made = new Range();
    if (!nodes.length) return made;
    made.setStart(nodes[0].node, nodes[0].from);
    made.setEnd(nodes.at(-1).node, nodes.at(-1).to);
    return made;
  }

  /** Highlight ranges under a name of the style; an older browser shows none, and still goes from one to the next. */
  function highlight(name, ranges) {
    if (!window.CSS?.highlights) return;
    if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
    else CSS.highlights.delete(name);
  }

  /**
   * Scroll the panel to a line of a document. What was far away gets its height only when it comes near, so it is
   * gone to first, and then looked where it stands.
   * @param {Element} line @param {?(Element|Range)} [words] in it
   */
  function to(line, words) {
    const body = line.closest(".panel-body");
    if (!body) return; // the source was left meanwhile
    line.scrollIntoView({ block: "center" });
    const settle = () => {
      const [place, seen] = [(words ?? line).getBoundingClientRect(), body.getBoundingClientRect()];
      body.scrollTop += place.top - seen.top - Math.max(24, Math.min(seen.height / 3, (seen.height - place.height) / 2));
    };
    settle();
    requestAnimationFrame(settle);
  }

  /** Keep a line in view, moving no more than that needs. */
  function keep(line) {
    line.scrollIntoView({ block: "nearest" });
  }

  footnote.marks = { mark, unmark, range, highlight };
  footnote.sourceScroll = { to, keep };
})(window.footnote);
