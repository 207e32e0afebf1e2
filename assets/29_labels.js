/**
 * What the page adds to an answer's blocks, which the server renders alike for everyone: the direction
 * that each is written in, and the names of what stands in it, in the language of the page.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const NAMES = [
    [".table-scroll", "markdown.table"],
    [".task-done", "markdown.task_done"],
    [".task:not(.task-done)", "markdown.task"],
  ];

  /** Name everything in a block, which may be such a thing itself. @param {?Element} block */
  function name(block) {
    if (!block || t.language === "en") return; // the server's own
    for (const [selector, key] of NAMES) {
      const found = [...block.querySelectorAll(selector), ...(block.matches(selector) ? [block] : [])];
      for (const element of found) element.setAttribute("aria-label", t(key));
    }
  }

  /** A block is read in the direction of its own first letter; code from left to right. @param {?Element} block */
  function direct(block) {
    if (block && !block.dir) block.dir = block.matches(".code") ? "ltr" : "auto";
  }

  footnote.labels = { direct, name };
})(window.footnote);
