/**
 * Which page is shown: the conversation, the library or the settings, by the address; at any other one, that nothing
 * is there. All of them stand in one document, so that an answer goes on being written while another page is looked at.
 */
(function (footnote) {
  "use strict";

  // The server answers 404 elsewhere: src/footnote/page/index.py.
  const VIEWS = { "/": "conversation", "/library": "library", "/settings": "settings" };
  const SESSION = /^\/c\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
  const heard = [];
  const followers = [];
  let shown = null;

  /** The view of an address. @param {string} pathname */
  function of(pathname) {
    return VIEWS[footnote.place(pathname)] ?? (session(pathname) ? "conversation" : "nowhere");
  }

  /** The id of the conversation that an address names; null where it names none. @param {string} pathname */
  function session(pathname) {
    return SESSION.exec(footnote.place(pathname) ?? "")?.[1] ?? null;
  }

  /** Go to a place of this document. @param {string} place */
  function go(place) {
    const address = footnote.at(place);
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    show();
  }

  /** Back to the conversation that the page holds, from wherever. */
  function toConversation() {
    const { sessionId } = footnote.chat.now;
    if (of(location.pathname) !== "conversation") go(sessionId ? `/c/${sessionId}` : "/");
  }

  /** Show what the address names; who asked for it is told when that becomes another view. */
  function show() {
    const view = of(location.pathname);
    document.documentElement.dataset.view = view;
    for (const link of document.querySelectorAll("a[data-goes]")) {
      if (link.dataset.goes === view) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const tell of followers) tell();
    if (view === shown) return;
    shown = view;
    if (view !== "conversation") document.title = `${footnote.t(`nav.${view}`)} · Footnote`;
    if (view === "nowhere") document.querySelector(".nowhere h1").focus();
    for (const tell of heard) tell(view);
  }

  /** Be told of each view that comes to be shown, and of the one that is. @param {(view: string) => void} tell */
  function onShow(tell) {
    heard.push(tell);
    if (shown) tell(shown);
  }

  /** Be told whenever another address may be shown. @param {() => void} tell */
  function onAddress(tell) {
    followers.push(tell);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-goes]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(footnote.place(link.pathname));
    footnote.drawer.close();
    document.getElementById(link.dataset.goes)?.focus({ preventScroll: true });
  });
  window.addEventListener("popstate", show);

  document.documentElement.dataset.view = of(location.pathname); // before the page is drawn, so that nothing jumps
  footnote.views = { of, session, go, toConversation, show, onShow, onAddress };
})(window.footnote);
