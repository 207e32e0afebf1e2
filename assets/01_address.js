/**
 * Where this page stands: below "/", or wherever it was mounted. Every address of its own is made here.
 *
 * A place is an address without what stands before it: "/library" and "/api/chat/answers" wherever the page is.
 */
(function (root) {
  "use strict";

  /** @param {string} base the address of the page's beginning, such as "/" or "/team/ask/" */
  function addresses(base) {
    const before = base.replace(/\/+$/, "");

    /** The address of a place. @param {string} place */
    const at = (place) => before + place;

    /** The place that a path names; null where it is not the page's. @param {string} pathname */
    function place(pathname) {
      if (pathname === before) return "/";
      return pathname.startsWith(`${before}/`) ? pathname.slice(before.length) : null;
    }

    return { at, place };
  }

  if (typeof module !== "undefined") module.exports = { addresses };
  else Object.assign((root.footnote = root.footnote || {}), addresses(document.documentElement.dataset.base));
})(typeof window === "undefined" ? globalThis : window);
