/** Where words stand on a page's picture: boxes `[x, y, width, height]` in parts of the page. Pure. */
(function (root) {
  "use strict";

  const places = root.footnote?.places ?? require("./37_source_places.js");

  /**
   * A page's words as one text, which is read once.
   * @param {{text: string, box: number[]}[]} words
   * @param {boolean} lettersOnly as for a quote, which may have been divided in other places
   * @returns {function(string): number[][][]} the boxes of each time that a text occurs
   */
  function finder(words, lettersOnly) {
    const starts = [];
    let text = "";
    for (const word of words) {
      starts.push(text.length);
      text += `${word.text} `;
    }
    const folded = places.folded(text, lettersOnly);
    return (wanted) =>
      places.occurrences(folded, places.folded(wanted.trim(), lettersOnly)).map(([start, end]) => {
        const first = starts.findLastIndex((at) => at <= start);
        return words.slice(first, starts.findLastIndex((at) => at < end) + 1).map(({ box }) => box);
      });
  }

  /** The boxes of a quote's words: of all of it, else of each of its paragraphs. @param {function} find */
  function quoted(find, quote) {
    const found = places.attempts(quote).map((quotes) => quotes.flatMap((words) => find(words)[0] ?? []));
    return found.find((some) => some.length) ?? [];
  }

  /** The box around boxes. */
  function around(boxes) {
    const left = Math.min(...boxes.map(([x]) => x));
    const top = Math.min(...boxes.map(([, y]) => y));
    const right = Math.max(...boxes.map(([x, , w]) => x + w));
    const bottom = Math.max(...boxes.map(([, y, , h]) => y + h));
    return [left, top, right - left, bottom - top];
  }

  /** Words' boxes as one for each line: a word that stands beside the one before goes on with its line. */
  function lines(boxes) {
    const found = [];
    for (const box of boxes) {
      const last = found.at(-1)?.at(-1);
      const beside = last && Math.abs(last[1] + last[3] / 2 - (box[1] + box[3] / 2)) < last[3] / 2 && box[0] >= last[0];
      if (beside) found.at(-1).push(box);
      else found.push([box]);
    }
    return found.map(around);
  }

  /** Paragraphs' boxes, those that stand below each other as one. */
  function joined(boxes) {
    const found = [];
    for (const box of boxes) {
      const last = found.at(-1);
      const below = last && box[1] >= last[1] && box[0] < last[0] + last[2] && last[0] < box[0] + box[2];
      if (below) found[found.length - 1] = around([last, box]);
      else found.push(box);
    }
    return found;
  }

  const boxes = { finder, quoted, around, lines, joined };
  if (typeof module !== "undefined") module.exports = boxes;
  else root.footnote.boxes = boxes;
})(typeof window === "undefined" ? globalThis : window);
