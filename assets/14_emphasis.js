/** Emphasis in the words of an unfinished answer (15_words.js): runs of marks, and the pairs they make. Pure. */
(function () {
  "use strict";

  const inPage = typeof module === "undefined";
  const { element, merged, text } = inPage ? window.footnote.sketchNodes : require("./13_sketch_nodes.js");

  const MOST_MARKS = 400;

  /** A run of `*`, `_` or `~`, with what CommonMark's flanking rules let it do: its length, and its items. */
  function delimiters(state) {
    const mark = state.source[state.at];
    let end = state.at;
    while (state.source[end] === mark) end += 1;
    const length = end - state.at;
    const before = state.source.slice(Math.max(state.at - 2, 0), state.at).match(/.$/su)?.[0] ?? " ";
    const after = end < state.source.length ? String.fromCodePoint(state.source.codePointAt(end)) : " ";
    const run = flanking(mark, before, after);
    run.last = end === state.source.length;
    if (mark !== "~") return [length, { ...run, length }];
    const single = length % 2 === 1 ? [state.live && run.last && length === 1 ? text("") : text("~")] : [];
    const pairs = Array.from({ length: Math.floor(length / 2) }, () => ({ ...run, length: 2 }));
    return [length, ...single, ...pairs];
  }

  function flanking(mark, before, after) {
    const isSpace = (character) => /\s/.test(character);
    const isPunctuation = (character) => /[\p{P}\p{S}]/u.test(character);
    const left = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
    const right = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
    const apart = isSpace(before) || isPunctuation(before);
    if (mark !== "_") return { mark, opens: left, closes: right, apart };
    return { mark, opens: left && (!right || isPunctuation(before)), closes: right && (!left || isPunctuation(after)), apart };
  }

  /** Pair the runs; where live, what is still open is closed at the end. */
  function resolve(items, live) {
    if (items.filter((item) => item.mark).length > MOST_MARKS) return items.map(asText);
    const out = [];
    for (const item of items) {
      if (!item.mark) out.push(item);
      else close(out, { ...item, size: item.length }, live);
    }
    return (live ? closedAtEnd(out) : out).map(asText);
  }

  function asText(item) {
    return item.mark ? text(item.mark.repeat(item.length)) : item;
  }

  /** Use a run as a closing one as far as it goes, and keep what is left of it. */
  function close(out, run, live) {
    while (run.closes && run.length > 0) {
      const at = openerOf(out, run);
      if (at < 0) break;
      const opener = out[at];
      // The first of two stars that are about to close a bold text.
      if (live && run.last && run.length === 1 && opener.length >= 2) return;
      const width = run.mark === "~" || (opener.length >= 2 && run.length >= 2) ? 2 : 1;
      wrap(out, at, width);
      run.length -= width;
    }
    if (run.length > 0) out.push(run);
  }

  function openerOf(out, run) {
    for (let at = out.length - 1; at >= 0; at -= 1) {
      const item = out[at];
      if (item.mark !== run.mark || !item.opens) continue;
      const both = (item.closes || run.opens) && run.mark !== "~";
      if (both && (item.size + run.size) % 3 === 0 && !(item.size % 3 === 0 && run.size % 3 === 0)) continue;
      return at;
    }
    return -1;
  }

  /** Put all behind an opening run into an element, taking that many marks off the run. */
  function wrap(out, at, width) {
    const opener = out[at];
    const inner = merged(out.splice(at + 1).map(asText));
    opener.length -= width;
    if (opener.length === 0) out.pop();
    out.push(element(elementOf(opener.mark, width), inner));
  }

  function elementOf(mark, width) {
    if (mark === "~") return "s";
    return width === 2 ? "strong" : "em";
  }

  function closedAtEnd(out) {
    const trailing = out[out.length - 1];
    if (trailing && trailing.mark && trailing.last) out.pop();
    for (let at = out.length - 1; at >= 0; at -= 1) {
      const run = out[at];
      // One star inside a word is more often a product than an emphasis.
      const speculative = run.mark && run.opens && (run.apart || run.length > 1);
      while (speculative && run.length > 0) wrap(out, at, Math.min(run.length, 2));
    }
    return out;
  }

  const exported = { delimiters, resolve };
  if (typeof module !== "undefined") module.exports = exported;
  else window.footnote.emphasis = exported;
})();
