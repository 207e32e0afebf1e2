/** Words are found in a document where a reader would find them. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const places = require("../../assets/37_source_places.js");
const address = require("../../assets/37_source_address.js");

const PARTS = [
  { index: 0, speaker: "Ann", start_s: 0, pieces: [{ passage_id: "a#0", text: "Yes. It was  decided." }] },
  {
    index: 1,
    speaker: "Bob",
    start_s: 4,
    pieces: [{ passage_id: "a#0", text: "Café first," }, { passage_id: "a#1", text: "then the pier. It was decided." }],
  },
  { index: 2, speaker: "Ann", start_s: 9.5, pieces: [{ passage_id: "a#1", text: "Good 🚢 ship." }] },
];

/** The words at places. */
const words = (found) => found.map(({ part, start, end }) => places.textOf(PARTS[part]).slice(start, end));

test("a quote is found in its own passage", () => {
  assert.deepEqual(places.quoted(PARTS, { passage: "a#0", quote: "It was decided." }), [{ part: 0, start: 5, end: 21 }]);
  const [found] = places.quoted(PARTS, { passage: "a#1", quote: "It was decided" });
  assert.equal(found.part, 1);
});

test("a quote of several turns is found with the names that stand in it", () => {
  const found = places.quoted(PARTS, { passage: "a#1", quote: "the pier. It was decided.\nAnn: Good 🚢 ship." });
  assert.deepEqual(words(found), ["the pier. It was decided.", "Good 🚢 ship."]);
});

test("of a quote whose paragraphs stand apart each is found, in the document's order", () => {
  const found = places.quoted(PARTS, { passage: "a#1", quote: "Good 🚢 ship.\n\nthen the pier.\n\nnothing of this" });
  assert.deepEqual(words(found), ["then the pier.", "Good 🚢 ship."]);
});

test("a quote that another passage holds, or none, is found there or nowhere", () => {
  assert.deepEqual(words(places.quoted(PARTS, { passage: "a#9", quote: "then the pier" })), ["then the pier"]);
  assert.deepEqual(places.quoted(PARTS, { passage: "a#0", quote: "nothing of this" }), []);
  assert.deepEqual(places.quoted(PARTS, { passage: "a#0", quote: "" }), []);
  assert.deepEqual(places.quoted(PARTS, { passage: "a#0", quote: null }), []);
});

test("what is looked for is found whatever its case, accents and spaces", () => {
  const find = places.finder(PARTS);
  assert.deepEqual(words(find("it was decided")), ["It was  decided", "It was decided"]);
  assert.deepEqual(words(find("cafe FIRST, then")), ["Café first, then"]);
  assert.deepEqual(words(find(" SHIP ")), ["ship"]);
  assert.deepEqual(words(find("🚢")), ["🚢"]);
});

test("nothing is found across two turns, of nothing, or of what is an expression elsewhere", () => {
  const find = places.finder(PARTS);
  for (const nothing of ["decided. Café", "", "  ", ".*", "(", "\\"]) assert.deepEqual(find(nothing), []);
});

test("characters that fold to more or fewer of them are marked whole", () => {
  const find = places.finder([{ index: 0, pieces: [{ passage_id: "b", text: "ﬁne İstanbul Straße" }] }]);
  assert.deepEqual(find("fine"), [{ part: 0, start: 0, end: 3 }]);
  assert.deepEqual(find("istanbul"), [{ part: 0, start: 4, end: 12 }]);
});

test("speakers are numbered as they are first heard", () => {
  assert.deepEqual([...places.speakers(PARTS)], [["Ann", 0], ["Bob", 1]]);
});

test("the turn that is heard is the last that has begun", () => {
  assert.deepEqual([0, 3.9, 4, 100].map((s) => places.heardAt(PARTS, s)), [0, 0, 1, 2]);
  assert.equal(places.heardAt([{ index: 0, pieces: [] }], 3), -1);
});

test("the parts of a passage are known", () => {
  assert.deepEqual(places.partsOf(PARTS, "a#1"), [1, 2]);
});

test("a document is read once, however much is searched in it", () => {
  let read = 0;
  const spoken = "ten words of what was said about the harbour café ";
  const part = (n) => ({ index: n, get pieces() { read += 1; return [{ passage_id: `c#${n}`, text: spoken }]; } });
  const find = places.finder(Array.from({ length: 1500 }, (_, n) => part(n)));
  const once = read;
  assert.ok(once <= 3 * 1500);
  for (const words of ["harbour cafe", "ten words", "HARBOUR"]) assert.equal(find(words).length, 1500);
  assert.equal(read, once);
});

test("the parts of each page are found in one look at the document", () => {
  let read = 0;
  const part = (n) => ({ get page() { read += 1; return n; } });
  const pages = places.byPage([undefined, 1, 3, 3, 2, 3].map(part));
  assert.deepEqual([...pages].sort(), [[1, [0, 1]], [2, [4]], [3, [2, 3, 5]]]);
  assert.equal(read, 6);
  assert.deepEqual([...places.byPage([])], [[1, []]]);
});

test("an address names a place, beside whatever else it says", () => {
  const place = { document: "recordings/a b", passage: "recordings/a b#3", quote: "It's 50 % & more?" };
  const query = address.write(place, "?view=1");
  assert.equal(new URLSearchParams(query).get("view"), "1");
  assert.deepEqual(address.read(query), place);
  assert.equal(address.write(null, query), "?view=1");
  assert.equal(address.write(null), "");
  assert.equal(address.read("?passage=a"), null);
  assert.deepEqual(address.read("?source=a&passage="), { document: "a", passage: null, quote: null });
});

test("a quote in an address is cut behind a word, and the rest still found", () => {
  const quote = "word ".repeat(400);
  const { quote: kept } = address.read(address.write({ document: "a", quote }));
  assert.ok(kept.length <= 600 && kept.endsWith("word"));
  assert.ok(address.same({ document: "a", quote }, { document: "a", quote: kept }));
});
