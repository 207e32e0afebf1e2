"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const context = require("../../assets/28_context.js");
const { bounded } = require("../../assets/host/10_about.js");
const { shown } = require("../../assets/host/12_figures.js");

test("what comes from the page around is of its shape, whatever it was", () => {
  for (const nothing of [null, undefined, 3, "x", {}, { title: 3 }, { title: " " }]) assert.equal(context.of(nothing), null);
  const of = context.of({ title: " T ", filter: [{ name: "a", value: {} }, null], rows: [["1", 2], 3], columns: "x" });
  assert.deepEqual(of, { title: "T", filter: [{ name: "a", value: "" }], columns: [], rows: [["1", ""], []], text: "" });
});

test("its line tells how much it is and what limits it", () => {
  const filter = [{ name: "Region", value: "North" }];
  assert.equal(context.detail({ filter, rows: [["a"], ["b"]] }), "2 rows · Region: North");
  assert.equal(context.detail({ filter: [], rows: [] }), "");
});

test("records become rows, and what is chosen becomes conditions", () => {
  const about = bounded({ title: "T", filter: { Region: ["North", "East"], Year: null }, data: [{ a: 1, b: null }, { a: 2, b: "x" }] });
  assert.deepEqual(about, {
    title: "T", filter: [{ name: "Region", value: "North, East" }], columns: ["a", "b"], rows: [["1", ""], ["2", "x"]],
  });
  assert.equal(bounded({ data: [{ a: 1 }] }), null);
});

test("never more is sent than the server takes", () => {
  const data = Array.from({ length: 1000 }, (_, n) => ({ n, words: "ü".repeat(290) }));
  const about = bounded({ title: "x".repeat(999), filter: { f: "y".repeat(999) }, text: "z".repeat(9999), data });
  assert.equal(about.title.length, 200);
  assert.equal(about.filter[0].value.length, 500);
  assert.equal(about.text.length, 8000);
  assert.ok(about.rows.length > 5 && about.rows.length <= 200);
  assert.ok(new TextEncoder().encode(JSON.stringify(about)).length <= 32_000);
});

test("what is cut off leaves no half of a character, and nothing that no database takes", () => {
  const about = bounded({ title: `${"x".repeat(199)}😀`, data: [{ a: "\0b" }] });
  assert.equal(about.title, "x".repeat(199));
  assert.deepEqual(about.rows, [["b"]]);
});

test("a chart's points are rows, also where plotly sends numbers as they lie in memory", () => {
  const bdata = Buffer.from(new Float64Array([1.5, 2.5]).buffer).toString("base64");
  const layout = { xaxis: { title: { text: "Month" } }, yaxis: { title: "Revenue" } };
  const one = { x: ["Jan", "Feb"], y: { dtype: "f8", bdata } };
  assert.deepEqual(shown({ figure: { data: [one], layout } }), { columns: ["Month", "Revenue"], rows: [["Jan", 1.5], ["Feb", 2.5]] });
  const two = shown({ figure: { data: [{ ...one, name: "North" }, { name: "East", x: ["Jan"], y: [3] }], layout } });
  assert.deepEqual(two.columns, ["series", "Month", "Revenue"]);
  assert.deepEqual(two.rows.at(-1), ["East", "Jan", 3]);
  assert.deepEqual(shown({ figure: { data: [{ y: [7, 8] }] } }).rows, [[0, 7], [1, 8]]);
});

test("a table's rows are those that are seen", () => {
  assert.deepEqual(shown({ data: [{ a: 1 }, { a: 2 }], derived_virtual_data: [{ a: 2 }] }), [{ a: 2 }]);
  assert.deepEqual(shown({ rowData: [{ a: 1 }] }), [{ a: 1 }]);
  assert.equal(shown({}), null);
});
