/**
 * What the user says of an answer: shown at once, sent one after the other, and taken back on the page where the
 * server did not keep it. What is said stands in `answer.feedback`.
 */
(function (footnote) {
  "use strict";

  const { opinions } = footnote;

  /** What the server is known to have, and what is on its way there. @type {WeakMap<object, object>} by answer */
  const sendings = new WeakMap();
  /** What is drawn of it. @type {Set<WeakRef<{answer: object, n: number|undefined, draw: () => void}>>} */
  const drawings = new Set();

  function of(answer, n) {
    return opinions.of(answer.feedback ?? [], n);
  }

  /**
   * Say something of an answer or its citation `n`, or nothing any more.
   * @param {object} answer @param {number|undefined} n @param {?object} said
   * @returns {Promise<boolean>} whether the server kept it; where it did not, what it has stands on the page again
   */
  async function say(answer, n, said) {
    const sending = sendings.get(answer) ?? { kept: answer.feedback ?? [], last: Promise.resolve() };
    sendings.set(answer, sending);
    show(answer, n, said);
    const ahead = sending.last;
    const mine = (sending.last = ahead.then(() => sent(answer, n, said)));
    const isKept = await mine;
    if (isKept) sending.kept = opinions.changed(sending.kept, n, said);
    else if (sending.last === mine) show(answer, n, opinions.of(sending.kept, n));
    return isKept;
  }

  function show(answer, n, said) {
    answer.feedback = opinions.changed(answer.feedback ?? [], n, said);
    for (const drawing of drawings) {
      const drawn = drawing.deref();
      if (drawn?.answer === answer && drawn.n === n) drawn.draw();
    }
  }

  async function sent(answer, n, said) {
    const { request } = footnote.request;
    const path = `/answers/${answer.id}/feedback`;
    try {
      if (!said) return (await request(n === undefined ? path : `${path}?n=${n}`, { method: "DELETE" })).status === 204;
      const headers = { "Content-Type": "application/json" };
      return (await request(path, { method: "PUT", headers, body: JSON.stringify(said) })).status === 200;
    } catch {
      return false;
    }
  }

  /** Call `draw` whenever something else is said, for as long as somebody holds what this gives back. */
  function drawn(answer, n, draw) {
    for (const gone of drawings) if (!gone.deref()) drawings.delete(gone);
    const drawing = { answer, n, draw };
    drawings.add(new WeakRef(drawing));
    return drawing;
  }

  footnote.feedback = { of, say, drawn };
})(window.footnote);
