/** What a problem says: the server's words in English, the catalogue's by code and reason in another language. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const { says } = require("../../assets/03_problems.js");

const TEXTS = { "problem.AUTH_ERROR": "Zugang", "problem.AUTH_ERROR_expired": "Abgelaufen" };

function texts(language) {
  return Object.assign((key) => TEXTS[key], { language, has: (key) => key in TEXTS });
}

test("in English the server's own words", () => {
  assert.equal(says({ code: "AUTH_ERROR", reason: "expired", message: "Expired." }, texts("en")), "Expired.");
  assert.equal(says({}, texts("en")), "");
});

test("in another language those of the reason, else of the code, else the server's", () => {
  const german = texts("de");
  assert.equal(says({ code: "AUTH_ERROR", reason: "expired", message: "Expired." }, german), "Abgelaufen");
  assert.equal(says({ code: "AUTH_ERROR", reason: "new", message: "New." }, german), "Zugang");
  assert.equal(says({ code: "AUTH_ERROR", message: "Refused." }, german), "Zugang");
  assert.equal(says({ code: "OTHER", reason: "expired", message: "Other." }, german), "Other.");
});
