/** A button that copies, and says so: "Copied" for a moment, in itself and to who only listens. */
(function (footnote) {
  "use strict";

  const { make, button, icon } = footnote.paint;
  const COPIED_MS = 2000;

  /** Whether this page may write to the clipboard: over HTTPS, or on this machine. */
  const isPossible = () => Boolean(navigator.clipboard);

  /**
   * @param {{class: string, icon: string, word: string, label: string, told: string,
   *   write: function(): Promise<void>, refused?: function(): void}} about `write` puts it on the clipboard;
   *   `refused` is what is done where the browser does not allow it
   */
  function copyButton(about) {
    const copy = button(about.class, about.label, icon(about.icon), make("span", "", about.word));
    copy.addEventListener("click", () => copied(copy, about));
    return copy;
  }

  /** Copy, and let the button say so. @param {HTMLElement} trigger its last child is its word */
  async function copied(trigger, { write, word, told, refused = tellRefused }) {
    try {
      await write();
    } catch {
      return refused();
    }
    footnote.chat.announce(told);
    trigger.lastChild.textContent = footnote.t("copying.copied");
    setTimeout(() => (trigger.lastChild.textContent = word), COPIED_MS);
  }

  function tellRefused() {
    footnote.chat.announce(footnote.t("copying.copy_refused"), true);
  }

  footnote.copying = { isPossible, copyButton, copied };
})(window.footnote);
