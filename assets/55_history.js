/**
 * The user's conversations: listed, searched, opened, renamed, deleted, and kept fresh, also where
 * another tab has changed something.
 */
(function (footnote) {
  "use strict";

  const { t, conversations, sidebar } = footnote;
  const { request } = footnote.request;
  const FORMS = ["markdown", "html", "docx", "json"];
  const PAGE = 50;
  const TYPING_MS = 250;
  const WATCH_MS = 3000;
  /** So long an answer that begins has the browser and the server to itself. */
  const BEGINNING_MS = 500;
  const TITLE = "Footnote";
  const byId = (id) => document.getElementById(id);

  let past = conversations.initial();
  let open = { sessionId: null, running: false };
  let most = PAGE;
  let failed = false;
  let started = false;
  let asked = 0;
  let watch = 0;
  let beginning = 0;
  /** Titles seen so far: a search may leave out the conversation that is open. @type {Map<string, string>} */
  const titles = new Map();
  const tabs = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("footnote-history");

  // --- the list, as the server has it -------------------------------------------------------

  /** List anew; of several requests only the last one's list is taken. */
  async function refresh() {
    if (!started) return;
    const mine = (asked += 1);
    const search = byId("history-query").value.trim();
    let listed = null;
    try {
      const response = await request(`/sessions${search ? `?q=${encodeURIComponent(search)}` : ""}`);
      if (response.ok) listed = (await response.json()).sessions;
    } catch {
      // Told in the list's place.
    }
    if (mine !== asked) return;
    failed = !listed && (past.listed === null || search !== past.search); // else what stands there is good enough
    if (listed) take(listed, search);
    draw();
    watchRunning();
  }

  function take(listed, search) {
    const searched = search && search !== past.search;
    past = conversations.withList(past, listed, search);
    for (const { session_id: id, title } of listed) titles.set(id, title);
    if (searched) footnote.chat.announce(t(listed.length ? "history.found" : "history.none_found", { count: listed.length }));
  }

  /** What another answer is being written for is looked at until it has ended. */
  function watchRunning() {
    clearTimeout(watch);
    const running = conversations.shown(past, open).some((c) => c.running && c.session_id !== open.sessionId);
    if (running) watch = setTimeout(() => (document.hidden ? watchRunning() : refresh()), WATCH_MS);
  }

  function draw() {
    if (!started || beginning || footnote.renaming.isOpen() || footnote.menu.isOpen()) return;
    const all = conversations.shown(past, open);
    const { first, more } = conversations.bounded(all, most);
    sidebar.paint(byId("history-list"), {
      groups: conversations.grouped(first, { now: new Date(), locale: t.language }),
      more, openId: open.sessionId, search: past.search, failed, loaded: past.listed !== null,
    });
    entitle();
  }

  /** The window is called as the conversation on it; another page has a name of its own. */
  function entitle() {
    if (footnote.views.of(location.pathname) !== "conversation") return;
    const title = past.titles[open.sessionId] ?? titles.get(open.sessionId);
    document.title = title ? `${title} · ${TITLE}` : TITLE;
  }

  // --- what the conversation on the page tells ----------------------------------------------

  /** Which conversation is on the page, and whether it is being answered. */
  function at(sessionId, running) {
    const ended = open.running && !running && open.sessionId === sessionId;
    open = { sessionId, running };
    if (footnote.deletion.isHeld(sessionId)) footnote.deletion.undo(); // gone back to: not to be deleted
    if (!running) begun(); // left, refused or ended: nothing begins any more
    draw();
    if (ended) changed();
    else watchRunning();
  }

  /** A question is on its way. */
  function ask(sessionId, query) {
    asked += 1; // a list that is on its way doesn't know of it
    past = conversations.withAsked(past, sessionId, query, new Date());
    if (!titles.has(sessionId)) titles.set(sessionId, query);
    begun();
    beginning = setTimeout(() => {
      begun();
      draw();
    }, BEGINNING_MS);
  }

  function begun() {
    clearTimeout(beginning);
    beginning = 0;
  }

  /** The question is on the server, or was refused: the list is asked for once its answer has begun. */
  function arrived() {
    const { asked: question } = past;
    setTimeout(() => {
      if (past.asked === question) past = conversations.withArrival(past);
      changed();
    }, BEGINNING_MS);
  }

  /** Something is different on the server: here and in the other tabs. */
  function changed(message = {}) {
    tabs?.postMessage(message);
    refresh();
  }

  // --- what is done in the sidebar ----------------------------------------------------------

  function show(sessionId) {
    footnote.chat.open(sessionId);
    if (!footnote.drawer.close()) byId("scroll").focus({ preventScroll: true });
  }

  function startOver() {
    footnote.drawer.close();
    footnote.chat.startOver();
  }

  function menu(conversation, trigger) {
    const id = conversation.session_id;
    const files = FORMS.map((form) => (
      { label: t(`export.as_${form}`), icon: "save", href: footnote.at(`/api/chat/sessions/${id}/export?format=${form}`) }
    ));
    footnote.menu.open(trigger, [
      { label: t("history.rename"), icon: "pen", act: () => rename(conversation) },
      ...files,
      { label: t("history.delete"), icon: "bin", danger: true, act: () => remove(conversation) },
    ], draw);
  }

  function rename({ session_id: id, title }) {
    footnote.renaming.rename(sidebar.part(id), title, async (typed) => {
      if (typed) past = conversations.withTitle(past, id, typed);
      draw();
      if (!typed) return;
      try {
        const response = await request(`/sessions/${id}`, {
          method: "PATCH",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ title: typed }),
        });
        if (!response.ok) throw new Error("refused");
        titles.set(id, typed);
        footnote.chat.announce(t("history.renamed"));
        await changed();
      } catch {
        footnote.chat.announce(t("history.rename_failed"), true);
      }
      past = conversations.withoutTitle(past, id);
      draw();
    });
  }

  /** Gone from the page at once, from the server when it can't be undone any more. */
  function remove({ session_id: id, title }) {
    const wasOpen = id === open.sessionId;
    past = conversations.withHidden(past, id);
    if (wasOpen) footnote.chat.startOver();
    draw();
    footnote.deletion.hold({ id, title, wasOpen });
    footnote.chat.announce(t("history.deleted_told", { title }));
  }

  function putBack(held) {
    for (const { id } of held) past = conversations.withoutHidden(past, id);
    draw();
    const viewed = held.findLast(({ wasOpen }) => wasOpen);
    if (viewed && !open.sessionId) footnote.chat.open(viewed.id);
    sidebar.part(held.at(-1).id)?.link.focus();
    footnote.chat.announce(t("history.back", { count: held.length }));
  }

  async function sendDeletions(ids, leaving) {
    const sent = Promise.allSettled(
      ids.map((id) => request(`/sessions/${id}`, { method: "DELETE", keepalive: leaving })),
    );
    if (leaving) return ids.forEach((gone) => tabs?.postMessage({ gone }));
    for (const [n, came] of (await sent).entries()) {
      if (came.value?.ok || came.value?.status === 404) tabs?.postMessage({ gone: ids[n] });
      else kept(ids[n]);
    }
    await refresh();
  }

  function kept(id) {
    past = conversations.withoutHidden(past, id);
    footnote.chat.announce(t("history.delete_failed"), true);
  }

  /** Another tab has changed something. */
  function heard({ gone }) {
    if (gone) past = conversations.withHidden(past, gone);
    if (gone && gone === open.sessionId) footnote.chat.leave(t("history.gone"));
    refresh();
  }

  // --- clicks and keys ----------------------------------------------------------------------

  function clicked(event) {
    const { target } = event;
    const id = target.closest(".past")?.dataset.session;
    if (target.closest(".past-link")) {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return; // a tab of its own
      event.preventDefault();
      show(id);
    } else if (target.closest(".past-more")) {
      menu(conversations.shown(past, open).find((c) => c.session_id === id), target.closest(".past-more"));
    } else if (target.closest(".history-again")) {
      refresh();
    } else if (target.closest(".history-clear")) {
      clearSearch();
    } else if (target.closest(".history-more")) {
      showMore();
    }
  }

  function showMore() {
    const before = byId("history-list").querySelectorAll(".past").length;
    most += PAGE;
    draw();
    byId("history-list").querySelectorAll(".past-link")[before]?.focus();
  }

  function clearSearch() {
    byId("history-query").value = "";
    byId("history-query").focus();
    refresh();
  }

  /** The field is made here: one that a component re-renders loses letters on a busy page. */
  function searchField() {
    const field = footnote.paint.make("input", "history-query");
    let typing = 0;
    field.id = "history-query";
    field.type = "search";
    field.placeholder = t("history.search_placeholder");
    field.maxLength = 200;
    field.setAttribute("aria-label", t("history.search"));
    field.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => ((most = PAGE), refresh()), TYPING_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !field.value) return;
      event.preventDefault();
      clearSearch();
    });
    byId("history-search").append(footnote.paint.icon("search"), field);
  }

  function start() {
    if (started) return;
    started = true;
    footnote.drawer.start();
    searchField();
    byId("history-list").addEventListener("click", clicked);
    footnote.deletion.start({ send: sendDeletions, putBack });
    footnote.presence.onWake(refresh);
    footnote.views.onShow(entitle);
    if (tabs) tabs.onmessage = ({ data }) => heard(data);
    refresh();
  }

  for (const id of ["new", "new-short"]) byId(id).addEventListener("click", startOver);

  footnote.history = { PAGE, start, at, ask, arrived, startOver };
})(window.footnote);
