/**
 * What a citation marker of an answer stands for: its source, and the sentence that bears the statement out.
 *
 * Pure: it knows the reducer's state and no DOM, and runs under `node --test`.
 *
 * @typedef {{n: number, passage_id: string, recording_id: string, recording_title: string, excerpt?: string,
 *   speaker?: string, page?: number, start_s?: number}} Source
 * @typedef {{start: number, end: number, verdict: string, evidence: {n: number, quote: string}[]}} Statement
 */
(function (root) {
  "use strict";

  const FENCED = /^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1[`~]*[ \t]*$|$(?![^]))/gm;
  const SPAN = /(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g;
  const MARKER = /(?<!\\)\[\s{0,3}\d{1,3}(?:\s{0,3}[,;–-]\s{0,3}\d{1,3}){0,15}\s{0,3}\]/g;

  /**
   * The source of a number: from the citations, and before they came from what was retrieved.
   * @param {object} state the reducer's @param {number} n
   * @returns {?Source}
   */
  function sourceOf(state, n) {
    const known = state.citations ?? state.retrieved?.passages ?? [];
    return known.find((source) => source.n === n) ?? null;
  }

  /** The numbers of an answer's markers as they stand in its text, each with the offset of its marker. */
  function markers(text) {
    const prose = text.replace(FENCED, blank).replace(SPAN, blank);
    return Array.from(prose.matchAll(MARKER)).flatMap((found) =>
      numbers(found[0]).map((n) => ({ n, at: found.index })),
    );
  }

  function blank(code) {
    return " ".repeat(code.length);
  }

  function numbers(marker) {
    const named = new Set();
    for (const [, first, last = first] of marker.matchAll(/(\d+)(?:\s*[–-]\s*(\d+))?/g)) {
      for (let n = Number(first); n <= Number(last); n += 1) named.add(n);
    }
    return [...named];
  }

  /**
   * The checked statement that a chip stands in.
   * @param {object} state @param {number} n the chip's number
   * @param {number} nth which of the answer's chips with that number it is, from 0
   * @returns {?Statement}
   */
  function statementOf(state, n, nth) {
    const statements = state.statements ?? [];
    const place = statements.length ? markers(state.text).filter((marker) => marker.n === n)[nth] : null;
    if (!place) return null;
    const at = [...state.text.slice(0, place.at)].length; // the statements count in code points
    return statements.findLast((statement) => statement.start <= at) ?? null;
  }

  /** The words of a source that bear out what a chip stands behind: of its statement, else the excerpt. */
  function quoteOf(state, n, nth) {
    const evidence = statementOf(state, n, nth)?.evidence ?? [];
    return evidence.find((found) => found.n === n)?.quote ?? sourceOf(state, n)?.excerpt ?? null;
  }

  /**
   * A text cut where the words to be marked begin and end; in one piece where they don't stand in it, or are all of it.
   * @param {string} text @param {?string} quote
   * @returns {{text: string, marked: boolean}[]}
   */
  function pieces(text, quote) {
    const words = quote?.trim() ?? "";
    const at = words ? text.indexOf(words) : -1;
    if (at < 0 || words.length === text.length) return [{ text, marked: false }];
    const behind = at + words.length;
    return [
      { text: text.slice(0, at), marked: false },
      { text: text.slice(at, behind), marked: true },
      { text: text.slice(behind), marked: false },
    ].filter((piece) => piece.text);
  }

  /**
   * Where a card stands: below the chip, or above it where there is more room; never over it.
   * @param {{left: number, top: number, bottom: number}} chip
   * @param {{width: number, height: number}} card its size where it has all the room it wants
   * @param {{width: number, height: number}} view @param {number} gap around the card
   * @returns {{left: number, top: number, height: number}} `height` is at most the room there is
   */
  function placed(chip, card, view, gap) {
    const below = view.height - chip.bottom - 2 * gap;
    const above = chip.top - 2 * gap;
    const isBelow = card.height <= below || below >= above;
    const height = Math.max(0, Math.min(card.height, isBelow ? below : above));
    const left = Math.max(gap, Math.min(chip.left - gap, view.width - card.width - gap));
    return { left, top: isBelow ? chip.bottom + gap : chip.top - gap - height, height };
  }

  const citing = { sourceOf, markers, statementOf, quoteOf, pieces, placed };
  if (typeof module !== "undefined") module.exports = citing;
  else (root.footnote = root.footnote || {}).citing = citing;
})(typeof window === "undefined" ? globalThis : window);
