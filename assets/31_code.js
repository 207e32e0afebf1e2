/** Code in finished blocks: the name of its language, and a button that copies it. The server's HTML has neither. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make } = footnote.paint;

  /** Give the code in a block, or the block that is code, its head. @param {Element} block */
  function dress(block) {
    for (const code of block.matches(".code") ? [block] : block.querySelectorAll(".code")) head(code);
  }

  function head(code) {
    const pre = code.querySelector("pre");
    const language = /language-(\S+)/.exec(pre.firstElementChild?.className ?? "")?.[1] ?? "";
    // What scrolls sideways has to be reached without a mouse.
    pre.tabIndex = 0;
    pre.setAttribute("role", "group");
    pre.setAttribute("aria-label", language ? t("code.in", { language }) : t("code.code"));
    const parts = [make("span", "code-language", language)];
    if (footnote.copying.isPossible()) parts.push(copyButton(pre));
    code.prepend(make("div", "code-head", ...parts));
  }

  function copyButton(pre) {
    return footnote.copying.copyButton({
      class: "tool code-copy", icon: "copy", word: t("copying.copy"), label: t("code.copy"), told: t("code.copied"),
      write: () => navigator.clipboard.writeText(pre.textContent),
    });
  }

  footnote.code = { dress };
})(window.footnote);
