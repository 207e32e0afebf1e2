/** What an answer is doing is said in one line, whatever it is doing. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { initial, reduce } = require("../../assets/10_reducer.js");
const stage = require("../../assets/28_stage.js");
const filter = require("../../assets/22_filter.js");

const LIBRARY = { noun: "document", titles: { a: "First", b: "Second" } };
const NOW = 100_000;

/** The line after these events. */
function line(events, around = {}) {
  const state = events.reduce((s, event, n) => reduce(s, { seq: n + 1, ...event }), initial());
  return stage.line(state, { filter: filter.of(), library: LIBRARY, ended: false, now: NOW, retryAt: NOW, ...around });
}

const START = { type: "start", model: "m" };
const STARTING = { type: "stage", stage: "starting", status: "start" };
const SEARCH = { type: "stage", stage: "retrieval", status: "start", searched: 1400 };
const FOUND = { type: "stage", stage: "retrieval", status: "complete", searched: 1400, found: 1 };
const CHOOSING = { type: "stage", stage: "reranking", status: "start" };
const WRITING = { type: "stage", stage: "generation", status: "start" };
const TOKEN = { type: "token", content: "x" };

test("each step has its words", () => {
  assert.equal(line([]), "Sending…");
  assert.equal(line([START, STARTING]), "The model is starting; the answer comes by itself…");
  assert.equal(line([START, STARTING, { ...STARTING, status: "complete" }, SEARCH]), "Searching 1,400 documents…");
  assert.equal(line([START, SEARCH]), "Searching 1,400 documents…");
  assert.equal(line([START, SEARCH, FOUND]), "Found 1 passage…");
  assert.equal(line([START, SEARCH, FOUND, CHOOSING]), "Choosing the best passages…");
  assert.equal(line([START, SEARCH, FOUND, WRITING]), "Writing…");
  assert.equal(line([START, SEARCH, FOUND, WRITING, TOKEN]), "Searched 1,400 documents");
  assert.equal(line([START, { ...SEARCH, library: 3000 }]), "Searching 1,400 of 3,000 documents…");
});

test("a step of a model that searches by itself is called what its author calls it", () => {
  const step = (name, status = "start") => ({ type: "stage", stage: "step", status, name });
  assert.equal(line([START, step("agent")]), "The agent is at work…");
  assert.equal(line([START, step("look_up")]), "At work: look_up…");
  assert.equal(line([START, { type: "stage", stage: "retrieval", status: "start" }]), "Searching…");
  assert.equal(line([START, step("look_up"), step("look_up", "complete"), WRITING]), "Writing…");
});

test("who waits for a place is told which", () => {
  const places = [1, 2, 1200].map((place) => line([{ type: "queued", place }]));
  assert.deepEqual(places, ["next", "number 2", "number 1,200"].map((place) => `Waiting for a place: ${place} in line`));
  assert.equal(line([{ type: "queued", place: 2 }, START, SEARCH]), "Searching 1,400 documents…");
});

test("what is tried again says why, and in how many seconds", () => {
  const retrying = (code) => [START, SEARCH, FOUND, WRITING, { type: "retrying", code, attempt: 2, wait_s: 2 }];
  assert.equal(line(retrying("RATE_LIMIT"), { retryAt: NOW + 1900 }), "The model is busy; asking again in 2 s");
  assert.equal(line(retrying("RATE_LIMIT"), { retryAt: NOW }), "The model is busy; asking again…");
  assert.match(line(retrying("MODEL_UNAVAILABLE")), /can't be reached; asking again…/);
  assert.match(line(retrying("RETRIEVAL_FAILED")), /searching again…/);
  assert.match(line(retrying("constructor")), /broke off; asking again…/);
  assert.equal(line([...retrying("RATE_LIMIT"), TOKEN]), "Searched 1,400 documents");
});

test("an answer that is shown when it is whole says how far it is", () => {
  const around = { filter: filter.of(), library: LIBRARY, ended: false, now: NOW };
  const at = (progress, state = {}) =>
    stage.line({ ...initial(), ...state, progress: { begun: NOW - 12_300, ...progress } }, around);
  assert.equal(at({ words: 0 }), "Sending… · 12 s");
  assert.equal(at({ words: 0 }, { queued: 2 }), "Waiting for a place: number 2 in line · 12 s");
  assert.equal(at({ words: 0 }, { stage: WRITING, searched: 3 }), "Writing… · 12 s");
  assert.equal(at({ words: 1 }, { searched: 3 }), "Writing: 1 word so far · 12 s");
  assert.equal(at({ words: 1200, begun: NOW }), "Writing: 1,200 words so far");
});

test("a wait is said in the unit that fits it", () => {
  assert.deepEqual([1, 99, 100, 3600, 86_400].map(stage.wait), ["1 s", "99 s", "2 min", "60 min", "24 h"]);
});

test("what is left to ask is said when it is little", () => {
  const left = [undefined, 11, 10, 1, 0].map((n) => stage.left(n, 3600));
  assert.deepEqual(left, ["", "", "10 questions left this hour", "1 question left this hour", "No question left this hour"]);
});
