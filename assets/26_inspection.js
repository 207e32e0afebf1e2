/**
 * How an answer came about, for who wants to look: what was found and how well it fits, and where the time
 * went. Pure: it runs under `node --test` too.
 */
(function (root) {
  "use strict";

  const filters = typeof module === "undefined" ? root.footnote.filter : require("./22_filter.js");

  /**
   * The passages that were found, best first; `share` is how well each fits beside the best, from 0 to 1.
   * @param {{passages: {score: number, n?: number}[]}} retrieved
   * @returns {{passage: object, rank: number, kept: boolean, share: number}[]}
   */
  function rows({ passages }) {
    const best = Math.max(0, ...passages.map(({ score }) => score));
    return passages.map((passage, at) => ({
      passage, rank: at + 1, kept: passage.n !== undefined, share: best ? Math.max(0, passage.score / best) : 0,
    }));
  }

  /**
   * Where the time went, one span behind the other, in milliseconds.
   * @param {{total_ms: number, first_token_ms?: number, starting_ms?: number, retrieval_ms?: number, reranking_ms?: number}} timings
   * @returns {{name: "starting"|"retrieval"|"reranking"|"waiting"|"writing", ms: number}[]}
   */
  function spans({ total_ms, first_token_ms, starting_ms = 0, retrieval_ms = 0, reranking_ms = 0 }) {
    const searched = starting_ms + retrieval_ms + reranking_ms;
    const first = Math.max(searched, first_token_ms ?? total_ms);
    const all = {
      starting: starting_ms, retrieval: retrieval_ms, reranking: reranking_ms, waiting: first - searched, writing: total_ms - first,
    };
    return Object.entries(all).filter(([, ms]) => ms > 0).map(([name, ms]) => ({ name, ms }));
  }

  /**
   * The filter of a question that is asked again without some of what it found.
   * @param {object} filter what limited it
   * @param {{passage_id: string, recording_id: string}[]} passages those that are left out
   * @param {string[]} documents those that are left out whole: no passage of theirs need be named
   */
  function leftOut(filter, passages, documents) {
    const single = passages.filter(({ recording_id }) => !documents.includes(recording_id));
    return filters.of({
      ...filter,
      without: [...filter.without, ...single.map(({ passage_id }) => passage_id)],
      without_documents: [...filter.without_documents, ...documents],
    });
  }

  /** All of it as data, for a report. @param {{id: string, query: string, filter: object}} answer @param {object} state */
  function data({ id, query, filter }, { status, model, searched, library, indexedAt, retrieved, done }) {
    const { finish_reason, usage, timings } = done ?? {};
    return {
      answer_id: id, query, ...filters.body(filter), status, model, searched, library, indexed_at: indexedAt,
      ...retrieved, finish_reason, usage, timings,
    };
  }

  const inspection = { rows, spans, leftOut, data };
  if (typeof module !== "undefined") module.exports = inspection;
  else root.footnote.inspection = inspection;
})(typeof window === "undefined" ? globalThis : window);
