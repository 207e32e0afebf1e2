/** Links to one answer: `/c/<session_id>#a-<answer_id>`. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { button, icon, make } = footnote.paint;
  const COPIED_MS = 2000;

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
    if (!navigator.clipboard) {
      const link = make("a", "tool copy-link", icon("link"), make("span", "", t("link.link")));
      link.href = path();
      link.setAttribute("aria-label", t("link.to_answer"));
      return link;
    }
    const copy = button("tool copy-link", t("link.copy_to_answer"), icon("link"), make("span", "", t("link.copy")));
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(new URL(path(), location.href).href);
      } catch {
        location.hash = `a-${answerId}`; // a browser that refuses: the address says it
        return;
      }
      footnote.chat.announce(t("link.copied_told"));
      copy.lastChild.textContent = t("link.copied");
      setTimeout(() => (copy.lastChild.textContent = t("link.copy")), COPIED_MS);
    });
    return copy;
  }

  window.addEventListener("hashchange", show);

  footnote.permalinks = { show, offer };
})(window.footnote);
