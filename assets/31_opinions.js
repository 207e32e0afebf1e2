/**
 * What a user says of an answer and of its citations, as a list of what was said; pure.
 *
 * @typedef {"up"|"down"|"wrong_source"} Verdict
 * @typedef {{verdict: Verdict, n?: number, reason?: string, comment?: string}} Said
 */
(function (root) {
  "use strict";

  /** The reasons that can be given for each, as the server takes them. */
  const REASONS = {
    up: ["accurate", "complete", "well_sourced", "clear", "other"],
    down: ["incorrect", "incomplete", "unsupported", "off_topic", "outdated", "other"],
    wrong_source: ["not_said", "out_of_context", "outdated", "better_source", "other"],
  };

  /** What was said of the citation `n`, or without it of the whole answer. @param {Said[]} list @returns {?Said} */
  function of(list, n) {
    return list.find((said) => said.n === n) ?? null;
  }

  /** The list with this said of `n` in place of what was; with null, nothing. @returns {Said[]} */
  function changed(list, n, said) {
    const others = list.filter((other) => other.n !== n);
    return said ? [...others, said] : others;
  }

  /**
   * What is said once a button was pressed: the same again takes it back, another begins anew.
   * @param {?Said} said @param {Verdict} verdict @param {number} [n]
   */
  function pressed(said, verdict, n) {
    if (said?.verdict === verdict) return null;
    return n === undefined ? { verdict } : { verdict, n };
  }

  /** The same with a reason and a comment, as far as they are given. */
  function explained({ verdict, n }, reason, comment) {
    const said = n === undefined ? { verdict } : { verdict, n };
    if (reason) said.reason = reason;
    if (comment.trim()) said.comment = comment.trim();
    return said;
  }

  const opinions = { REASONS, of, changed, pressed, explained };
  if (typeof module !== "undefined") module.exports = opinions;
  else (root.footnote = root.footnote || {}).opinions = opinions;
})(typeof window === "undefined" ? globalThis : window);
