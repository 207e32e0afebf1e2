/** Links to one answer: `/c/<session_id>#a-<answer_id>`. */
(function (footnote) {
  "use strict";

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
      const link = make("a", "tool copy-link", icon("link"), make("span", "", "Link"));
      link.href = path();
      link.setAttribute("aria-label", "Link to this answer");
      return link;
    }
    const copy = button("tool copy-link", "Copy link to this answer", icon("link"), make("span", "", "Copy link"));
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(new URL(path(), location.href).href);
      } catch {
        location.hash = `a-${answerId}`; // a browser that refuses: the address says it
        return;
      }
      footnote.chat.announce("Link copied.");
      copy.lastChild.textContent = "Copied";
      setTimeout(() => (copy.lastChild.textContent = "Copy link"), COPIED_MS);
    });
    return copy;
  }

  window.addEventListener("hashchange", show);

  footnote.permalinks = { show, offer };
})(window.footnote);
