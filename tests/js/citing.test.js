/** What a chip of an answer stands for, and where its card stands. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { sourceOf, markers, statementOf, quoteOf, pieces, placed } = require("../../assets/31_citing.js");

test("a number means what was retrieved until the citations say it", () => {
  const found = [{ n: 1, recording_title: "Found" }, { recording_title: "Not given" }];
  assert.equal(sourceOf({ citations: null, retrieved: null }, 1), null);
  assert.equal(sourceOf({ citations: null, retrieved: { passages: found } }, 1).recording_title, "Found");
  const citations = [{ n: 2, recording_title: "B" }, { n: 1, recording_title: "A" }];
  assert.equal(sourceOf({ citations, retrieved: { passages: found } }, 1).recording_title, "A");
  assert.equal(sourceOf({ citations, retrieved: null }, 3), null);
});

test("the markers of a text stand where its chips do: not in code, nor behind a backslash", () => {
  const text = "One [1], `a [2]`, ``b ` [3]`` and [2, 4-6].\n\n```py\nx[7]\n```\n\n\\[8] so [9]\n\n~~~\nopen [1]";
  const found = markers(text);
  assert.deepEqual(found.map(({ n }) => n), [1, 2, 4, 5, 6, 9]);
  assert.equal(text.slice(found[0].at, found[0].at + 3), "[1]");
  assert.equal(new Set(found.slice(1, 5).map(({ at }) => at)).size, 1);
});

const TEXT = "🚲 Swaps rose [1]. They cost more [1, 2].";
const STATEMENTS = [
  { start: 0, end: 17, verdict: "quoted", evidence: [{ n: 1, quote: "Swaps rose." }] },
  { start: 18, end: 41, verdict: "weak", evidence: [{ n: 2, quote: "It costs." }] },
];
const STATE = { text: TEXT, statements: STATEMENTS, citations: [{ n: 1, excerpt: "All of it." }, { n: 2, excerpt: "And this." }] };

test("a chip stands in the statement before its marker, counted in characters and not in halves of them", () => {
  assert.equal(statementOf(STATE, 1, 0).verdict, "quoted");
  assert.equal(statementOf(STATE, 1, 1).verdict, "weak");
  assert.equal(statementOf(STATE, 2, 0).verdict, "weak");
  assert.equal(statementOf(STATE, 2, 1), null);
  assert.equal(statementOf({ ...STATE, statements: undefined }, 1, 0), null);
});

test("the words that count are the statement's evidence, else the excerpt", () => {
  assert.equal(quoteOf(STATE, 1, 0), "Swaps rose.");
  assert.equal(quoteOf(STATE, 1, 1), "All of it.");
  assert.equal(quoteOf({ ...STATE, citations: null, retrieved: { passages: [{ n: 1 }] }, statements: [] }, 1, 0), null);
});

test("a chip behind several statements shows the words of each, and none of those that another chip stands behind", () => {
  const state = {
    text: "One. Two [1]. Three. Four [1, 2].",
    statements: [[0, 4, "I."], [5, 13, "II."], [14, 20, "III."], [21, 33, "IV."]].map(([start, end, quote]) => ({
      start, end, verdict: "supported", evidence: [{ n: 1, quote }, { n: 2, quote: "Said twice." }],
    })),
    citations: [{ n: 1, excerpt: "" }],
  };
  assert.equal(quoteOf(state, 1, 0), "I.\n\nII.");
  assert.equal(quoteOf(state, 1, 1), "III.\n\nIV.");
  assert.equal(quoteOf(state, 2, 0), "Said twice.");
  assert.equal(statementOf(state, 1, 1).start, 21);
});

test("a text is cut where the words to be marked begin and end", () => {
  const cut = (text, quote) => pieces(text, quote).map((piece) => (piece.marked ? `<${piece.text}>` : piece.text));
  assert.deepEqual(cut("a b c", " b "), ["a ", "<b>", " c"]);
  assert.deepEqual(cut("a b", "b"), ["a ", "<b>"]);
  assert.deepEqual(cut("a b c d e f", "f\n\nb\n\nc\n\nz"), ["a ", "<b c>", " d e ", "<f>"]);
  assert.deepEqual(cut("a\n\nb c", "a\n\nb"), ["<a\n\nb>", " c"]);
  for (const quote of ["", null, "z", "a b"]) assert.deepEqual(cut("a b", quote), ["a b"], String(quote));
});

test("a card stands below its chip, or above it, and never over it or out of sight", () => {
  const view = { width: 400, height: 300 };
  const size = { width: 200, height: 100 };
  for (let top = 0; top <= 280; top += 7) {
    for (let left = 0; left <= 390; left += 13) {
      const chip = { left, top, bottom: top + 20 };
      const at = placed(chip, size, view, 8);
      assert.ok(at.left >= 8 && at.left + size.width <= view.width - 8);
      assert.ok(at.top >= 0 && at.top + at.height <= view.height);
      assert.ok(at.top >= chip.bottom || at.top + at.height <= chip.top);
      assert.ok(at.height === 100, "here there is room for all of it on one side");
    }
  }
  assert.equal(placed({ left: 0, top: 20, bottom: 40 }, { width: 384, height: 900 }, view, 8).height, 244);
  assert.equal(placed({ left: 300, top: 20, bottom: 40 }, { width: 900, height: 10 }, view, 8).left, 8);
});
