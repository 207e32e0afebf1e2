/** What a reload brings back: the conversation that the address names, and a question that was not sent yet. */
(function (footnote) {
  "use strict";

  const { t, reducer, paint, problems, versions, chat } = footnote;
  const { request, read, reach, problemOf } = footnote.request;
  const UNSENT = "footnote.unsent";
  const DRAFT = "footnote.draft";

  let busy = false;
  /** The conversation that was looked for last, whether it came or not. @type {?string} */
  let sought = null;
  let away = new AbortController();

  const addressed = () => footnote.views.session(location.pathname);

  /** Bring back what the address names. */
  function begin() {
    leave();
    away = new AbortController();
    const sessionId = addressed();
    sought = sessionId;
    busy = sessionId !== null;
    if (busy) restore(sessionId, away.signal);
    else {
      footnote.scope.begin(null);
      footnote.models.begin();
      chat.shownState();
    }
  }

  /** What the address named is not wanted any more. */
  function leave() {
    away.abort();
    busy = false;
    sought = null;
  }

  /** Whether the conversation is still to come: what is asked meanwhile waits for it. */
  function isBusy() {
    return busy;
  }

  async function restore(sessionId, signal) {
    document.getElementById("welcome").hidden = true;
    const unsent = footnote.unsent.of(sessionId);
    let session = null;
    try {
      const load = () => request(footnote.earlier.address(sessionId), { signal });
      const reply = await reach(load, { signal, patient: true });
      if (reply.ok) session = reply.body;
      else if (reply.status !== 404 && reply.status !== 400) notice(problems.says(problemOf(reply)));
      else if (!unsent) notice(t("history.not_there"), true);
    } catch {
      return; // another conversation was opened meanwhile
    }
    if (signal.aborted) return;
    busy = false;
    if (session || unsent) restored(sessionId, session ?? { turns: [] }, unsent);
    chat.shownState();
    if (!chat.now.running) chat.next({ status: "complete" });
  }

  function restored(sessionId, { turns: records, earlier }, unsent) {
    chat.now.sessionId = sessionId;
    footnote.scope.begin(sessionId, unsent?.filter ?? footnote.filter.fromRecord(records.at(-1)));
    footnote.models.begin(unsent?.model ?? records.at(-1)?.model);
    bring(records);
    footnote.earlier.begin(earlier);
    if (!footnote.permalinks.show()) {
      footnote.scroll.toEnd();
      footnote.permalinks.find();
    }
    if (unsent && !records.some((record) => record.answer_id === unsent.id)) sendNow(unsent);
  }

  /** Bring what is not on the page yet to its place. @param {boolean} [earlier] before all that is there */
  function bring(records, earlier = false) {
    const { turns } = chat.now;
    const turnOf = (chain) => turns.find((t) => t.answers.some((answer) => chain.some((r) => r.answer_id === answer.id)));
    const chains = versions.chains(records);
    const first = turns.indexOf(chains.map(turnOf).find(Boolean));
    let at = first >= 0 ? first : earlier ? 0 : turns.length;
    for (const chain of chains) {
      let turn = turnOf(chain);
      for (const record of chain) {
        if (turn?.answers.some((answer) => answer.id === record.answer_id)) continue;
        const answer = fromRecord(record);
        if (turn) versions.add(turn, answer, !isEdited(turn));
        else chat.add(answer, null, at);
        turn = answer.turn;
        chat.draw(answer);
      }
      at = turns.indexOf(turn) + 1;
    }
  }

  /** Whether somebody is writing in the place of the version that is shown: it is not taken away then. */
  function isEdited(turn) {
    return turn.answers[turn.shown].parts.root.querySelector(".editing") !== null;
  }

  function fromRecord(record) {
    return {
      id: record.answer_id, query: record.query, model: record.model, filter: footnote.filter.fromRecord(record),
      replaces: record.replaces ?? null, continues: Boolean(record.continues), profile: record.profile ?? null,
      context: record.context ?? null,
      state: reducer.fromRecord(record), arrived: true, feedback: record.feedback,
    };
  }

  /** A question that the page was closed over before it had arrived; one that was refused waits for a word. */
  function sendNow({ refused, ...unsent }) {
    const state = { ...reducer.initial(), status: "streaming" };
    if (refused) Object.assign(state, { status: "error", error: footnote.sending.notSent() });
    const answer = { ...unsent, sessionId: chat.now.sessionId, state };
    const replaced = chat.now.turns.find((turn) => turn.answers.some((a) => a.id === answer.replaces));
    chat.add(answer, replaced);
    if (!refused) chat.now.running = answer;
    chat.draw(answer);
    if (refused) return;
    chat.sent(answer);
  }

  /** Said in the thread's place; with `fresh`, a new conversation is offered. */
  function notice(text, fresh = false) {
    const told = paint.make("p", "notice", text);
    if (fresh) {
      const anew = paint.button("button fresh", t("history.new"));
      anew.onclick = chat.startOver;
      told.append(anew);
    }
    document.getElementById("thread").append(told);
    chat.announce(text, true);
  }

  // --- what was asked in another tab --------------------------------------------------------

  const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("footnote-asked");
  if (tabs) tabs.onmessage = ({ data }) => data === chat.now.sessionId && catchUp();

  /** Tell the other tabs that a question of this conversation is on the server. */
  function tell(sessionId) {
    tabs?.postMessage(sessionId);
  }

  async function catchUp() {
    const { sessionId } = chat.now;
    let session = null;
    try {
      const { ok, body } = await read(await request(footnote.earlier.address(sessionId, footnote.earlier.first())));
      if (ok) session = body;
    } catch {
      return; // it comes with the next reload
    }
    if (!session || chat.now.sessionId !== sessionId) return;
    bring(session.turns);
    chat.shownState();
    if (!chat.now.running) chat.next({ status: "complete" });
  }

  window.addEventListener("popstate", () => {
    if (footnote.views.of(location.pathname) !== "conversation") return;
    if (addressed() === (chat.now.sessionId ?? sought)) return; // a place within the page, such as the skip link's
    chat.clear();
    begin();
  });

  // --- a question that is on its way --------------------------------------------------------

  const unsent = {
    /** Remember it over a reload. */
    keep: ({ sessionId, id, query, filter, model, replaces, continues, profile, context }, refused = false) => {
      const kept = { sessionId, id, query, filter, model, replaces, continues, profile, context, refused };
      stored((store) => store.setItem(UNSENT, JSON.stringify(kept)));
    },
    /** It has arrived. */
    forget: ({ id }) =>
      stored((store) => JSON.parse(store.getItem(UNSENT))?.id === id && store.removeItem(UNSENT)),
    /** The one of this conversation. */
    of: (sessionId) =>
      stored((store) => {
        const kept = JSON.parse(store.getItem(UNSENT));
        return kept?.sessionId === sessionId ? { ...kept, filter: footnote.filter.of(kept.filter) } : null;
      }),
  };

  // --- a question that is being typed ------------------------------------------------------

  document.addEventListener("input", ({ target }) => {
    if (target.id === "query") stored((store) => store.setItem(DRAFT, target.value));
  });

  /** Put back what was typed before a reload. */
  function draft() {
    const typed = stored((store) => store.getItem(DRAFT));
    if (typed && !document.getElementById("query").value) chat.write(typed);
  }

  /** A browser may keep nothing. */
  function stored(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  }

  footnote.restore = { begin, bring, draft, isBusy, leave, notice, tell };
  footnote.unsent = unsent;
})(window.footnote);
