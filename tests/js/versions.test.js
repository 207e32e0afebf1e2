/** The versions of an answer stand together, at the place of the first. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { chains } = require("../../assets/48_versions.js");

/** Chains of `[id, replaces]` as ids. */
function of(...records) {
  return chains(records.map(([answer_id, replaces]) => ({ answer_id, replaces }))).map((chain) => chain.map((r) => r.answer_id));
}

test("a conversation without versions is a chain for each answer", () => {
  assert.deepEqual(of(["a", null], ["b", undefined], ["c"]), [["a"], ["b"], ["c"]]);
  assert.deepEqual(of(), []);
});

test("a version stands where the first one stands, however much was asked since", () => {
  assert.deepEqual(of(["a"], ["b"], ["c", "a"], ["d"]), [["a", "c"], ["b"], ["d"]]);
});

test("a version of a version belongs to the same chain, and so does another version of the first", () => {
  assert.deepEqual(of(["a"], ["b", "a"], ["c", "b"], ["d", "a"]), [["a", "b", "c", "d"]]);
});

test("what replaces something that isn't there begins a chain of its own", () => {
  assert.deepEqual(of(["b", "gone"], ["c", "b"], ["d", "e"]), [["b", "c"], ["d"]]);
});

test("an answer that claims to replace itself is one answer", () => {
  assert.deepEqual(of(["a", "a"], ["b", "a"]), [["a", "b"]]);
});

test("every record is in exactly one chain, in the order asked", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
  for (let round = 0; round < 200; round++) {
    const records = Array.from({ length: random(12) }, (_, n) => [`${n}`, n && random(2) ? `${random(n)}` : null]);
    const found = of(...records);
    assert.deepEqual(found.flat().map(Number).sort((a, b) => a - b), records.map((_, n) => n));
    for (const chain of found) assert.deepEqual(chain, [...chain].sort((a, b) => a - b));
    assert.deepEqual(found.map((chain) => Number(chain[0])), found.map((chain) => Number(chain[0])).sort((a, b) => a - b));
  }
});
