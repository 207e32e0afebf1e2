/** The one question that waits for the answer before it to end. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon, mark } = footnote.paint;
  const byId = (id) => document.getElementById(id);

  let waits = null;

  function isTaken() {
    return waits !== null;
  }

  /** A third question stays where it is; the one that waits shows why. */
  function refuse() {
    mark(byId("queued"));
    footnote.chat.announce(t("queue.taken"), true);
    return false;
  }

  /** Let a question wait; null for none. @param {boolean} [held] it waits for a word, not for its turn */
  function put(question, held = false) {
    waits = question;
    const place = byId("queued");
    const focused = place.contains(document.activeElement);
    place.hidden = !question;
    place.replaceChildren();
    if (focused && !question) byId("query").focus();
    if (!question) return;
    const remove = button("icon-button remove", t("queue.remove"), icon("close"));
    remove.onclick = () => {
      put(null);
      byId("query").focus();
    };
    place.append(make("span", "next", t("queue.next")), make("span", "next-query", question.query));
    if (held) {
      const now = button("button", t("queue.ask_now"));
      now.onclick = ask;
      place.append(now);
    }
    place.append(remove);
  }

  function ask() {
    footnote.chat.offer(taken()); // another answer may have begun since
  }

  /** What waited, and does so no more. */
  function taken() {
    const question = waits;
    put(null);
    return question;
  }

  /** An answer has ended: it is the turn of what waits. Behind a failure it waits for a word: it may fail as well. */
  function next(state) {
    if (!waits) return;
    if (state.status === "error") put(waits, true);
    else ask();
  }

  footnote.queue = { isTaken, refuse, put, taken, next };
})(window.footnote);
