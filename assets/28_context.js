/**
 * What a question is about besides its words: a chart, a table or a few words of the app around the page.
 *
 * @typedef {{title: string, filter: {name: string, value: string}[], columns: string[], rows: string[][],
 *   text: string}} Context
 */
(function (root) {
  "use strict";

  const inPage = typeof window !== "undefined";
  const t = inPage ? root.footnote.t : require("./02_texts.js").english();

  const text = (value) => (typeof value === "string" ? value : "");
  const list = (value) => (Array.isArray(value) ? value : []);
  const texts = (value) => list(value).map(text);

  /** What came from the page around as what is sent; null where it names nothing. The server checks it anew. */
  function of(given) {
    const title = text(given?.title).trim();
    if (!title) return null;
    const filter = list(given.filter).map((one) => ({ name: text(one?.name), value: text(one?.value) }));
    return {
      title, filter: filter.filter(({ name }) => name), columns: texts(given.columns),
      rows: list(given.rows).map(texts), text: text(given.text),
    };
  }

  /** How much it is and what limits it: “12 rows · Region: North”. @param {Context} context */
  function detail({ filter, rows }) {
    const parts = rows.length ? [t("context.rows", { count: rows.length })] : [];
    return [...parts, ...filter.map(({ name, value }) => `${name}: ${value}`)].join(" · ");
  }

  const context = { of, detail };
  if (inPage) root.footnote.context = context;
  else module.exports = context;
})(typeof window === "undefined" ? globalThis : window);
