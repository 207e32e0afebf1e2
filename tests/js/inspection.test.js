/** How an answer came about: how well each passage fits, where the time went, what is left out of a new version. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const filter = require("../../assets/22_filter.js");
const { rows, spans, leftOut, data } = require("../../assets/26_inspection.js");

const found = (id, score, n) => ({ passage_id: `${id}#1`, recording_id: id, recording_title: id, score, n });

test("passages are told beside the best one, those without a number were dropped", () => {
  const of = rows({ passages: [found("a", 8, 1), found("b", 2, 2), found("c", -1)] });
  assert.deepEqual(of.map(({ rank, kept, share }) => [rank, kept, share]), [[1, true, 1], [2, true, 0.25], [3, false, 0]]);
  assert.deepEqual(rows({ passages: [found("a", 0, 1)] })[0].share, 0);
  assert.deepEqual(rows({ passages: [] }), []);
});

test("the spans follow one another and make the whole time", () => {
  const named = (timings) => Object.fromEntries(spans(timings).map(({ name, ms }) => [name, ms]));
  assert.deepEqual(named({ total_ms: 900, first_token_ms: 400, retrieval_ms: 50, reranking_ms: 30, generation_ms: 800 }), {
    retrieval: 50, reranking: 30, waiting: 320, writing: 500,
  });
  assert.deepEqual(named({ total_ms: 9100, first_token_ms: 8300, starting_ms: 8000, retrieval_ms: 50 }), {
    starting: 8000, retrieval: 50, waiting: 250, writing: 800,
  });
  assert.deepEqual(named({ total_ms: 42, first_token_ms: 18, retrieval_ms: 18 }), { retrieval: 18, writing: 24 });
  assert.deepEqual(named({ total_ms: 60, retrieval_ms: 20 }), { retrieval: 20, waiting: 40 });
  assert.deepEqual(named({ total_ms: 0 }), {});
});

test("what is left out comes on top of what limited the question before", () => {
  const before = filter.of({ tags: ["board"], without: ["x#1"] });
  const passages = [found("a", 1, 1), found("b", 1, 2)];
  assert.deepEqual(leftOut(before, passages, ["b"]), {
    ...before, without: ["x#1", "a#1"], without_documents: ["b"],
  });
});

test("as data it has the question, its filter and all that was found", () => {
  const state = { status: "complete", model: "m", searched: 1, library: 2, indexedAt: null, retrieved: { queries: ["q"], passages: [] }, done: null };
  const told = JSON.parse(JSON.stringify(data({ id: "7", query: "q", filter: filter.of({ tags: ["board"] }) }, state)));
  assert.deepEqual(told, {
    answer_id: "7", query: "q", filter: { tags: ["board"] }, status: "complete", model: "m", searched: 1, library: 2,
    indexed_at: null, queries: ["q"], passages: [],
  });
});
