/**
 * What a dashboard shows, as it is asked about: bounded here, and once more by the server, which believes nothing.
 *
 * @typedef {{title: string, filter?: {name: string, value: string}[], columns?: string[], rows?: string[][],
 *   text?: string}} About
 */
(function (root) {
  "use strict";

  // src/footnote/web/requests/context.py refuses more, and characters that are none: halves of a pair, and NUL.
  const MOST = { title: 200, filters: 20, name: 100, value: 500, columns: 30, rows: 200, cell: 300, text: 8000 };
  const MOST_BYTES = 32_000;

  const cut = (value, most) => String(value ?? "").trim().slice(0, most).replace(/\p{Surrogate}|\0/gu, "");
  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value)).length;

  /** As much of it as may be sent; null where it says nothing. @param {object} given @returns {?About} */
  function bounded(given) {
    const title = cut(given?.title, MOST.title);
    if (!title) return null;
    const about = { title, filter: filterOf(given.filter) };
    const text = cut(given.text, MOST.text);
    if (text) about.text = text;
    return withRows(about, tableOf(given.data));
  }

  function filterOf(filter) {
    return Object.entries(filter ?? {})
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && String(value) !== "")
      .map(([name, value]) => ({ name: cut(name, MOST.name), value: cut([value].flat().join(", "), MOST.value) }))
      .filter(({ name, value }) => name && value)
      .slice(0, MOST.filters);
  }

  /** Rows as records, or as columns and rows. */
  function tableOf(data) {
    if (!data) return { columns: [], rows: [] };
    if (!Array.isArray(data)) return { columns: data.columns ?? [], rows: data.rows ?? [] };
    const columns = Object.keys(data[0] ?? {});
    return { columns, rows: data.map((record) => columns.map((name) => record[name])) };
  }

  /** With as many of the first rows as there is room for. */
  function withRows(about, { columns, rows }) {
    const named = columns.slice(0, MOST.columns).map((name) => cut(name, MOST.name) || "–");
    const cells = rows.slice(0, MOST.rows).map((row) => named.map((_, at) => cut(row[at], MOST.cell)));
    if (!named.length || !cells.length) return about;
    const whole = { ...about, columns: named, rows: cells };
    while (whole.rows.length > 1 && bytes(whole) > MOST_BYTES) whole.rows = whole.rows.slice(0, whole.rows.length / 2);
    return bytes(whole) > MOST_BYTES ? about : whole;
  }

  if (typeof module !== "undefined") module.exports = { bounded };
  else (root.footnoteHost = root.footnoteHost || {}).bounded = bounded;
})(typeof window === "undefined" ? globalThis : window);
