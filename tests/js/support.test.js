/** The line below an answer that says how far it is borne out. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { line } = require("../../assets/33_support.js");
const t = require("../../assets/02_texts.js").english();

const said = (...verdicts) => line(verdicts.map((verdict) => ({ verdict, unfound: [] })), t);

test("how many of the statements are supported, quoted ones among them", () => {
  const six = ["quoted", "supported", "supported", "weak", "quoted", "supported"];
  assert.equal(said(...six), "5 of 6 statements supported");
  assert.equal(said("supported", "quoted"), "All 2 statements supported");
  assert.equal(said("weak", "uncited"), "None of 2 statements clearly supported");
});

test("what holds for all of them is said of all of them", () => {
  assert.equal(said("quoted", "quoted"), "All 2 statements stand in their sources word for word");
  assert.equal(said("uncited"), "1 statement, without a source");
  assert.equal(said("uncited", "uncited"), "2 statements, none with a source");
});

test("what stands in no source is counted, and so is what was not checked any more", () => {
  const wrong = { verdict: "weak", unfound: [{ start: 0, end: 2 }, { start: 4, end: 6 }] };
  const right = { verdict: "supported", unfound: [] };
  assert.equal(line([wrong, right], t), "1 of 2 statements supported · 2 details not in their sources");
  assert.match(line(Array(200).fill(right), t), /only the first 200 were checked$/);
});
