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
  /** Between two quotes; it stands in no sentence. */
  const BETWEEN = "\n\n";
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
   * The checked statements that a chip stands behind: those that begin after the marker before it.
   * @param {object} state @param {number} n the chip's number
   * @param {number} nth which of the answer's chips with that number it is, from 0
   * @returns {Statement[]} the one that it stands in is the last
   */
  function statementsBehind(state, n, nth) {
    const statements = state.statements ?? [];
    const all = statements.length ? markers(state.text) : [];
    const place = all.filter((marker) => marker.n === n)[nth];
    if (!place) return [];
    const points = (offset) => [...state.text.slice(0, offset)].length; // the statements count in code points
    const at = statements.findLastIndex((statement) => statement.start <= points(place.at));
    const before = all.findLast((marker) => marker.at < place.at);
    const first = before ? statements.findIndex((statement) => statement.start > points(before.at)) : 0;
    return at < 0 ? [] : statements.slice(first < 0 ? at : Math.min(first, at), at + 1);
  }

  /** The checked statement that a chip stands in. @returns {?Statement} */
  function statementOf(state, n, nth) {
    return statementsBehind(state, n, nth).at(-1) ?? null;
  }

  /**
   * The words of a source that bear out what a chip stands behind: of the statements since the marker before, each in
   * a paragraph of its own; without such, the excerpt.
   */
  function quoteOf(state, n, nth) {
    const evidence = statementsBehind(state, n, nth).flatMap((statement) => statement.evidence);
    const quotes = new Set(evidence.filter((found) => found.n === n).map(({ quote }) => quote));
    return [...quotes].join(BETWEEN) || (sourceOf(state, n)?.excerpt ?? null);
  }

  /**
   * A text cut where the words to be marked begin and end; in one piece where they don't stand in it, or are all of it.
   * @param {string} text @param {?string} quote as `quoteOf` gives it
   * @returns {{text: string, marked: boolean}[]}
   */
  function pieces(text, quote) {
    const cut = [];
    let behind = 0;
    for (const { from, to } of stretches(text, quote ?? "")) {
      cut.push({ text: text.slice(behind, from), marked: false }, { text: text.slice(from, to), marked: true });
      behind = to;
    }
    cut.push({ text: text.slice(behind), marked: false });
    const filled = cut.filter((piece) => piece.text);
    return filled.length > 1 ? filled : [{ text, marked: false }];
  }

  /** Where quoted words stand in a text, in its order; those with nothing but space between them as one. */
  function stretches(text, quote) {
    const whole = quote.trim();
    const found = (text.includes(whole) ? [whole] : paragraphs(quote))
      .map((words) => ({ from: text.indexOf(words), to: text.indexOf(words) + words.length }))
      .filter(({ from, to }) => from >= 0 && to > from)
      .sort((one, other) => one.from - other.from);
    return found.reduce((all, stretch) => {
      const last = all.at(-1);
      if (last && (stretch.from < last.to || !text.slice(last.to, stretch.from).trim())) last.to = Math.max(last.to, stretch.to);
      else all.push(stretch);
      return all;
    }, []);
  }

  /** The quotes that `quoteOf` has joined. */
  function paragraphs(quote) {
    return quote.split(BETWEEN).map((words) => words.trim()).filter(Boolean);
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
