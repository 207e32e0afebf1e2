/**
 * The conversation: asking, stopping, trying again, the one question that waits, and what a
 * reload brings back.
 */
(function (footnote) {
  "use strict";

  const { reducer, paint, stream } = footnote;
  const NOT_THERE = "This conversation is no longer on the server, or is not yours. Ask a new question below.";
  const byId = (id) => document.getElementById(id);

  /** @type {{sessionId: ?string, turns: object[], running: ?object, queued: ?object}} */
  const chat = { sessionId: null, turns: [], running: null, queued: null };
  let frame = 0;
  let filter = [];

  // --- what the page's callbacks call -------------------------------------------------------

  /** The SSE component's text has changed; its first call tells that the page stands. */
  let library = null;
  let restoring = Promise.resolve();
  let visit = 0;
  function receive(value, itsLibrary) {
    if (!library) {
      library = itsLibrary ?? { noun: "document", titles: {} };
      restoring = restore();
    }
    stream.receive(value);
  }

  function send(_clicks, filtered) {
    filter = filtered ?? [];
    const query = byId("query").value.trim();
    if (!query) return byId("query").focus();
    if (chat.running && chat.queued) return refuse();
    write("");
    if (chat.running) queue({ query, filter });
    else ask(query, filter);
  }

  async function stop() {
    const turn = chat.running;
    if (!turn) return;
    turn.stopped = true;
    byId("stop").disabled = true;
    try {
      const response = await stream.request(`/answers/${turn.id}/stop`, { method: "POST" });
      // An answer that isn't there yet is stopped once its question has arrived.
      if (!response.ok && turn.arrived) throw new Error("refused");
    } catch {
      announce("The stop did not reach the server. Try again.", true);
    }
    byId("stop").disabled = false;
  }

  function startOver() {
    clear();
    history.pushState(null, "", "/");
    shownState();
    byId("query").focus();
  }

  /** Show another conversation; what is written for the one that is left goes on. */
  function open(sessionId) {
    if (sessionId === chat.sessionId) return;
    clear();
    history.pushState(null, "", `/c/${sessionId}`);
    byId("welcome").hidden = true;
    restoring = restore();
  }

  /** The conversation on the page is no more. */
  function leave(why) {
    clear();
    history.replaceState(null, "", "/");
    notice(why, true);
    shownState();
  }

  function clear() {
    visit += 1;
    if (chat.queued) write([chat.queued.query, byId("query").value].filter(Boolean).join("\n"));
    stream.close();
    Object.assign(chat, { sessionId: null, turns: [], running: null });
    queue(null);
    byId("thread").replaceChildren();
  }

  window.addEventListener("popstate", () => {
    if (addressed() === chat.sessionId) return; // a place within the page, such as the skip link's or an answer's
    clear();
    restoring = restore();
  });

  // --- asking -------------------------------------------------------------------------------

  function addTurn(turn) {
    turn.parts = paint.place(turn);
    chat.turns.push(turn);
    byId("thread").append(turn.parts.root);
  }

  /** Ask: the question shows at once; a refusal is told in the answer's place. */
  async function ask(query, filtered) {
    await restoring;
    chat.sessionId ??= uuid();
    const turn = {
      id: uuid(), query, filter: filtered, state: { ...reducer.initial(), status: "streaming" },
    };
    addTurn(turn);
    chat.running = turn;
    history.replaceState(null, "", `/c/${chat.sessionId}`);
    footnote.history.ask(chat.sessionId, query);
    shownState();
    draw(turn);
    footnote.scroll.toEnd();
    announce("Searching.");
    const refused = await request(turn);
    turn.arrived = !refused;
    footnote.history.arrived();
    if (chat.running !== turn) return;
    if (turn.stopped && !refused) stop();
    if (refused) settle(turn, { ...turn.state, status: "error", error: refused });
    else follow(turn);
  }

  /** Send the question; the problem, if it was refused. Asking again with one id asks once. */
  async function request(turn) {
    const body = { query: turn.query, session_id: chat.sessionId, answer_id: turn.id, render: "html" };
    if (turn.filter.length) body.recording_filter = turn.filter;
    for (const wait of [500, 1500, 0]) {
      try {
        const response = await stream.request("/answers", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
        return response.status === 201 ? null : await stream.problemOf(response);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return { ...stream.connectionLost(), message: "The question did not reach the server. Check the connection." };
  }

  function follow(turn) {
    stream.follow(turn.id, turn.state, (state, notice) => {
      turn.notice = notice;
      if (reducer.ended(state)) settle(turn, state);
      else update(turn, state);
    });
  }

  function update(turn, state) {
    turn.state = state;
    if (!frame) frame = requestAnimationFrame(() => ((frame = 0), draw(turn)));
  }

  function draw(turn) {
    paint.paint(turn.parts, turn.state, { turn, notice: turn.notice ?? null, library });
    if (reducer.ended(turn.state)) footnote.scroll.settle(turn.parts.root);
    else footnote.scroll.follow();
  }

  /** The answer has ended: draw it whole, say so once, and ask what waits. */
  function settle(turn, state) {
    cancelAnimationFrame(frame);
    frame = 0;
    turn.state = state;
    turn.notice = null;
    chat.running = null;
    draw(turn);
    shownState();
    tell(state);
    goOn(state);
  }

  /** What comes next: another answer of this conversation that is being written, or the question that waits. */
  function goOn(state) {
    const unfinished = chat.turns.find((turn) => !reducer.ended(turn.state));
    if (unfinished) {
      chat.running = unfinished;
      shownState();
      follow(unfinished);
    } else if (chat.queued && state.status === "error") {
      queue(chat.queued, true); // behind a failure it waits for a word: asking it may fail as well
    } else if (chat.queued) {
      askQueued();
    }
  }

  function tell(state) {
    const cited = (state.citations ?? []).filter((c) => c.cited).length;
    if (state.status === "error") announce(state.error.message, true);
    else if (state.status === "cancelled") announce("Stopped.");
    else announce(`The answer is complete, with ${cited} ${cited === 1 ? "source" : "sources"} cited.`);
  }

  // --- the question that waits --------------------------------------------------------------

  function askQueued() {
    const { query, filter: filtered } = chat.queued;
    queue(null);
    ask(query, filtered);
  }

  /** A third question stays in the box; the one that waits shows why. */
  function refuse() {
    paint.mark(byId("queued"));
    announce("One question waits already. Remove it, or wait for its turn.", true);
  }

  function queue(question, held = false) {
    chat.queued = question;
    const place = byId("queued");
    place.hidden = !question;
    place.replaceChildren();
    if (!question) return;
    const remove = paint.button("remove", "Remove the waiting question", paint.icon("close"));
    remove.onclick = () => {
      queue(null);
      byId("query").focus();
    };
    place.append(paint.make("span", "next", "Next"), paint.make("span", "next-query", question.query));
    if (held) {
      const now = paint.button("ask-now", "Ask it now");
      now.onclick = askQueued;
      place.append(now);
    }
    place.append(remove);
  }

  // --- what stands on the page --------------------------------------------------------------

  /** Send or stop, welcome or thread: by what is going on. */
  function shownState() {
    const running = Boolean(chat.running);
    const focused = document.activeElement;
    document.documentElement.dataset.chat = running ? "streaming" : "idle";
    byId("send").classList.toggle("queues", running);
    byId("send").firstChild.textContent = running ? "Queue" : "Send";
    byId("stop").hidden = !running;
    byId("welcome").hidden = chat.turns.length > 0 || byId("thread").childElementCount > 0;
    footnote.history.at(chat.sessionId, running);
    if (focused?.closest("[hidden]")) byId("query").focus();
  }

  /** A random uuid; `crypto.randomUUID` is there only over HTTPS or on this machine. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  /** Put text into the question's box, the way that typing does. */
  function write(text) {
    const box = byId("query");
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function announce(text, urgent = false) {
    byId(urgent ? "alerts" : "announcer").textContent = text;
  }

  /** The conversation that the address names, if it names one. */
  function addressed() {
    return /^\/c\/([^/]+)$/.exec(location.pathname)?.[1] ?? null;
  }

  /** A reload: the conversation that the address names, from the server. */
  async function restore() {
    const sessionId = addressed();
    if (!sessionId) return shownState();
    const mine = visit;
    let session = null;
    let problem = null;
    try {
      const response = await stream.request(`/sessions/${sessionId}?render=html`);
      if (response.ok) session = await response.json();
      else if (response.status === 404 || response.status === 400) problem = NOT_THERE;
      else problem = (await stream.problemOf(response)).message;
    } catch {
      problem = "The conversation could not be loaded. Check the connection and reload the page.";
    }
    if (mine !== visit) return; // another one was opened meanwhile
    if (session) restored(session);
    else notice(problem, problem === NOT_THERE);
    shownState();
  }

  function restored(session) {
    chat.sessionId = session.session_id;
    for (const record of session.turns) {
      const turn = {
        id: record.answer_id, query: record.query, filter: record.recording_filter,
        state: reducer.fromRecord(record),
      };
      turn.arrived = true;
      addTurn(turn);
      draw(turn);
    }
    if (!footnote.permalinks.show()) footnote.scroll.toEnd();
    goOn({ status: "complete" });
  }

  /** Said in the thread's place; with `fresh`, a new conversation is offered. */
  function notice(text, fresh = false) {
    const told = paint.make("p", "notice", text);
    if (fresh) {
      const anew = paint.button("fresh", "New conversation");
      anew.onclick = startOver;
      told.append(anew);
    }
    byId("thread").append(told);
    announce(text, true);
  }

  function again(turnId) {
    const turn = chat.turns.find((t) => t.id === turnId);
    if (turn && !chat.running) ask(turn.query, turn.filter);
  }

  /** Ask a question that the page proposes, as if it had been typed. */
  function propose(query) {
    write(query);
    byId("send").click();
  }

  footnote.chat = { again, propose, open, leave, startOver, announce };
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    footnote: { receive, send, stop },
  });
})(window.footnote);
