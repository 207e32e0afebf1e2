/**
 * The lines of a sketch (20_sketch.js), and what their end means. Pure.
 *
 * @typedef {{live: boolean, partial: boolean}} End  live: the last block may go on; partial: its last line too
 */
(function (root) {
  "use strict";

  /** What ends without more to come. */
  const DONE = { live: false, partial: false };

  function isBlank(line) {
    return /^[ \t]*$/.test(line);
  }

  function indentOf(line) {
    return /^ */.exec(line)[0].length;
  }

  /** What the end of all lines means for a block that stops before the line `next`. */
  function endAt(next, lines, end) {
    return next >= lines.length ? end : DONE;
  }

  const sketchLines = { DONE, isBlank, indentOf, endAt };
  if (typeof module !== "undefined") module.exports = sketchLines;
  else (root.footnote = root.footnote || {}).sketchLines = sketchLines;
})(typeof window === "undefined" ? globalThis : window);
