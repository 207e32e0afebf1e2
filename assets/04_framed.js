/**
 * In a frame of another app's page, of this very site: it hears from that page, and takes up where it was left.
 *
 * What comes from there is data like any other. Nothing is heard from a page of another site, which can't frame
 * this one anyway, or from another window.
 */
(function (footnote) {
  "use strict";

  const PLACE = "footnote.framed";
  const around = window.parent;
  const framed = around !== window && isSameSite();
  const listeners = [];

  function isSameSite() {
    try {
      return around.location.origin === location.origin;
    } catch {
      return false;
    }
  }

  /** Tell the page around this one. @param {string} kind */
  function tell(kind) {
    if (framed) around.postMessage({ footnote: { kind } }, location.origin);
  }

  /** Be told what the page around this one says. @param {function(object): void} listener */
  function hear(listener) {
    listeners.push(listener);
  }

  if (framed) {
    document.documentElement.dataset.framed = window.name;
    window.addEventListener("message", ({ origin, source, data }) => {
      const message = origin === location.origin && source === around ? data?.footnote : null;
      if (message && typeof message === "object") for (const listener of listeners) listener(message);
    });
    window.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) tell("escape");
    });
    resume();
  }

  /** The page around may drop the frame and make another, or show a second one: the conversation is where it was. */
  function resume() {
    const keep = () => stored((store) => store.setItem(PLACE, footnote.place(location.pathname)));
    window.addEventListener("pagehide", keep);
    window.navigation?.addEventListener("currententrychange", keep);
    const kept = footnote.place(location.pathname) === "/" && stored((store) => store.getItem(PLACE));
    if (kept) history.replaceState(null, "", footnote.at(kept));
  }

  /** A browser may keep nothing. */
  function stored(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  }

  footnote.framed = { tell, hear, is: framed };
})(window.footnote);
