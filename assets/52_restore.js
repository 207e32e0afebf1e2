/** What a reload brings back: the conversation that the address names, and a question that was not sent yet. */
(function (footnote) {
  "use strict";

  const { reducer, paint, versions, chat } = footnote;
  const { request, reach, problemOf } = footnote.request;
  const UNSENT = "footnote.unsent";
  const NOT_THERE = "This conversation is no longer on the server, or is not yours. Ask a new question below.";

  let busy = false;
  let away = new AbortController();

  /** The conversation that the address names, if it names one. */
  function addressed() {
    return /^\/c\/([^/]+)$/.exec(location.pathname)?.[1] ?? null;
  }

  /** Bring back what the address names. */
  function begin() {
    leave();
    away = new AbortController();
    const sessionId = addressed();
    busy = sessionId !== null;
    if (busy) restore(sessionId, away.signal);
    else chat.shownState();
  }

  /** What the address named is not wanted any more. */
  function leave() {
    away.abort();
    busy = false;
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
      const load = () => request(`/sessions/${sessionId}?render=html`, { signal });
      const reply = await reach(load, { signal, patient: true });
      if (reply.ok) session = reply.body;
      else if (reply.status !== 404 && reply.status !== 400) notice(problemOf(reply).message);
      else if (!unsent) notice(NOT_THERE, true);
    } catch {
      return; // another conversation was opened meanwhile
    }
    if (signal.aborted) return;
    busy = false;
    if (session || unsent) restored(sessionId, session?.turns ?? [], unsent);
    chat.shownState();
    if (!chat.now.running) chat.next({ status: "complete" });
  }

  function restored(sessionId, records, unsent) {
    chat.now.sessionId = sessionId;
    for (const chain of versions.chains(records)) {
      let turn;
      for (const record of chain) {
        const answer = fromRecord(record);
        chat.add(answer, turn);
        turn = answer.turn;
        chat.draw(answer);
      }
    }
    if (!footnote.permalinks.show()) footnote.scroll.toEnd();
    if (unsent && !records.some((record) => record.answer_id === unsent.id)) sendNow(unsent);
  }

  function fromRecord(record) {
    return {
      id: record.answer_id, query: record.query, filter: record.recording_filter,
      replaces: record.replaces ?? null, continues: Boolean(record.continues),
      state: reducer.fromRecord(record), arrived: true,
    };
  }

  /** A question that the page was closed over before it had arrived. */
  function sendNow(unsent) {
    const answer = { ...unsent, state: { ...reducer.initial(), status: "streaming" } };
    const replaced = chat.now.turns.find((turn) => turn.answers.some((a) => a.id === answer.replaces));
    chat.add(answer, replaced);
    chat.now.running = answer;
    chat.draw(answer);
    chat.sent(answer);
  }

  /** Said in the thread's place; with `fresh`, a new conversation is offered. */
  function notice(text, fresh = false) {
    const told = paint.make("p", "notice", text);
    if (fresh) {
      const anew = paint.button("fresh", "New conversation");
      anew.onclick = chat.startOver;
      told.append(anew);
    }
    document.getElementById("thread").append(told);
    chat.announce(text, true);
  }

  window.addEventListener("popstate", () => {
    if (addressed() === chat.now.sessionId) return; // a place within the page, such as the skip link's
    chat.clear();
    begin();
  });

  // --- a question that is on its way --------------------------------------------------------

  const unsent = {
    /** Remember it over a reload. */
    keep: (session, { id, query, filter, replaces, continues }) =>
      stored((store) => store.setItem(UNSENT, JSON.stringify({ session, id, query, filter, replaces, continues }))),
    /** It has arrived, or was refused. */
    forget: ({ id }) =>
      stored((store) => JSON.parse(store.getItem(UNSENT))?.id === id && store.removeItem(UNSENT)),
    /** The one of this conversation. */
    of: (session) =>
      stored((store) => {
        const kept = JSON.parse(store.getItem(UNSENT));
        return kept?.session === session ? kept : null;
      }),
  };

  /** A browser may keep nothing. */
  function stored(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  }

  footnote.restore = { begin, isBusy, leave, notice };
  footnote.unsent = unsent;
})(window.footnote);
