/**
 * One answer's stream at a time, through the page's SSE component: opened, watched, taken up again.
 *
 * The component knows no error and no status. That a response has ended is learned from the
 * browser's own timing of it, and that a connection died in silence from the clock: the server
 * sends something at least every ten seconds. It is taken up again for as long as that makes sense.
 */
(function (footnote) {
  "use strict";

  const { t, reducer, presence, polling, problems } = footnote;
  const { url, request, either, read, reach, problemOf } = footnote.request;
  const SILENCE_MS = 25_000;
  const ASLEEP_MS = 12_000;
  /** Later than the server's sign of life, so that only what is held back is looked into. */
  const HELD_MS = 11_000;
  const GRACE_MS = 1000;
  const WATCH_MS = 1000;
  const FRUITLESS = 4;
  const WHOLE = "footnote.whole";

  let connections = 0;
  /**
   * `waiting` is set from the loss of a connection until the next one is opened; `fresh` while
   * nothing has come through this one; `refused` is why the server lets no more streams through,
   * and `fruitless` counts those in a row that ended with nothing.
   * @type {?{id: string, state: object, change: function, tries: number, heard: number, connection: string,
   *   waiting: boolean, fresh: boolean, refused: ?object, fruitless: number, looking: boolean,
   *   away: AbortController, waiter: object}}
   */
  let current = null;
  let whole = false;
  try {
    whole = sessionStorage.getItem(WHOLE) !== null;
  } catch {
    // A browser that keeps nothing: found out anew with each page.
  }

  /**
   * Follow an answer from a state; `change(state, notice)` is called whenever there is news.
   * `notice` says what is being done about a lost connection.
   */
  function follow(id, state, change) {
    close();
    const away = new AbortController();
    current = {
      id, state, change, away, tries: 0, heard: Date.now(), connection: "", waiting: false, fresh: true, refused: null, fruitless: 0,
      looking: false, waiter: presence.waiter(away.signal),
    };
    if (whole) poll();
    else open();
  }

  /** Stop watching; the answer itself goes on. */
  function close() {
    if (!current) return;
    current.waiter.end();
    current.away.abort();
    current = null;
    dash_clientside.set_props("chat-sse", { url: null });
  }

  /** Show answers when they are whole: from the next one on, and the one that is followed. */
  function showWhole() {
    whole = true;
  }

  function poll() {
    const mine = current;
    mine.waiting = true; // nothing is expected of a stream
    const onWait = (kind, message) => mine.change(mine.state, noticeOf(kind, message));
    const change = (state) => {
      if (current !== mine) return;
      mine.state = state;
      if (reducer.ended(state)) close();
      mine.change(state, null);
    };
    polling.follow(mine.id, mine.state, change, { signal: mine.away.signal, onWait });
  }

  function open() {
    connections += 1;
    current.state = reducer.reopened(current.state);
    current.heard = Date.now();
    current.waiting = false;
    current.fresh = true;
    // The number tells this response from earlier ones where the browser reports that it has ended.
    current.connection = url(`/stream?connection=${connections}`);
    const body = JSON.stringify(asksFor(current));
    dash_clientside.set_props("chat-sse", { url: current.connection, options: { ...STREAM, payload: body } });
  }

  const STREAM = {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
  };

  function asksFor({ id, state }) {
    return { answer_id: id, after: reducer.cursor(state), render: "html" };
  }

  /** The component's text so far has changed. */
  function receive(value) {
    if (!current || !value || current.waiting) return;
    const mine = current;
    const before = mine.state;
    mine.state = reducer.consume(before, value);
    mine.heard = Date.now();
    if (mine.state === before) return;
    footnote.debug.received(mine.id, value, before.offset, mine.state.offset);
    if (mine.fresh) mine.waiter.end(true);
    Object.assign(mine, { fresh: false, refused: null, fruitless: 0 });
    if (mine.state.seq > before.seq) mine.tries = 0;
    const { state } = mine;
    if (reducer.ended(state)) close();
    else if (state.continueAfter !== null) open();
    mine.change(state, state.trouble && problems.says(state.trouble));
  }

  /**
   * The response is over although the answer is not: ask what became of it, where a refusal can be
   * seen, and go on from the cursor.
   * @param {boolean} [atOnce] without a wait, as when the page was asleep
   */
  async function lost(atOnce = false) {
    const mine = current;
    if (!mine || mine.waiting) return;
    mine.waiting = true;
    const { signal } = mine.away;
    const onWait = (kind, message) => mine.change(mine.state, noticeOf(kind, message));
    const { trouble } = mine.state;
    const wait = Math.max(presence.backoff(mine.tries), 1000 * ((mine.refused ?? trouble)?.retry_after_s ?? 0));
    mine.tries += 1;
    const says = problems.says(mine.refused ?? trouble ?? {});
    onWait(navigator.onLine ? "lost" : "offline", says);
    try {
      if (!atOnce) await mine.waiter.pause(mine.refused ? "busy" : "lost", wait, says);
      const look = () => request(`/answers/${mine.id}`, { signal });
      const reply = await reach(look, { signal, patient: true, onWait });
      if (!reply.ok) return giveUp(problemOf(reply));
      if (mine.fresh && !mine.refused) return await tryEntry(mine);
      open();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /**
   * Learn why a response brought nothing: the component can't see a status. Asked once; while the
   * server refuses, each further one that brings nothing is taken for refused as well.
   */
  async function tryEntry(mine) {
    const { signal } = mine.away;
    const leave = new AbortController();
    const options = { method: "POST", headers: STREAM.headers, body: JSON.stringify(asksFor(mine)) };
    let refused = null;
    try {
      const response = await request("/stream", { ...options, signal: either(signal, leave.signal) });
      if (!response.ok) refused = await read(response);
    } catch {
      // Not even its head came: whether anything ever does is for the clock to tell.
    }
    leave.abort();
    if (current !== mine) return;
    if (refused?.body && refused.status === 429) {
      mine.refused = refused.body;
      mine.waiting = false;
      return lost();
    }
    if (refused?.body && refused.status < 500) return giveUp(problemOf(refused));
    mine.fruitless += 1;
    if (mine.fruitless < FRUITLESS) open();
    else heldBack(mine);
  }

  function noticeOf(kind, message) {
    if (kind === "offline") return t("connection.answer_offline");
    if (kind === "signin") return t("connection.answer_signin");
    return message || t("connection.answer_lost");
  }

  function giveUp(error) {
    const { state, change } = current;
    close();
    change({ ...state, status: "error", error }, null);
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
    if (!current || current.waiting) return;
    const silent = Date.now() - current.heard;
    if (silent > SILENCE_MS) lost();
    else if (silent > HELD_MS) lookInto();
  }, WATCH_MS);

  presence.onWake(() => {
    if (current && !current.waiting && Date.now() - current.heard > ASLEEP_MS) lost(true);
  });

  /** Nothing comes: is there something that should have come? */
  async function lookInto() {
    const mine = current;
    if (mine.looking) return;
    mine.looking = true;
    const { connection, heard } = mine;
    const silent = () => current === mine && !mine.waiting && mine.connection === connection && mine.heard === heard;
    try {
      const response = await request(`/answers/${mine.id}`, { signal: mine.away.signal });
      const record = response.ok ? await response.json() : null;
      await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
      if (record?.seq > mine.state.seq && silent()) (mine.fresh ? heldBack(mine) : lost(true));
    } catch {
      // It can't be asked either: the silence will tell.
    }
    mine.looking = false;
  }

  /** The answer grows, and its stream doesn't: what never worked is given up for this page's life. */
  function heldBack(mine) {
    showWhole();
    try {
      sessionStorage.setItem(WHOLE, "");
    } catch {
      // Found out anew with the next page.
    }
    presence.tell(t("connection.held_back"));
    dash_clientside.set_props("chat-sse", { url: null });
    mine.connection = "";
    poll();
  }

  footnote.stream = { follow, close, receive, showWhole };
})(window.footnote);
