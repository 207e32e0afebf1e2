/** Links to one answer: `/c/<session_id>#a-<answer_id>`. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { icon, make } = footnote.paint;

  /** The answer that the address names; null where it names none. */
  const named = () => /^#a-([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null;

  /** Bring the answer that the address names to the reader; whether it names one that is here. */
  function show() {
    footnote.versions.bringBack(footnote.chat.now.turns, named());
    const answer = named() && document.getElementById(`a-${named()}`);
    if (!answer) return false;
    answer.tabIndex = -1;
    footnote.scroll.to(answer.closest(".turn"));
    answer.focus({ preventScroll: true });
    footnote.paint.mark(answer);
    return true;
  }

  /** What copies an answer's link; where nothing can be copied, the link itself. */
  function offer(answerId) {
    const path = () => `${location.pathname}#a-${answerId}`;
    if (!footnote.copying.isPossible()) {
      const link = make("a", "tool copy-link", icon("link"), make("span", "", t("link.link")));
      link.href = path();
      link.setAttribute("aria-label", t("link.to_answer"));
      return link;
    }
    return footnote.copying.copyButton({
      class: "tool copy-link", icon: "link", word: t("link.copy"), label: t("link.copy_to_answer"),
      told: t("link.copied_told"),
      write: () => navigator.clipboard.writeText(new URL(path(), location.href).href),
      refused: () => (location.hash = `a-${answerId}`), // the address says it
    });
  }

  /** The same, also where it stands in a part of the conversation that is not on the page yet. */
  async function find() {
    if (!named() || show()) return;
    await footnote.earlier.all(named());
    show();
  }

  window.addEventListener("hashchange", find);

  footnote.permalinks = { show, find, offer, named };
})(window.footnote);
