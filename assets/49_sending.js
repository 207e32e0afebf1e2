/** A question on its way to the server: kept until it has arrived, sent again while the server is away. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { request, reach, problemOf } = footnote.request;
  const { left } = footnote.stage;

  /** The longest that a browser's timers can wait. */
  const LONGEST_MS = 2 ** 31 - 1;
  let forgetting = 0;

  /**
   * Send an answer's question.
   * @param {object} answer as in 50_chat.js
   * @param {number} windowS the seconds within which questions are counted
   * @param {function(): void} waits draws the answer, whose `notice` says what is waited for
   * @returns {Promise<?object>} the problem, if it was refused or called off
   */
  async function send(answer, windowS, waits) {
    footnote.unsent.keep(answer);
    let refused;
    try {
      refused = await post(answer, windowS, waits);
    } catch (error) {
      if (!answer.sending.away.signal.aborted) throw error;
      refused = notSent();
    }
    if (refused) footnote.unsent.keep(answer, true);
    else footnote.unsent.forget(answer);
    answer.arrived = !refused;
    return refused;
  }

  /** Asking again with one id asks once. */
  async function post(answer, windowS, waits) {
    const away = new AbortController();
    const waiter = footnote.presence.waiter(away.signal);
    answer.sending = { away, isPaused: waiter.isPaused };
    const { signal } = away;
    const body = JSON.stringify(bodyOf(answer));
    const post = () => request("/answers", { method: "POST", headers: { "Content-Type": "application/json" }, body, signal });
    const onWait = (kind) => {
      answer.notice = t(`chat.not_sent_${kind}`);
      waits();
    };
    const reply = await reach(post, { signal, waiter, onWait });
    if (reply.status === 429) tell(0, windowS, reply.body.retry_after_s);
    if (reply.status !== 201) return problemOf(reply);
    tell(reply.body.remaining, windowS, windowS);
    return null;
  }

  function bodyOf({ id, sessionId, query, filter, model, profile, context, replaces, continues }) {
    const body = { query, session_id: sessionId, answer_id: id, render: "html", ...footnote.filter.body(filter) };
    if (profile) body.profile = profile;
    if (model) body.model = model;
    if (context) body.context = context;
    return replaces ? { ...body, replaces, continues } : body;
  }

  /** How many questions are left, for as long as that is known. */
  function tell(remaining, windowS, seconds) {
    clearTimeout(forgetting);
    const place = document.getElementById("remaining");
    place.textContent = left(remaining, windowS);
    if (seconds) forgetting = setTimeout(() => (place.textContent = ""), Math.min(1000 * seconds, LONGEST_MS));
  }

  function notSent() {
    return { code: "NOT_SENT", retryable: true, message: t("chat.not_sent") };
  }

  footnote.sending = { send, notSent };
})(window.footnote);
