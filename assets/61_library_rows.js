/**
 * Which documents the library shows, in which order, and what is said of each.
 *
 * Pure: no page, no network, no clock.
 *
 * @typedef {{id: string, title: string, kind: string, file: string, date: ?string, duration_s: ?number,
 *   words: number, speakers: string[], tags: string[], indexed_at: ?string}} Document
 * @typedef {{search: string, kind: ?string, by: string, down: boolean}} View what is looked for, and the order
 */
(function (root) {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? root.footnote.t : require("./02_texts.js").english();
  const MINUTE_S = 60;
  const MINUTES = 60;

  /** What each document is found by, folded once. @type {WeakMap<Document, string>} */
  const texts = new WeakMap();
  const { compare } = new Intl.Collator(t.locale ?? t.language, { numeric: true, sensitivity: "base" });

  const BY = {
    title: (one) => one.title,
    kind: (one) => t(`library.kind_${one.kind}`),
    date: (one) => one.date ?? "",
    length: (one) => one.words,
    status: (one) => one.indexed_at ?? "",
  };

  /** The documents to be shown, in order. @param {Document[]} documents @param {View} view */
  function shown(documents, { search, kind, by, down }) {
    const words = folded(search).split(/\s+/).filter(Boolean);
    const found = documents.filter((one) => (!kind || one.kind === kind) && has(one, words));
    const key = BY[by];
    const order = (a, b) => (typeof key(a) === "number" ? key(a) - key(b) : compare(key(a), key(b)));
    const sign = down ? -1 : 1;
    return found.sort((a, b) => empty(key(a)) - empty(key(b)) || sign * order(a, b) || compare(a.title, b.title));
  }

  /** What says nothing is the last, whichever way. */
  function empty(value) {
    return value === "" ? 1 : 0;
  }

  /** Whether each word begins or stands in something that a document is called or found by. */
  function has(document, words) {
    if (!words.length) return true;
    if (!texts.has(document)) {
      texts.set(document, folded([document.title, document.file, ...document.speakers, ...document.tags].join("\n")));
    }
    return words.every((word) => texts.get(document).includes(word));
  }

  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  /** How many there are of each kind, in the order of the kinds' names. @param {Document[]} documents */
  function kinds(documents) {
    const counts = new Map();
    for (const { kind } of documents) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  }

  /** A recording's time, or how many words a text has. @param {Document} document */
  function length({ duration_s: seconds, words }) {
    return seconds ? duration(seconds) : t("library.words", { count: words });
  }

  function duration(seconds) {
    const unit = (value, name) =>
      new Intl.NumberFormat(t.locale ?? t.language, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
    if (seconds < MINUTE_S) return unit(Math.round(seconds), "second");
    const minutes = Math.round(seconds / MINUTE_S);
    if (minutes < MINUTES) return unit(minutes, "minute");
    const rest = minutes % MINUTES;
    const hours = unit(Math.floor(minutes / MINUTES), "hour");
    return rest ? `${hours} ${unit(rest, "minute")}` : hours;
  }

  /** A day as the language writes it. @param {?string} day such as `2026-03-12` */
  function date(day) {
    if (!day) return "";
    const at = new Date(`${day}T00:00:00Z`);
    return new Intl.DateTimeFormat(t.locale ?? t.language, { dateStyle: "medium", timeZone: "UTC" }).format(at);
  }

  /** A size in bytes, as a person says it. @param {number} bytes */
  function size(bytes) {
    const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, "kilobyte"] : [bytes / 1_000_000, "megabyte"];
    const most = { maximumFractionDigits: value < 10 ? 1 : 0 };
    return new Intl.NumberFormat(t.locale ?? t.language, { style: "unit", unit, ...most }).format(value);
  }

  /** The tags in a line that somebody has typed, each once. @param {string} line */
  function tags(line) {
    return [...new Set(line.split(",").map((tag) => tag.trim().replace(/\s+/g, " ")).filter(Boolean))];
  }

  const rows = { shown, kinds, length, duration, date, size, tags };
  if (inPage) root.footnote.libraryRows = rows;
  else module.exports = rows;
})(typeof window === "undefined" ? globalThis : window);
