"use strict";

const test = require("node:test");
const assert = require("node:assert");
const { events, line } = require("../../assets/11_debug.js");

const FIRST = '{"type":"stage","seq":2,"stage":"retrieval","status":"complete","elapsed_ms":41.6}\n';
const SECOND = '{"type":"token","seq":3,"content":"secret"}\n';

test("the events are those of the new lines, and of all where a response began anew", () => {
  const value = FIRST + SECOND;
  assert.deepEqual(events(value, FIRST.length, value.length).map(({ seq }) => seq), [3]);
  assert.deepEqual(events(value, 5000, value.length).map(({ seq }) => seq), [2, 3]);
  assert.deepEqual(events(`<!doctype html>\n${SECOND}`, 0, 200).map(({ seq }) => seq), [3]);
});

test("a line tells type, times and the server's own, and no text", () => {
  const [stage, token] = events(FIRST + SECOND, 0, 500);
  assert.equal(line(stage, { received: 50.2, painted: 62 }), "#2 stage · retrieval complete · received 50 ms · painted 12 ms later · server 42 ms");
  assert.equal(line(token, { received: 90, painted: 99 }), "#3 token · 6 characters · received 90 ms · painted 9 ms later");
  assert.equal(line({ type: "ping" }, { received: 1, painted: 2 }), "- ping · received 1 ms · painted 1 ms later");
  assert.equal(line({ type: "toString" }, { received: 1, painted: 2 }), "- toString · received 1 ms · painted 1 ms later");
});
