/**
 * What a problem says to the person. English is the server's own language; in another one the catalogue has a
 * text for each code of the contract, but for a request that can't be read: only the server can say what is
 * wrong with that.
 */
(function (root) {
  "use strict";

  /**
   * @param {{code?: string, message?: string, reason?: string}} problem `reason` where a code has several messages
   * @param {function} [t] the texts, the page's where left out
   */
  function says({ code, message, reason }, t = root.footnote.t) {
    const key = [`problem.${code}_${reason}`, `problem.${code}`].find((key) => t.has(key));
    return t.language !== "en" && key ? t(key) : (message ?? "");
  }

  const problems = { says };
  if (typeof module !== "undefined") module.exports = problems;
  else root.footnote.problems = problems;
})(typeof window === "undefined" ? globalThis : window);
