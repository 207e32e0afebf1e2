/** Which documents the library shows, in which order, and what is said of each. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { shown, kinds, length, duration, date, size, tags } = require("../../assets/61_library_rows.js");

const ALL = { search: "", kind: null, by: "title", down: false };

function document(id, fields = {}) {
  return { id, title: id, kind: "recording", file: `${id}.txt`, date: null, duration_s: null, words: 10,
    speakers: [], tags: [], indexed_at: null, ...fields };
}

function found(documents, view = {}) {
  return shown(documents, { ...ALL, ...view }).map(({ id }) => id);
}

const DOCUMENTS = [
  document("Übersicht", { kind: "text", words: 900, tags: ["board"] }),
  document("Depot 10", { date: "2026-03-12", speakers: ["José Núñez"], words: 50 }),
  document("Depot 9", { date: "2026-03-19", words: 20, tags: ["spring", "Board"] }),
];

test("every word has to stand in the title, the file, a speaker or a tag, whatever its accents and case", () => {
  assert.deepEqual(found(DOCUMENTS, { search: "nunez depot" }), ["Depot 10"]);
  assert.deepEqual(found(DOCUMENTS, { search: " BOARD " }), ["Depot 9", "Übersicht"]);
  assert.deepEqual(found(DOCUMENTS, { search: "ubersicht" }), ["Übersicht"]);
  assert.deepEqual(found(DOCUMENTS, { search: "9.txt" }), ["Depot 9"]);
  assert.deepEqual(found(DOCUMENTS, { search: "nothing" }), []);
});

test("one kind, and how many there are of each", () => {
  assert.deepEqual(found(DOCUMENTS, { kind: "text" }), ["Übersicht"]);
  assert.deepEqual(kinds(DOCUMENTS), [["recording", 2], ["text", 1]]);
});

test("the order: numbers by their value, and what says nothing last, whichever way", () => {
  assert.deepEqual(found(DOCUMENTS), ["Depot 9", "Depot 10", "Übersicht"]);
  assert.deepEqual(found(DOCUMENTS, { down: true }), ["Übersicht", "Depot 10", "Depot 9"]);
  assert.deepEqual(found(DOCUMENTS, { by: "date" }), ["Depot 10", "Depot 9", "Übersicht"]);
  assert.deepEqual(found(DOCUMENTS, { by: "date", down: true }), ["Depot 9", "Depot 10", "Übersicht"]);
  assert.deepEqual(found(DOCUMENTS, { by: "length" }), ["Depot 9", "Depot 10", "Übersicht"]);
});

test("the list that came is left as it came", () => {
  const list = [...DOCUMENTS];
  shown(list, ALL);
  assert.deepEqual(list, DOCUMENTS);
});

test("a recording's length is a time, another's its words", () => {
  assert.equal(length(document("a", { duration_s: 480 })), "8 min");
  assert.equal(length(document("a", { words: 1437 })), "1,437 words");
  assert.equal(duration(42), "42 sec");
  assert.equal(duration(3600), "1 hr");
  assert.equal(duration(3600 + 720), "1 hr 12 min");
  assert.equal(duration(3599), "1 hr");
});

test("days and sizes as a person says them", () => {
  assert.equal(date("2026-03-12"), "Mar 12, 2026");
  assert.equal(date(null), "");
  assert.equal(size(50_000_000), "50 MB");
  assert.equal(size(1_500), "1.5 kB");
});

test("tags in a line, each once", () => {
  assert.deepEqual(tags(" board ,, spring  2026,board,"), ["board", "spring 2026"]);
  assert.deepEqual(tags(""), []);
});
