/** What an answer searched is said in one line, whatever limited it. */
"use strict";

process.env.TZ = "UTC";
const test = require("node:test");
const assert = require("node:assert/strict");
const filter = require("../../assets/22_filter.js");
const scope = require("../../assets/27_scope.js");

const NOW = Date.parse("2026-11-21T12:00:00Z");
const LIBRARY = { noun: "document", titles: { a: "First", b: "Second", c: "Third", d: "Fourth" } };

function line(state, fields = {}, library = LIBRARY) {
  const came = { searched: 14, library: 35, indexedAt: null, ...state };
  return scope.line(came, { filter: filter.of(fields), library, now: NOW });
}

test("how much of the library, in the noun that fits it", () => {
  assert.equal(line({}), "Searched 14 of 35 documents");
  assert.equal(line({}, {}, { ...LIBRARY, noun: "recording" }), "Searched 14 of 35 recordings");
  assert.equal(line({ searched: 35 }), "Searched all 35 documents");
  assert.equal(line({ searched: 1, library: 1 }), "Searched 1 document");
  assert.equal(line({ searched: 1200, library: 35000 }), "Searched 1,200 of 35,000 documents");
});

test("nothing searched says why", () => {
  assert.equal(line({ searched: 0 }, { tags: ["x"] }), "Searched none of 35 documents · only: tag x");
  assert.equal(line({ searched: 0, library: 0 }), "Nothing was searched: the library is empty");
  assert.equal(line({ searched: null, library: null }), "");
});

test("a collection that does not tell its size, and passages that do not tell what is asked for", () => {
  const unknown = { searched: null, library: null, retrieved: { queries: ["x"], untold: ["date", "tags"] } };
  assert.equal(line(unknown, { tags: ["x"] }), "only: tag x · without what does not say its date, tags");
  assert.equal(line({ ...unknown, retrieved: { queries: ["x"] } }), "");
  assert.equal(line({ ...unknown, retrieved: { queries: [], untold: [] } }, { tags: ["x"] }), ""); // it searched by itself
  assert.equal(line({ retrieved: unknown.retrieved }), "Searched 14 of 35 documents · without what does not say its date, tags");
});

test("an older answer knows only how many", () => {
  assert.equal(line({ searched: 3, library: null }, { documents: ["a"] }), "Searched 3 documents · only: First");
  assert.equal(line({ searched: 1, library: null }), "Searched 1 document");
});

test("as of when: the time of today, the day of another one", () => {
  const at = (indexedAt) => line({ indexedAt }).replace(/\s/g, " ");
  assert.equal(at("2026-11-21T09:40:00+00:00"), "Searched 14 of 35 documents, index of 9:40 AM");
  assert.equal(at("2026-11-20T09:40:00+00:00"), "Searched 14 of 35 documents, index of November 20, 9:40 AM");
  assert.equal(at("2025-11-21T21:05:00+00:00"), "Searched 14 of 35 documents, index of November 21, 2025, 9:05 PM");
  assert.equal(at("nonsense"), "Searched 14 of 35 documents");
});

test("what limited it: documents by name, then each condition", () => {
  const only = (fields) => line({}, fields).split(" · ").slice(1).join(" · ");
  assert.equal(only({ documents: ["a", "b", "gone"] }), "only: First, Second, gone");
  assert.equal(only({ documents: ["a", "b", "c", "d"] }), "only: First, Second and 2 more");
  assert.equal(only({ documents: ["constructor"] }), "only: constructor");
  assert.equal(
    only({ kinds: ["pdf", "film"], tags: ["board", "fleet"], speakers: ["Ana"], since: "2026-03-01" }),
    "only: PDFs, film, tag board, tag fleet, speaker Ana, since March 1",
  );
});

test("days are said as people say them", () => {
  const days = (fields) => line({}, fields).split("only: ")[1].replace(/\s/g, " ");
  assert.equal(days({ until: "2025-03-01" }), "until March 1, 2025");
  assert.equal(days({ since: "2026-03-12", until: "2026-03-12" }), "on March 12");
  assert.equal(days({ since: "2026-03-01", until: "2026-03-31" }), "March 1 – 31");
  assert.equal(days({ since: "2025-12-01", until: "2026-03-31" }), "December 1, 2025 – March 31, 2026");
});

test("what was left out is told behind it", () => {
  assert.equal(line({}, { without: ["p"] }), "Searched 14 of 35 documents · without 1 source");
  assert.equal(
    line({}, { tags: ["x"], without: ["p", "q"], without_documents: ["a"] }),
    "Searched 14 of 35 documents · only: tag x · without “First”, without 2 sources",
  );
});
