/**
 * Where words stand in a document: the sentence that an answer quotes, and what somebody looks for. Pure.
 *
 * A document is read by its parts: turns, paragraphs or rows, `{index, speaker?, pieces: [{passage_id, text}]}`.
 * A place is `{part, start, end}`: characters of the text of the part at `parts[part]`.
 */
(function (root) {
  "use strict";

  const LETTER = /[\p{L}\p{N}]/u;
  /** Stands between two parts, so that nothing is found across them; it is in no document. */
  const BREAK = "\u0000";

  /** The whole text of a part, as it is shown. */
  function textOf(part) {
    return part.pieces.map((piece) => piece.text).join(" ");
  }

  function plain(char) {
    if (char < "\x80") return char.toLowerCase();
    return char.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  /**
   * A text as it is compared: without case and accents, and with one space for many.
   * @param {boolean} [lettersOnly] with letters and digits alone, for what may have been set in other lines
   * @returns {{text: string, starts: number[], ends: number[]}} where each of its characters stands in the original
   */
  function folded(original, lettersOnly = false) {
    let text = "";
    const starts = [];
    const ends = [];
    let at = 0;
    for (const char of original) {
      const from = at;
      at += char.length;
      const space = /\s/.test(char);
      if (lettersOnly ? !LETTER.test(char) : space && text.endsWith(" ")) continue;
      for (const letter of space ? " " : plain(char)) {
        text += letter;
        for (let n = 0; n < letter.length; n += 1) {
          starts.push(from);
          ends.push(at);
        }
      }
    }
    return { text, starts, ends };
  }

  /** Where folded words occur in a folded text: `[start, end]` in the original, one behind the other. */
  function occurrences(text, words, most = Infinity) {
    const found = [];
    if (!words.text.trim()) return found;
    for (let at = text.text.indexOf(words.text); at >= 0 && found.length < most; ) {
      const end = at + words.text.length;
      found.push([text.starts[at], text.ends[end - 1]]);
      at = text.text.indexOf(words.text, end);
    }
    return found;
  }

  /**
   * Parts as one text. @param {{passage?: ?string, named?: boolean}} [which] of one passage alone; with the
   * speakers' names before what they say, as a passage has them
   * @returns {{text: string, spans: {part: number, at: number, from: number, length: number}[]}}
   */
  function flow(parts, { passage = null, named = false } = {}) {
    const spans = [];
    let text = "";
    parts.forEach((part, n) => {
      let from = 0;
      part.pieces.forEach((piece, nth) => {
        if (!passage || piece.passage_id === passage) {
          if (named && part.speaker && nth === 0) text += `${part.speaker}: `;
          spans.push({ part: n, at: text.length, from, length: piece.text.length });
          text += piece.text + (nth < part.pieces.length - 1 ? " " : BREAK);
        }
        from += piece.text.length + 1;
      });
    });
    return { text, spans };
  }

  /** The places that a stretch of a flow's text covers. */
  function placed({ spans }, start, end) {
    const places = [];
    for (let n = first(spans, start); n < spans.length && spans[n].at < end; n += 1) {
      const { part, at, from, length } = spans[n];
      const [a, b] = [Math.max(start, at), Math.min(end, at + length)];
      if (a >= b) continue;
      const before = places.at(-1);
      if (before?.part === part) before.end = from + b - at;
      else places.push({ part, start: from + a - at, end: from + b - at });
    }
    return places;
  }

  /** The last span that begins at or before an offset. */
  function first(spans, offset) {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle].at <= offset) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** Where quoted words stand: in their passage, else anywhere; as a whole, else each of their paragraphs; [] where they don't. */
  function quoted(parts, { passage = null, quote = "" }) {
    for (const within of passage ? [passage, null] : [null]) {
      const whole = flow(parts, { passage: within, named: true });
      const text = folded(whole.text, true);
      const found = attempts(quote ?? "").map((quotes) => quotes.flatMap((words) => standing(whole, text, words)));
      const places = found.find((some) => some.length);
      if (places) return places.sort((one, other) => one.part - other.part || one.start - other.start);
    }
    return [];
  }

  /** What is looked for in place of a quote, one attempt after the other. @returns {string[][]} */
  function attempts(quote) {
    return [[quote], quote.split(/\n{2,}/)];
  }

  function standing(whole, text, quote) {
    const [found] = occurrences(text, folded(quote, true), 1);
    return found ? placed(whole, ...withMarks(whole.text, found, quote)) : [];
  }

  /** A stretch with the full stop and the quotation marks around it that the quote has too. */
  function withMarks(text, [start, end], quote) {
    const [before, after] = [/^[^\p{L}\p{N}]*/u, /[^\p{L}\p{N}]*$/u].map((marks) => marks.exec(quote.trim())[0]);
    return [
      text.slice(0, start).endsWith(before) ? start - before.length : start,
      text.startsWith(after, end) ? end + after.length : end,
    ];
  }

  /** What finds words in a document, which is read only once. @returns {function(string): object[]} places */
  function finder(parts) {
    const whole = flow(parts);
    const text = folded(whole.text);
    return (words) => occurrences(text, folded(words.trim())).flatMap((found) => placed(whole, ...found));
  }

  /** The parts that a passage stands in, as numbers. */
  function partsOf(parts, passage) {
    return parts.flatMap((part, n) => (part.pieces.some((piece) => piece.passage_id === passage) ? [n] : []));
  }

  /** The parts of each page, as numbers; what has no page stands on the first. @returns {Map<number, number[]>} */
  function byPage(parts) {
    const pages = new Map([[1, []]]);
    parts.forEach((part, n) => {
      const page = part.page ?? 1;
      if (!pages.has(page)) pages.set(page, []);
      pages.get(page).push(n);
    });
    return pages;
  }

  /** Each speaker's number, in the order in which they are first heard. @returns {Map<string, number>} */
  function speakers(parts) {
    const numbers = new Map();
    for (const { speaker } of parts) if (speaker && !numbers.has(speaker)) numbers.set(speaker, numbers.size);
    return numbers;
  }

  /** The part that is heard at a second of the recording; -1 before the first. */
  function heardAt(parts, second) {
    return parts.findLastIndex(({ start_s }) => start_s !== undefined && start_s <= second);
  }

  const places = { textOf, folded, occurrences, quoted, attempts, finder, partsOf, byPage, speakers, heardAt };
  if (typeof module !== "undefined") module.exports = places;
  else root.footnote.places = places;
})(typeof window === "undefined" ? globalThis : window);
