/** A filter is made of parts, says what it leaves, and is chosen from what the library holds. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const filter = require("../../assets/22_filter.js");
const choices = require("../../assets/23_filter_choices.js");

const doc = (id, kind, date, tags = [], speakers = []) => ({ id, title: `The ${id}`, kind, date, tags, speakers });
const LIBRARY = [
  doc("spring", "recording", "2026-03-12", ["fleet"], ["Ana", "Björn"]),
  doc("autumn", "recording", "2026-09-30", ["fleet", "board"], ["Ana"]),
  doc("plan", "text", null, ["board"]),
  doc("report", "pdf", "2025-12-31"),
];
const left = (fields) => LIBRARY.filter((document) => filter.allows(filter.of(fields), document)).map(({ id }) => id);

test("every condition has to be met, of several in a list one", () => {
  assert.deepEqual(left({}), ["spring", "autumn", "plan", "report"]);
  assert.deepEqual(left({ tags: ["board", "fleet"] }), ["spring", "autumn", "plan"]);
  assert.deepEqual(left({ tags: ["board", "fleet"], since: "2026-09-01" }), ["autumn"]);
  assert.deepEqual(left({ speakers: ["Björn"] }), ["spring"]);
  assert.deepEqual(left({ kinds: ["pdf", "text"] }), ["plan", "report"]);
  assert.deepEqual(left({ until: "2026-03-12" }), ["spring", "report"]); // what has no date is in no time
  assert.deepEqual(left({ documents: ["plan", "report"], tags: ["board"] }), ["plan"]);
  assert.deepEqual(left({ without_documents: ["plan"], tags: ["board"] }), ["autumn"]);
  assert.deepEqual(left({ tags: ["constructor"] }), []);
  assert.equal(filter.left(filter.of({ tags: ["board"] }), LIBRARY), 2);
});

test("what is no filter limits nothing", () => {
  for (const none of [undefined, null, [], ["a"], { tags: "board" }, { since: "yesterday" }, { kinds: [7, ""] }]) {
    assert.equal(filter.limits(filter.of(none)), false);
    assert.deepEqual(filter.body(filter.of(none)), {});
  }
});

test("it goes to the server and comes back as it was", () => {
  const whole = filter.of({
    documents: ["plan"], kinds: ["text"], tags: ["board"], since: "2026-01-01", without: ["plan#3"], without_documents: ["x"],
  });
  const body = filter.body(whole);
  assert.deepEqual(body.recording_filter, ["plan"]);
  assert.deepEqual(Object.keys(body.filter), ["kinds", "tags", "without", "without_documents", "since"]);
  assert.deepEqual(filter.fromRecord(body), whole);
  assert.deepEqual(filter.fromRecord({ recording_filter: ["plan"] }), filter.of({ documents: ["plan"] }));
  assert.deepEqual(filter.lasting(whole), { ...whole, without: [], without_documents: [] });
});

test("parts are added once, taken away, and dates take each other's place", () => {
  const board = { group: "tags", value: "board" };
  let made = filter.plus(filter.plus(filter.of(), board), board);
  assert.deepEqual(filter.items(made), [board]);
  made = filter.plus(made, { group: "dates", value: "2026-01-01/" });
  made = filter.plus(made, { group: "dates", value: "2026-03-31/2026-03-01" });
  assert.deepEqual([made.since, made.until], ["2026-03-01", "2026-03-31"]);
  assert.ok(filter.has(made, { group: "dates", value: "2026-03-01/2026-03-31" }));
  made = filter.minus(filter.minus(made, board), { group: "dates", value: "" });
  assert.deepEqual(made, filter.of());
});

const AROUND = { words: ({ named, value }) => named ?? value, group: (name) => name, today: new Date(2026, 8, 30) };
const found = (typed, documents = LIBRARY) =>
  choices.groups(documents, typed, AROUND).map(({ name, choices: of }) => [name, ...of.map(({ label }) => label)]);

test("each group is offered, what most documents have first", () => {
  assert.deepEqual(found(""), [
    ["dates", "week", "month", "year", "range"], ["tags", "board", "fleet"], ["speakers", "Ana", "Björn"],
    ["kinds", "recording", "pdf", "text"], ["recordings", "spring", "autumn"], ["documents", "plan", "report"],
  ]);
  assert.deepEqual(found("", []), []);
  const [dates] = choices.groups(LIBRARY, "", AROUND);
  assert.deepEqual(dates.choices.map(({ value, count }) => [value, count]).slice(0, 3), [
    ["2026-09-28/", 1], ["2026-09-01/", 1], ["2026-01-01/", 2],
  ]);
});

test("typing finds by any word of the name or the group, without case and accents", () => {
  assert.deepEqual(found("BJOR"), [["speakers", "Björn"]]);
  assert.deepEqual(found("tag bo"), [["tags", "board"]]);
  assert.deepEqual(found("re"), [["kinds", "recording"], ["recordings", "spring", "autumn"], ["documents", "report"]]);
  assert.deepEqual(found("nothing like it"), []);
});

test("of a large library a few are shown until something is typed", () => {
  const many = Array.from({ length: 60 }, (_, n) => doc(`d${n}`, "text", null));
  const documents = (typed) => choices.groups(many, typed, AROUND).find(({ name }) => name === "documents");
  assert.deepEqual([documents("").choices.length, documents("").more], [choices.FEW, 60 - choices.FEW]);
  assert.deepEqual([documents("d1").choices.length, documents("d1").more], [11, 0]);
  assert.deepEqual(documents("7").choices.map(({ label }) => label).slice(0, 2), ["d7", "d17"]);
});
