"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { addresses } = require("../../assets/01_address.js");

test("a page of its own has its places as its addresses", () => {
  const { at, place } = addresses("/");
  assert.equal(at("/api/chat/answers"), "/api/chat/answers");
  assert.equal(place("/library"), "/library");
  assert.equal(place("/"), "/");
});

test("a mounted page puts what stands before it in front, and takes it away", () => {
  const { at, place } = addresses("/team/ask/");
  assert.equal(at("/library"), "/team/ask/library");
  assert.equal(place(at("/c/1")), "/c/1");
  assert.equal(place("/team/ask/"), "/");
  assert.equal(place("/team/ask"), "/");
});

test("what only begins alike is not the page's", () => {
  const { place } = addresses("/ask/");
  assert.equal(place("/asking"), null);
  assert.equal(place("/library"), null);
});
