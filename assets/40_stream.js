/**
 * One answer's stream at a time, through the page's SSE component: opened, watched, taken up again.
 *
 * The component knows no error and no status. That a response has ended is learned from the
 * browser's own timing of it, and that a connection died in silence from the clock: the server
 * sends something at least every ten seconds.
 */
(function (footnote) {
  "use strict";

  const { reducer } = footnote;
  const PATH = "api/chat";
  const WAITS_MS = [1000, 2000, 4000];
  const SILENCE_MS = 25_000;
  const WATCH_MS = 1000;
  const REQUEST_MS = 10_000;

  let connections = 0;
  /**
   * `waiting` is set from the loss of a connection until the next one is opened.
   * @type {?{id: string, state: object, tries: number, heard: number, connection: string,
   *   waiting: boolean, resuming: boolean, timer: ?number}}
   */
  let current = null;
  let onChange = () => {};

  function url(path) {
    return `/${PATH}${path}`;
  }

  /** A request that fails rather than waits for ever. */
  function request(path, options = {}) {
    return fetch(url(path), { cache: "no-store", signal: AbortSignal.timeout(REQUEST_MS), ...options });
  }

  /**
   * Follow an answer from a state; `change(state, notice)` is called whenever there is news.
   * `notice` says what is being done about a lost connection.
   */
  function follow(id, state, change) {
    close();
    onChange = change;
    current = {
      id, state, tries: 0, heard: Date.now(), connection: "", waiting: false, resuming: false, timer: null,
    };
    open();
  }

  /** Stop watching; the answer itself goes on. */
  function close() {
    if (!current) return;
    clearTimeout(current.timer);
    current = null;
    dash_clientside.set_props("chat-sse", { url: null });
  }

  function open() {
    connections += 1;
    current.state = reducer.reopened(current.state);
    current.heard = Date.now();
    current.waiting = false;
    // The number tells this response from earlier ones where the browser reports that it has ended.
    current.connection = url(`/stream?connection=${connections}`);
    dash_clientside.set_props("chat-sse", {
      url: current.connection,
      options: {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
        payload: JSON.stringify({ answer_id: current.id, after: reducer.cursor(current.state), render: "html" }),
      },
    });
  }

  /** The component's text so far has changed. */
  function receive(value) {
    if (!current || !value || current.waiting) return;
    const before = current.state;
    current.state = reducer.consume(before, value);
    current.heard = Date.now();
    if (current.state === before) return;
    if (current.state.seq > before.seq) current.tries = 0;
    const { state } = current;
    if (reducer.ended(state)) close();
    else if (state.continueAfter !== null) open();
    onChange(state, null);
  }

  /** The response is over although the answer is not. */
  function lost() {
    if (!current || current.waiting) return;
    if (current.tries >= WAITS_MS.length) return giveUp(connectionLost());
    const wait = WAITS_MS[current.tries];
    current.tries += 1;
    current.waiting = true;
    current.timer = setTimeout(resume, wait);
    onChange(current.state, navigator.onLine ? "Connection lost. Taking it up again…" : "You are offline.");
  }

  /** Ask what became of the answer, where a refusal can be seen, and go on from the cursor. */
  async function resume() {
    const resumed = current;
    if (resumed.resuming) return;
    resumed.resuming = true;
    let response = null;
    try {
      response = await request(`/answers/${resumed.id}`);
    } catch {
      // The network is still away: counted as one more try.
    }
    resumed.resuming = false;
    if (current !== resumed) return;
    current.waiting = false;
    if (!response || response.status >= 500) lost();
    else if (response.ok && isJson(response)) open();
    else giveUp(await problemOf(response));
  }

  function giveUp(error) {
    const { state } = current;
    close();
    onChange({ ...state, status: "error", error }, null);
  }

  function isJson(response) {
    return (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  }

  /** The problem that a refused request tells of. @param {Response} response */
  async function problemOf(response) {
    if (isJson(response)) {
      try {
        const problem = await response.json();
        if (response.status === 404) {
          problem.message = "The server no longer has this answer. What came of it stands above; ask again.";
          problem.retryable = true;
        }
        if (problem.message) return problem;
      } catch {
        // Not what the server writes: told below.
      }
    }
    return {
      code: "CONNECTION", retryable: true,
      message: "Something in between answered instead of Footnote; you may have to sign in again. Reload the page.",
    };
  }

  function connectionLost() {
    return {
      code: "CONNECTION", retryable: true,
      message: "The connection was lost and could not be taken up again. What came so far is kept.",
    };
  }

  // A response that failed is reported as much as one that ended well.
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (current?.connection && entry.name.endsWith(current.connection)) setTimeout(() => endedOn(entry.name), 100);
    }
  }).observe({ type: "resource" });

  /** What came with the response's last bytes has been handed on by now. */
  function endedOn(name) {
    if (current && name.endsWith(current.connection)) lost();
  }

  setInterval(() => {
    if (current && !current.waiting && Date.now() - current.heard > SILENCE_MS) lost();
  }, WATCH_MS);

  window.addEventListener("online", () => {
    if (!current?.waiting) return;
    clearTimeout(current.timer);
    current.tries = 0;
    resume();
  });

  footnote.stream = { follow, close, receive, request, problemOf, connectionLost };
})(window.footnote);
