/** The list of conversations shows what the server has and what this tab already knows, by the reader's days. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const conversations = require("../../assets/12_conversations.js");

const {
  initial, withList, withAsked, withArrival, withTitle, withoutTitle, withHidden, withoutHidden,
  shown, grouped, bounded, newTitle,
} = conversations;

const NOW = new Date("2026-03-12T10:00:00Z"); // a Thursday

function conversation(id, updated_at = "2026-03-12T09:00:00.000+00:00", fields = {}) {
  return { session_id: id, title: `Title of ${id}`, updated_at, running: false, ...fields };
}

/** A list that has come. */
function listed(...all) {
  return withList(initial(), all, "");
}

const idsOf = (past, open) => shown(past, open).map((c) => c.session_id);

function labels(dates, here) {
  return grouped(dates.map((at, n) => conversation(String(n), at)), here).map(({ label, items }) => [label, items.length]);
}

test("nothing is shown before the first list", () => assert.deepEqual(shown(initial()), []));

test("the newest comes first, however the moments are written", () => {
  const past = listed(
    conversation("a", "2026-03-12T09:00:00.000+00:00"),
    conversation("b", "2026-03-12T11:00:00.000+01:00"),
    conversation("c", "2026-03-12T09:30:00.000Z"),
  );
  assert.deepEqual(idsOf(past), ["b", "c", "a"]);
});

test("conversations stand under the reader's days: today, yesterday, weekdays, dates, dates with a year", () => {
  const dates = [
    "2026-03-12T09:00:00Z", "2026-03-12T00:30:00Z", "2026-03-11T23:00:00Z", "2026-03-10T09:00:00Z",
    "2026-03-06T09:00:00Z", "2026-03-05T09:00:00Z", "2025-12-31T09:00:00Z",
  ];
  assert.deepEqual(labels(dates, { now: NOW, locale: "en-GB", timeZone: "UTC" }), [
    ["Today", 2], ["Yesterday", 1], ["Tuesday", 1], ["Friday", 1], ["5 March", 1], ["31 December 2025", 1],
  ]);
});

test("the time zone decides where a day begins", () => {
  const dates = ["2026-03-11T23:30:00Z"];
  assert.deepEqual(labels(dates, { now: NOW, locale: "en", timeZone: "UTC" }), [["Yesterday", 1]]);
  assert.deepEqual(labels(dates, { now: NOW, locale: "en", timeZone: "Europe/Berlin" }), [["Today", 1]]);
  assert.deepEqual(labels(dates, { now: NOW, locale: "en", timeZone: "America/Los_Angeles" }), [["Yesterday", 1]]);
});

test("a day of 23 or 25 hours is one day", () => {
  const here = { locale: "en", timeZone: "Europe/Berlin" };
  for (const [now, before] of [
    ["2026-03-30T00:30:00+02:00", "2026-03-29T00:30:00+01:00"],
    ["2026-10-26T00:30:00+01:00", "2026-10-25T00:30:00+02:00"],
  ]) {
    assert.deepEqual(labels([before], { now: new Date(now), ...here }), [["Yesterday", 1]]);
  }
});

test("days are told in the reader's language", () => {
  const dates = ["2026-03-12T09:00:00Z", "2026-03-11T09:00:00Z", "2026-03-09T09:00:00Z", "2026-02-03T09:00:00Z"];
  const german = labels(dates, { now: NOW, locale: "de", timeZone: "UTC" }).map(([label]) => label);
  assert.deepEqual(german, ["Heute", "Gestern", "Montag", "3. Februar"]);
  const american = labels(dates, { now: NOW, locale: "en-US", timeZone: "UTC" }).map(([label]) => label);
  assert.deepEqual(american, ["Today", "Yesterday", "Monday", "February 3"]);
});

test("other calendars and digits count the same days", () => {
  for (const locale of ["fa-IR", "ar-EG", "th-TH", "ja-JP-u-ca-japanese"]) {
    const groups = labels(["2026-03-12T09:00:00Z", "2026-03-11T09:00:00Z"], { now: NOW, locale, timeZone: "UTC" });
    assert.equal(groups.length, 2);
  }
});

test("what a server whose clock is ahead wrote is today's", () => {
  assert.deepEqual(labels(["2026-03-13T09:00:00Z", "2026-03-12T09:00:00Z"], { now: NOW, locale: "en", timeZone: "UTC" }), [
    ["Today", 2],
  ]);
});

test("a question just asked stands on top at once, as one that is being answered", () => {
  const past = withAsked(listed(conversation("a")), "new", "Why?", NOW);
  const [first, second] = shown(past, { sessionId: "new", running: true });
  assert.deepEqual([first.session_id, first.title, first.running], ["new", "Why?", true]);
  assert.equal(second.session_id, "a");
});

test("a further question moves its conversation up and keeps its title", () => {
  const past = withAsked(listed(conversation("b"), conversation("a", "2026-03-01T09:00:00Z")), "a", "And then?", NOW);
  assert.deepEqual(shown(past).map((c) => c.title), ["Title of a", "Title of b"]);
});

test("a list from before the question arrived doesn't take it away; the first one after tells the truth", () => {
  const asked = withAsked(listed(), "new", "Why?", NOW);
  assert.deepEqual(idsOf(withList(asked, [], "")), ["new"]);
  assert.deepEqual(idsOf(withList(withArrival(asked), [], "")), []);
  assert.deepEqual(idsOf(withList(withArrival(asked), [conversation("new")], "")), ["new"]);
  assert.deepEqual(withArrival(initial()), initial());
});

test("a question just asked is not among what a search found", () => {
  const past = withAsked(withList(initial(), [conversation("a")], "words"), "new", "Why?", NOW);
  assert.deepEqual(idsOf(past), ["a"]);
});

test("the page knows best whether its own conversation is being answered", () => {
  const past = listed(conversation("a", undefined, { running: true }), conversation("b", undefined, { running: true }));
  const running = Object.fromEntries(shown(past, { sessionId: "a", running: false }).map((c) => [c.session_id, c.running]));
  assert.deepEqual(running, { a: false, b: true });
});

test("a new title shows at once, and the old one again where it could not be saved", () => {
  const past = withTitle(listed(conversation("a")), "a", "Better");
  assert.equal(shown(past)[0].title, "Better");
  assert.equal(shown(withList(past, [conversation("a")], ""))[0].title, "Better");
  assert.equal(shown(withoutTitle(past, "a"))[0].title, "Title of a");
});

test("what was deleted stays away from every list until it is undone, and comes back to its place", () => {
  const before = listed(conversation("a"), conversation("b", "2026-03-12T08:00:00Z"));
  const past = withHidden(withHidden(before, "a"), "a");
  assert.deepEqual(idsOf(past), ["b"]);
  assert.deepEqual(idsOf(withList(past, [conversation("a")], "")), []);
  assert.deepEqual(idsOf(withoutHidden(past, "a")), ["a", "b"]);
});

test("no state is changed by what follows from it", () => {
  const past = Object.freeze({ ...listed(conversation("a")), titles: Object.freeze({}), hidden: Object.freeze([]) });
  for (const next of [
    withTitle(past, "a", "x"), withHidden(past, "a"), withAsked(past, "a", "x", NOW), withoutTitle(past, "a"),
  ]) {
    assert.notEqual(next, past);
  }
  assert.deepEqual(past.titles, {});
});

test("the list is bounded, and says how many are left", () => {
  const many = Array.from({ length: 60 }, (_, n) => conversation(String(n)));
  assert.equal(bounded(many, 50).first.length, 50);
  assert.equal(bounded(many, 50).more, 10);
  assert.equal(bounded(many, 100).more, 0);
});

test("a title is one line; nothing, or the same, is no new title", () => {
  assert.equal(newTitle("  Two\n words\t ", "Old"), "Two words");
  assert.equal(newTitle(" \u00a0\n", "Old"), null);
  assert.equal(newTitle("Old ", "Old"), null);
});
