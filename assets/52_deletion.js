/**
 * Deleting with a way back: the request is held for a few seconds behind a toast with "Undo", and
 * sent at once where the page is left.
 *
 * The seconds are not counted down on who is at the toast: they go on while the pointer or the
 * keyboard is on it, up to a bound.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;
  const HELD_MS = 6000;
  const AT_MOST_MS = 20_000;
  const byId = (id) => document.getElementById(id);

  /** @type {{id: string, title: string, wasOpen: boolean}[]} */
  let held = [];
  let since = 0;
  let timer = 0;
  let act = { send: () => {}, putBack: () => {} };

  /**
   * @param {{send: function(string[], boolean): void, putBack: function(object[]): void}} actions
   *   `send(ids, leaving)` deletes for good; `putBack(conversations)` shows them again
   */
  function start(actions) {
    act = actions;
    window.addEventListener("pagehide", () => release(true));
    byId("toast").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      release(false);
    });
  }

  /** Hold a deletion; one that is held already waits with it. */
  function hold(conversation) {
    held = [...held.filter(({ id }) => id !== conversation.id), conversation];
    since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(expire, HELD_MS);
    show();
  }

  function expire() {
    const toast = byId("toast");
    const attended = toast.matches(":hover") || toast.querySelector(":focus-visible");
    if (attended && Date.now() - since < AT_MOST_MS) timer = setTimeout(expire, 1000);
    else release(false);
  }

  /** Delete for good. */
  function release(leaving) {
    const ids = taken().map(({ id }) => id);
    if (ids.length) act.send(ids, leaving);
  }

  function undo() {
    const all = taken();
    if (all.length) act.putBack(all);
  }

  /** Nothing is held any more, and the toast is gone; what was held. */
  function taken() {
    const all = held;
    held = [];
    clearTimeout(timer);
    show();
    return all;
  }

  function show() {
    const toast = byId("toast");
    const hadFocus = toast.contains(document.activeElement);
    toast.hidden = !held.length;
    byId("history-list").classList.toggle("below-toast", !toast.hidden);
    toast.replaceChildren();
    if (!held.length) {
      if (hadFocus) footnote.drawer.focusInside();
      return;
    }
    const back = button("undo", t("history.undo"));
    back.addEventListener("click", undo);
    const dismiss = button("icon-button", t("history.delete_now"), icon("close"));
    dismiss.addEventListener("click", () => release(false));
    toast.append(make("p", "toast-text", told(held)), back, dismiss);
    back.focus();
  }

  function told(conversations) {
    if (conversations.length > 1) return t("history.deleted_many", { count: conversations.length });
    return make("span", "", make("span", "toast-done", `${t("history.deleted")} `), make("bdi", "", conversations[0].title));
  }

  const isHeld = (sessionId) => held.some(({ id }) => id === sessionId);

  footnote.deletion = { start, hold, undo, isHeld };
})(window.footnote);
