/**
 * The conversation: asking, stopping, asking again, and what follows when an answer has ended.
 *
 * A turn holds the versions of one answer (48_versions.js). An answer is
 * `{id, query, filter, model, replaces, continues, profile, context, state, turn, parts, arrived, gone, stopped, sending,
 * notice}`.
 */
(function (footnote) {
  "use strict";

  const { t, reducer, paint, problems, stream, versions } = footnote;
  const { request, uuid } = footnote.request;
  const byId = (id) => document.getElementById(id);

  /** @type {{sessionId: ?string, turns: object[], running: ?object}} */
  const chat = { sessionId: null, turns: [], running: null };
  /** Calls off the drawing that is due. @type {?() => void} */
  let drawing = null;
  let library = null;
  /** Whether something was sent before the page could ask. */
  let early = false;

  // --- what happens on the page -------------------------------------------------------------

  /** The stream's text has changed; the first call tells that it can be asked for. */
  function receive(value) {
    if (!library) start();
    stream.receive(value);
  }

  function start() {
    library = footnote.scope.start(JSON.parse(byId("documents").textContent));
    footnote.models.start();
    if (library.streaming === false) stream.showWhole();
    footnote.views.show();
    footnote.history.start();
    footnote.onboarding.start();
    footnote.restore.draft();
    footnote.restore.begin();
    footnote.framed.tell("ready");
    if (early) send();
  }

  function send() {
    if (!library) return void (early = true);
    const query = byId("query").value.trim();
    if (!query) byId("query").focus();
    else if (offer(typedQuestion(query))) write("");
  }

  /** What is typed is a question, or the reply to one. */
  function typedQuestion(query) {
    const profile = footnote.onboarding.answers();
    const filter = profile ? footnote.filter.of() : footnote.scope.current();
    return { query, profile, model: footnote.models.of(), filter, context: profile ? null : footnote.about.current() };
  }

  /** Ask, or let it wait for its turn; whether there was room for it. */
  function offer(question) {
    if (!chat.running && !footnote.restore.isBusy()) ask(question);
    else if (footnote.queue.isTaken()) return footnote.queue.refuse();
    else footnote.queue.put(question);
    return true;
  }

  async function stop() {
    const answer = chat.running;
    if (!answer) return;
    answer.stopped = true;
    if (answer.sending?.isPaused()) return answer.sending.away.abort();
    byId("stop").disabled = true;
    try {
      const response = await request(`/answers/${answer.id}/stop`, { method: "POST" });
      // An answer that isn't there yet is stopped once its question has arrived.
      if (!response.ok && answer.arrived) throw new Error("refused");
    } catch {
      announce(t("chat.stop_lost"), true);
    }
    byId("stop").disabled = false;
  }

  function startOver() {
    clear();
    footnote.views.go("/");
    footnote.scope.begin(null);
    footnote.models.begin();
    shownState();
    byId("query").focus();
  }

  /** Show another conversation; what is written for the one that is left goes on. */
  function open(sessionId) {
    if (sessionId !== chat.sessionId) clear();
    footnote.views.go(`/c/${sessionId}`);
    if (sessionId !== chat.sessionId) footnote.restore.begin();
  }

  /** The conversation on the page is no more. */
  function leave(why) {
    clear();
    history.replaceState(null, "", footnote.at("/"));
    footnote.scope.begin(null);
    footnote.models.begin();
    footnote.restore.notice(why, true);
    shownState();
  }

  function clear() {
    const waits = footnote.queue.taken();
    if (waits) write([waits.query, byId("query").value].filter(Boolean).join("\n"));
    stream.close();
    footnote.card.close();
    footnote.about.set(null);
    footnote.restore.leave();
    footnote.earlier.begin(0);
    footnote.folding.clear();
    Object.assign(chat, { sessionId: null, turns: [], running: null });
    byId("thread").replaceChildren();
  }

  // --- asking -------------------------------------------------------------------------------

  /** A version of an answer at the end of its turn; a turn of its own at a place, the last one, where none is named. */
  function add(answer, turn, at = chat.turns.length) {
    if (turn) return versions.add(turn, answer);
    turn = { answers: [], shown: -1 };
    const behind = chat.turns[at];
    chat.turns.splice(at, 0, turn);
    versions.add(turn, answer);
    const { root } = answer.parts;
    if (behind) behind.answers[behind.shown].parts.root.before(root);
    else byId("thread").append(root);
  }

  function fresh({ query, filter, model, replaces = null, continues = false, profile = null, context = null }, id = uuid()) {
    const kept = { profile: replaces?.profile ?? profile, context: replaces?.context ?? context };
    return { id, query, filter, model: footnote.models.of(model), replaces: replaces?.id ?? null, continues, ...kept };
  }

  /**
   * Ask: the question shows at once; a refusal is told in the answer's place.
   * @param {{query: string, filter: object, replaces?: object, continues?: boolean, anew?: object,
   *   profile?: ?string}} question `profile` is who answers, where it is not the model;
   *   `replaces` is the answer that it is another version of, `anew` one that never reached the server
   */
  function ask(question) {
    chat.sessionId ??= uuid();
    const answer = question.anew ?? fresh(question);
    answer.stopped = false;
    answer.state = { ...reducer.initial(), status: "streaming" };
    answer.sessionId = chat.sessionId;
    chat.running = answer;
    sent(answer); // before anything is drawn: the server need not wait for that
    if (!question.anew) add(answer, question.replaces?.turn);
    history.replaceState(null, "", footnote.at(`/c/${chat.sessionId}${location.search}`));
    footnote.scope.asked();
    footnote.history.ask(chat.sessionId, answer.query);
    shownState();
    draw(answer);
    if (!question.replaces) footnote.scroll.toEnd();
    announce(t("chat.searching"));
  }

  /** Send the question, and follow its answer; a question that is stopped before it arrives is not sent. */
  async function sent(answer) {
    const refused = await footnote.sending.send(answer, library.window_s, () => draw(answer));
    footnote.history.arrived();
    if (!refused) footnote.restore.tell(answer.sessionId);
    if (chat.running !== answer) return;
    answer.notice = null;
    if (answer.stopped && !refused) stop();
    if (refused) settle(answer, { ...answer.state, status: "error", error: refused });
    else follow(answer);
  }

  function follow(answer) {
    stream.follow(answer.id, answer.state, (state, notice) => {
      answer.notice = notice;
      (reducer.ended(state) ? settle : update)(answer, state);
    });
  }

  function update(answer, state) {
    if (state.trouble && !answer.state.trouble) announce(problems.says(state.trouble), true);
    const again = state.retrying && state.retrying !== answer.state.retrying;
    answer.state = state;
    if (again) tick(answer, state.retrying);
    if (!drawing) drawing = soon(() => ((drawing = null), draw(answer)));
  }

  /**
   * Do something before the next frame, and behind what is being done: what scrolls within a frame makes another one
   * necessary. A page that nobody sees waits until it is seen.
   * @returns {() => void} calls it off
   */
  function soon(act) {
    if (document.hidden) {
      const frame = requestAnimationFrame(act);
      return () => cancelAnimationFrame(frame);
    }
    const timer = setTimeout(act);
    return () => clearTimeout(timer);
  }

  /** What counts seconds is drawn each second. */
  function tick(answer, retrying) {
    setTimeout(() => {
      if (chat.running !== answer || answer.state.retrying !== retrying) return;
      draw(answer);
      tick(answer, retrying);
    }, 1000);
  }

  function draw(answer) {
    paint.paint(answer.parts, answer.state, { answer, notice: answer.notice ?? null, library });
    footnote.debug.drawn();
    if (!answer.parts.root.isConnected || answer.turn !== chat.turns.at(-1)) return;
    if (reducer.ended(answer.state)) footnote.scroll.settle(answer.parts.root);
    else footnote.scroll.follow();
  }

  /** The answer has ended: draw it whole, say so once, and ask what waits. */
  function settle(answer, state) {
    drawing?.();
    drawing = null;
    answer.state = state;
    answer.notice = null;
    answer.gone = state.error?.status === 404;
    chat.running = null;
    draw(answer);
    shownState();
    tell(state);
    next(state);
  }

  /** What comes next: another answer of this conversation that is being written, or the question that waits. */
  function next(state) {
    const unfinished = chat.turns.flatMap((turn) => turn.answers).find((answer) => !reducer.ended(answer.state));
    if (!unfinished) return footnote.queue.next(state);
    chat.running = unfinished;
    shownState();
    follow(unfinished);
  }

  function tell(state) {
    const cited = (state.citations ?? []).filter((c) => c.cited).length;
    if (state.status === "error") announce(problems.says(state.error), true);
    else if (state.status === "cancelled") announce(t("chat.stopped"));
    else announce(t("chat.complete", { count: cited }));
  }

  // --- what stands on the page --------------------------------------------------------------

  /** Send or stop, welcome or thread: by what is going on. */
  function shownState() {
    const running = Boolean(chat.running);
    const focused = document.activeElement;
    document.documentElement.dataset.chat = running ? "streaming" : "idle";
    byId("send").classList.toggle("queues", running);
    byId("send").firstChild.textContent = t(running ? "composer.queue" : "composer.send");
    byId("stop").hidden = !running;
    byId("welcome").hidden = chat.turns.length > 0 || byId("thread").childElementCount > 0;
    footnote.history.at(chat.sessionId, running);
    footnote.onboarding.at(chat);
    footnote.suggestions.at(chat);
    if (focused?.closest("[hidden]")) byId("query").focus();
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

  footnote.chat = {
    now: chat, ask, offer, open, leave, startOver, add, draw, next, clear, sent, shownState,
    write, announce,
  };
  byId("send").addEventListener("click", send);
  byId("stop").addEventListener("click", stop);
  window.dash_clientside = Object.assign({}, window.dash_clientside, { footnote: { receive } });
})(window.footnote);
