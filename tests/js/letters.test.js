/** A part of the answer's Markdown is found in its rendered text by its letters. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { lettersOf, places } = require("../../assets/26_letters.js");
const { line } = require("../../assets/33_support.js");
const { english } = require("../../assets/02_texts.js");

const t = english();

/** The letters of each statement as they stand in the rendered text; with those of what was not found. */
function found(text, shown, ...said) {
  const points = [...text];
  const at = (part, from = 0) => {
    const start = [...text.slice(0, text.indexOf(part, from))].length;
    return { start, end: start + [...part].length };
  };
  const statements = said.map(([part, ...unfound]) => ({
    ...at(part), unfound: unfound.map((value) => at(value, text.indexOf(part))),
  }));
  assert.ok(statements.every(({ end }) => end <= points.length));
  const { letters } = lettersOf(shown);
  const words = ({ from, to }) => letters.slice(from, to);
  return places(text, statements, letters).map((place) => place && [words(place), ...place.unfound.map(words)]);
}

test("marks, chips, addresses and entities stand between the letters of a statement", () => {
  const text = "# Pier\n\nWe **move** [2] to [the *pier*](https://a.b/Move_(to)?x=9) in&nbsp;`May` [1-3].";
  assert.deepEqual(found(text, "Pier\nWe move to the pier in May.", [text.slice(8)]), [["WemovetothepierinMay"]]);
});

test("places are told in code points, and found in a text of code units", () => {
  const text = "😀 Zoë moves. 👩‍👩‍👧 It costs 𝟙3 euros, 13 in all.";
  const shown = "😀 Zoë moves. 👩‍👩‍👧 It costs 𝟙3 euros, 13 in all.";
  assert.deepEqual(found(text, shown, ["Zoë moves."], ["It costs 𝟙3 euros, 13 in all.", "13 in"]), [
    ["Zoëmoves"], ["Itcosts𝟙3euros13inall", "13in"],
  ]);
});

test("formulas are left out where they are some", () => {
  const formula = "So $x_1 = 2$ is the price of it.";
  assert.deepEqual(found(formula, "So is the price of it.", [formula]), [["Soisthepriceofit"]]);
  const amounts = "It was $5 in May and it is a$ now.";
  assert.deepEqual(found(amounts, amounts, [amounts]), [["Itwas5inMayanditisanow"]]);
});

test("one sentence twice is found at each of its places, and what is rendered otherwise at none", () => {
  const text = "It rains. It rains. Nobody knows.";
  const statements = [[0, 9], [10, 19], [20, 33]].map(([start, end]) => ({ start, end, unfound: [] }));
  assert.deepEqual(places(text, statements, "ItrainsItrainsSomebodyknows"), [
    { from: 0, to: 7, unfound: [] }, { from: 7, to: 14, unfound: [] }, null,
  ]);
});

test("two hundred statements of a long answer are found at a glance", () => {
  const text = Array.from({ length: 200 }, (_, n) => `Statement ${n} **says** a number of things about it [1].`).join(" ");
  let start = 0;
  const statements = text.split(/(?<=\.) /).map((said) => {
    const at = { start, end: start + said.length, unfound: [] };
    start += said.length + 1;
    return at;
  });
  const began = process.cpuUsage(); // a busy machine's clock says nothing
  const all = places(text, statements, lettersOf(text.replaceAll("[1]", "")).letters);
  assert.ok(all.every(Boolean));
  assert.ok(process.cpuUsage(began).user < 400_000);
});

test("the line tells how many statements are borne out", () => {
  const says = (...verdicts) => line(verdicts.map((verdict) => ({ verdict, unfound: [] })), t);
  assert.equal(says("quoted", "supported", "supported", "weak"), "3 of 4 statements supported");
  assert.equal(says("quoted", "supported"), "All 2 statements supported");
  assert.equal(says("quoted", "quoted"), "All 2 statements stand in their sources word for word");
  assert.equal(says("weak", "uncited"), "None of 2 statements clearly supported");
  assert.equal(says("uncited"), "1 statement, without a source");
  const wrong = [{ verdict: "weak", unfound: [{}, {}] }, { verdict: "quoted", unfound: [] }];
  assert.equal(line(wrong, t), "1 of 2 statements supported · 2 details not in their sources");
  assert.match(says(...Array(200).fill("quoted")), /only the first 200 were checked$/);
});
