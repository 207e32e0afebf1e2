/**
 * Each event of a stream in the browser's console, with its times: `localStorage["footnote.debug"] = 1`, and reload.
 *
 * Told are types, lengths and times, never a text. What an event says of itself is pure.
 */
(function (root) {
  "use strict";

  const KEY = "footnote.debug";

  const SAYS = {
    __proto__: null,
    stage: ({ stage, status }) => `${stage} ${status}`,
    token: ({ content }) => `${content.length} characters`,
    html: ({ html }) => `${html.length} characters`,
    citations: ({ citations }) => `${citations.length} sources`,
    retrying: ({ code, attempt }) => `${code}, try ${attempt}`,
    error: ({ code }) => code,
    done: ({ finish_reason }) => finish_reason,
  };

  /**
   * The events that a response's text holds between two offsets.
   * @param {string} value @param {number} from @param {number} to
   */
  function events(value, from, to) {
    const lines = value.slice(from <= to ? from : 0, to).split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  /**
   * An event in a line.
   * @param {{type: string, seq?: number, elapsed_ms?: number, timings?: {total_ms: number}}} event
   * @param {{received: number, painted: number}} times ms since the answer was first asked for
   */
  function line(event, { received, painted }) {
    const server = event.elapsed_ms ?? event.timings?.total_ms;
    const says = [
      `${event.seq === undefined ? "-" : `#${event.seq}`} ${event.type}`,
      SAYS[event.type]?.(event),
      `received ${Math.round(received)} ms`,
      `painted ${Math.round(painted - received)} ms later`,
      server === undefined ? undefined : `server ${Math.round(server)} ms`,
    ];
    return says.filter(Boolean).join(" · ");
  }

  /** Tells of the events of one answer after the other. @param {function(string): void} tell */
  function teller(tell) {
    let answer = null;
    let began = 0;
    let waiting = [];

    /** New lines have come. */
    function received(id, value, from, to) {
      const now = performance.now();
      if (id !== answer) [answer, began] = [id, now];
      for (const event of events(value, from, to)) waiting.push({ event, received: now - began });
    }

    /** What has come is drawn; the frame after this one finds it on the screen. */
    function drawn() {
      if (!waiting.length) return;
      const these = waiting;
      waiting = [];
      requestAnimationFrame(() => {
        const painted = performance.now() - began;
        for (const one of these) tell(`footnote ${answer.slice(0, 8)} ${line(one.event, { received: one.received, painted })}`);
      });
    }

    return { received, drawn };
  }

  function isWanted() {
    try {
      return localStorage.getItem(KEY) !== null;
    } catch {
      return false; // a browser that keeps nothing
    }
  }

  const nothing = { received() {}, drawn() {} };
  if (typeof module !== "undefined") module.exports = { events, line };
  else (root.footnote = root.footnote || {}).debug = isWanted() ? teller((said) => console.info(said)) : nothing;
})(typeof window === "undefined" ? globalThis : window);
