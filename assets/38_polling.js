/**
 * One answer followed without a stream: its record is looked at again and again until it is whole.
 *
 * For a page set so, and where something in between lets no events through.
 */
(function (footnote) {
  "use strict";

  const { reducer } = footnote;
  const { request, reach, problemOf } = footnote.request;
  const FIRST_MS = 500;
  const LAST_MS = 2000;
  const GROWTH = 1.25;
  const SECOND_MS = 1000;

  /**
   * Follow an answer from a state until it has ended or the signal aborts.
   * @param {string} id
   * @param {object} state the reducer's, as far as it has come
   * @param {function(object): void} change called with each new state, and each second
   * @param {{signal: AbortSignal, onWait: function(string, string): void}} how
   */
  async function follow(id, state, change, { signal, onWait }) {
    let begun = Date.now();
    const ticking = setInterval(() => change({ ...state, progress: { ...state.progress, begun } }), SECOND_MS);
    try {
      for (let wait = FIRST_MS; ; wait = Math.min(LAST_MS, wait * GROWTH)) {
        const look = () => request(`/answers/${id}?render=html`, { signal });
        const reply = await reach(look, { signal, patient: true, onWait });
        if (!reply.ok) return change({ ...state, status: "error", error: problemOf(reply) });
        begun = Math.min(begun, Date.now() - age(reply));
        state = reducer.polled(state, reply.body);
        if (reducer.ended(state)) return change(state);
        change({ ...state, progress: { ...state.progress, begun } });
        await pause(wait, signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      clearInterval(ticking);
    }
  }

  /** Milliseconds since the question was asked, by the server's clock alone. */
  function age({ headers, body }) {
    const age = Date.parse(headers.get("Date")) - Date.parse(body.created_at);
    return age > 0 ? age : 0;
  }

  function pause(ms, signal) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => (clearTimeout(timer), reject(signal.reason)), { once: true });
    });
  }

  footnote.polling = { follow };
})(window.footnote);
