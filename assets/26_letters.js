/**
 * Where a part of an answer's Markdown stands in its rendered text.
 *
 * Pure. Letters and digits come in the same order in both, once what is not rendered as text is left out:
 * markers, links' addresses, formulas and entities. So a part is found by its letters, whatever marks stand
 * between them, and is not found rather than found in a wrong place where a text is rendered otherwise.
 *
 * @typedef {{from: number, to: number}} Span a half-open range of letters
 */
(function (root) {
  "use strict";

  const LETTERS = /[\p{L}\p{N}]/gu;
  const UNSHOWN = /\[[\d\s,;–-]{1,160}\]|\]\((?:[^()\s]|\([^()\s]*\)){0,500}(?:\s+"[^"]*")?\)|&#?\w{1,31};/g;
  const FORMULA = /\$\$[^$]{1,1000}\$\$|\$(?![\s$])[^$]{1,1000}(?<!\s)\$(?!\d)|\\\([^]{1,1000}?\\\)|\\\[[^]{1,1000}?\\\]/g;

  /**
   * The letters and digits of a text, in a row, and where each stands.
   * @param {string} text
   * @returns {{letters: string, at: number[]}} `at` has an offset for each code unit of `letters`
   */
  function lettersOf(text) {
    const at = [];
    let letters = "";
    for (const { 0: letter, index } of text.matchAll(LETTERS)) {
      letters += letter;
      for (let unit = 0; unit < letter.length; unit += 1) at.push(index + unit);
    }
    return { letters, at };
  }

  /** From offsets in code points, as the server counts, to those of a string. @param {string} text */
  function offsets(text) {
    if (!/[\ud800-\udbff]/.test(text)) return (points) => points;
    const units = [0];
    for (const point of text) units.push(units.at(-1) + point.length);
    return (points) => units[Math.min(points, units.length - 1)];
  }

  /**
   * Each statement's place among the letters of the rendered text, and those of what was not found in it.
   * @param {string} text the answer's Markdown
   * @param {{start: number, end: number, unfound: {start: number, end: number}[]}[]} statements in order
   * @param {string} shown the letters of the rendered text
   * @returns {?(Span & {unfound: Span[]})[]} null for a statement that has no such place
   */
  function places(text, statements, shown) {
    return [...placing(text, statements, shown)];
  }

  /** The same one by one, for who has more to do meanwhile. */
  function* placing(text, statements, shown) {
    const unit = offsets(text);
    let behind = 0;
    for (const { start, end, unfound } of statements) {
      const found = place(text.slice(unit(start), unit(end)), shown, behind);
      behind = found?.to ?? behind;
      const parts = unfound.map((part) => found && within(found, unit(part.start) - unit(start), unit(part.end) - unit(start)));
      yield found && { from: found.from, to: found.to, unfound: parts.filter((part) => part.to > part.from) };
    }
  }

  /** A statement's place: as it would be rendered with formulas, else with dollars that are only dollars. */
  function place(source, shown, behind) {
    const bare = source.replace(UNSHOWN, blank);
    for (const said of [bare.replace(FORMULA, blank), bare]) {
      const { letters, at } = lettersOf(said);
      const from = letters ? shown.indexOf(letters, behind) : -1;
      if (from >= 0) return { from, to: from + letters.length, at };
    }
    return null;
  }

  function within({ from, at }, start, end) {
    const before = (offset) => at.filter((letter) => letter < offset).length;
    return { from: from + before(start), to: from + before(end) };
  }

  function blank(mark) {
    return " ".repeat(mark.length);
  }

  const letters = { lettersOf, places, placing };
  if (typeof module !== "undefined") module.exports = letters;
  else (root.footnote = root.footnote || {}).letters = letters;
})(typeof window === "undefined" ? globalThis : window);
