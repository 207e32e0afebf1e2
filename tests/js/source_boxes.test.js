/** What is quoted is outlined where its words stand on the page. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { finder, quoted, around, lines, joined } = require("../../assets/38_source_boxes.js");

/** Words of ten to a line, each a tenth wide. */
const WORDS = "Page 7 It was decided to open the pier in sum- mer; nobody said no.".split(" ").map((text, n) => ({
  text,
  box: [(n % 5) / 10, Math.floor(n / 5) / 10, 0.08, 0.05],
}));

test("a quote is found whatever divides it on the page", () => {
  const [found] = finder(WORDS, true)("in summer, nobody");
  assert.deepEqual(found, WORDS.slice(9, 13).map(({ box }) => box));
  assert.deepEqual(finder(WORDS, true)("never said"), []);
});

test("of a quote whose paragraphs stand apart each is found", () => {
  const [find, boxes] = [finder(WORDS, true), WORDS.map(({ box }) => box)];
  assert.deepEqual(quoted(find, "the pier\n\nin summer"), boxes.slice(7, 12));
  assert.deepEqual(quoted(find, "nobody said\n\nIt was\n\nnever"), [...boxes.slice(12, 14), ...boxes.slice(2, 4)]);
  assert.deepEqual(quoted(find, ""), []);
});

test("what is looked for is found each time, as it is written", () => {
  assert.equal(finder(WORDS, false)("NO").length, 2);
  assert.deepEqual(finder(WORDS, false)("the pier")[0], [WORDS[7].box, WORDS[8].box]);
  assert.deepEqual(finder(WORDS, false)(""), []);
});

test("words of a line make one box, and those of the next another", () => {
  const made = lines(WORDS.slice(3, 8).map(({ box }) => box));
  assert.equal(made.length, 2);
  assert.deepEqual(made[0].map((part) => Math.round(100 * part)), [30, 0, 18, 5]);
  assert.deepEqual(lines([]), []);
});

test("paragraphs below each other have one outline, columns one each", () => {
  const left = [[0.1, 0.1, 0.3, 0.1], [0.1, 0.25, 0.3, 0.2]];
  assert.deepEqual(joined(left).length, 1);
  assert.equal(joined([...left, [0.55, 0.1, 0.3, 0.1]]).length, 2);
  assert.deepEqual(around(left).map((part) => Math.round(100 * part)), [10, 10, 30, 35]);
});
