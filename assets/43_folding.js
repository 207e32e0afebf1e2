/**
 * Answers far from what is being read are taken out of the document, and stand in it again before they are
 * seen. Their questions stay, and a place as high as they are: so headings, links and the scrollbar are as ever.
 */
(function (footnote) {
  "use strict";

  const NEAR_PX = 2500;
  /** What was taken out of each answer. @type {Map<Element, DocumentFragment>} */
  const folded = new Map();
  let unfoldedForPaper = false;

  let watcher = null;

  /** Fold this answer whenever it is far away. @param {Element} answer */
  function watch(answer) {
    watcher ??= new IntersectionObserver(looked, {
      root: document.getElementById("scroll"), // of what scrolls: a margin around the window would be cut off by it
      rootMargin: `${NEAR_PX}px 0px`,
    });
    watcher.observe(answer);
  }

  function looked(entries) {
    for (const { target, isIntersecting } of entries) (isIntersecting ? unfold : fold)(target);
  }

  function fold(answer) {
    if (unfoldedForPaper || folded.has(answer) || !answer.isConnected || !isAtRest(answer)) return;
    const { height } = answer.getBoundingClientRect();
    if (!height) return;
    const held = document.createDocumentFragment();
    answer.style.height = `${height}px`;
    held.append(...answer.childNodes);
    folded.set(answer, held);
  }

  /** Neither being written, nor used, nor marked to be copied. */
  function isAtRest(answer) {
    const selection = getSelection();
    return (
      answer.getAttribute("aria-busy") === "false" &&
      !answer.contains(document.activeElement) &&
      (selection.isCollapsed || !selection.containsNode(answer, true))
    );
  }

  function unfold(answer) {
    const held = folded.get(answer);
    if (!held) return;
    folded.delete(answer);
    answer.append(held);
    answer.style.height = "";
  }

  /** Nothing is watched any more that is not on the page. */
  function clear() {
    watcher?.disconnect();
    folded.clear();
  }

  window.addEventListener("beforeprint", () => {
    unfoldedForPaper = true;
    for (const answer of [...folded.keys()]) unfold(answer);
  });
  window.addEventListener("afterprint", () => {
    unfoldedForPaper = false;
  });

  footnote.folding = { watch, clear };
})(window.footnote);
