/** The page around the conversation: following the end, keys, and clicks in the thread. */
(function (footnote) {
  "use strict";

  const NEAR_PX = 48;
  const byId = (id) => document.getElementById(id);

  // --- following the end, unless the reader scrolled away from it ---------------------------

  let following = true;
  let last = 0;

  function atEnd(scroll) {
    return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX;
  }

  /** After something was painted. */
  function follow() {
    const scroll = byId("scroll");
    if (following) scroll.scrollTop = last = scroll.scrollHeight;
    footnote.paint.hide(byId("jump"), following || atEnd(scroll));
  }

  function toEnd() {
    following = true;
    follow();
  }

  /** Bring something to the top, and stay there. */
  function to(element) {
    const scroll = byId("scroll");
    following = false;
    scroll.scrollTop = last = Math.max(0, element.offsetTop - NEAR_PX / 4);
    footnote.paint.hide(byId("jump"), atEnd(scroll));
  }

  /**
   * An answer has ended and its sources stand below it: show as much of both as there is room for
   * under the question, and never move what is being read.
   */
  function settle(turn) {
    const scroll = byId("scroll");
    if (!following) return;
    const end = scroll.scrollHeight - scroll.clientHeight;
    scroll.scrollTop = last = Math.max(scroll.scrollTop, Math.min(end, turn.offsetTop - NEAR_PX / 2));
  }

  document.addEventListener(
    "scroll",
    (event) => {
      const scroll = event.target;
      if (scroll.id !== "scroll") return;
      // Only a reader moves up; what is painted only moves the end down.
      if (scroll.scrollTop < last - 2) following = false;
      if (atEnd(scroll)) following = true;
      last = scroll.scrollTop;
      footnote.paint.hide(byId("jump"), following);
    },
    true,
  );

  // --- clicks and keys ----------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    if (event.target.closest("#jump")) toEnd();
  });

  /** The box is as high as its text, up to what its style allows. */
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "query") return;
    target.style.height = "auto";
    target.style.height = `${target.scrollHeight}px`;
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.id === "query" && !event.isComposing;
    if (typing && event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      byId("send").click();
    }
  });

  footnote.scroll = { follow, toEnd, to, settle };
})(window.footnote);
