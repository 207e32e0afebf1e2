/**
 * The names of what stands in an answer's blocks, in the language of the page: the server renders the same
 * blocks for all languages.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const NAMES = [
    [".table-scroll", () => t("markdown.table")],
    [".task-done", () => t("markdown.task_done")],
    [".task:not(.task-done)", () => t("markdown.task")],
  ];

  /** Name everything in a block, which may be such a thing itself. @param {?Element} block */
  function name(block) {
    if (!block || t.language === "en") return; // the server's own
    for (const [selector, says] of NAMES) {
      const found = [...block.querySelectorAll(selector), ...(block.matches(selector) ? [block] : [])];
      for (const element of found) element.setAttribute("aria-label", says(element));
    }
  }

  footnote.labels = { name };
})(window.footnote);
