/** What a user says of an answer and its citations: one word of each, taken back by the same press. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { REASONS, of, changed, pressed, explained } = require("../../assets/31_opinions.js");
const t = require("../../assets/02_texts.js").english();

test("of an answer and of each citation one thing is said", () => {
  let list = changed([], undefined, { verdict: "up" });
  list = changed(list, 2, { verdict: "wrong_source", n: 2 });
  list = changed(list, undefined, { verdict: "down" });
  assert.deepEqual(of(list), { verdict: "down" });
  assert.deepEqual(of(list, 2), { verdict: "wrong_source", n: 2 });
  assert.equal(of(list, 1), null);
  assert.deepEqual(changed(list, undefined, null), [{ verdict: "wrong_source", n: 2 }]);
});

test("the same press takes it back, another begins anew", () => {
  assert.deepEqual(pressed(null, "up"), { verdict: "up" });
  assert.equal(pressed({ verdict: "up", reason: "clear" }, "up"), null);
  assert.deepEqual(pressed({ verdict: "up", reason: "clear" }, "down"), { verdict: "down" });
  assert.deepEqual(pressed(null, "wrong_source", 3), { verdict: "wrong_source", n: 3 });
});

test("a reason and a comment go along as far as they are given", () => {
  assert.deepEqual(explained({ verdict: "down", reason: "other" }, null, "  "), { verdict: "down" });
  const whole = explained({ verdict: "wrong_source", n: 1 }, "not_said", " It isn't. ");
  assert.deepEqual(whole, { verdict: "wrong_source", n: 1, reason: "not_said", comment: "It isn't." });
});

test("the reasons are those that the server takes, and each has its words", () => {
  const python = fs.readFileSync(path.join(__dirname, "../../src/footnote/feedback.py"), "utf-8");
  const [, table] = python.split("REASONS:");
  for (const [verdict, reasons] of Object.entries(REASONS)) {
    const [, named] = new RegExp(`Opinion\\.${verdict.toUpperCase()}: \\(([^)]*)\\)`).exec(table);
    assert.deepEqual([...named.matchAll(/Reason\.(\w+)/g)].map((found) => found[1].toLowerCase()), reasons);
    for (const reason of reasons) assert.ok(t(`feedback.reason_${reason}`));
  }
});
