/** The sketch of an unfinished tail looks as the server's finished HTML will. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { sketch } = require("../../assets/20_sketch.js");

const GOLDEN = JSON.parse(fs.readFileSync(path.join(__dirname, "../golden/sketch.json"), "utf8"));
const INLINE = new Set(["a", "code", "em", "s", "span", "strong", "br", "#text"]);
const TAGS = new Set(
  "a blockquote br code div em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split(" "),
);
const ATTRIBUTES = new Set("aria-label class data-n href rel role start tabindex target".split(" "));

/** A node as the golden writes it: `[tag, class, ...children]`. */
function tree(node) {
  const shown = [node.tag, node.attrs.class || ""];
  if (shown[1] === "formula") return shown;
  if (node.tag === "code") return [...shown, ...node.children.map((child) => child.text)];
  return [...shown, ...trees(node.children)];
}

function trees(nodes) {
  const out = [];
  nodes.forEach((node, at) => {
    if (node.tag !== "#text") return out.push(tree(node));
    const before = nodes[at - 1];
    const after = nodes[at + 1];
    let value = node.text.replace(/[ \t\n\r]+/g, " ");
    if (!before || !INLINE.has(before.tag) || before.tag === "br") value = value.replace(/^ +/, "");
    if (!after || !INLINE.has(after.tag)) value = value.replace(/ +$/, "");
    if (value) out.push(value);
  });
  return out;
}

/** What a reader sees, without white space. */
function visible(nodes) {
  return nodes.map((node) => (node.tag === "#text" ? node.text : visible(node.children))).join("").replace(/\s+/g, "");
}

/** The elements in the order in which they begin. */
function outline(nodes) {
  return nodes.flatMap((node) => (node.tag === "#text" ? [] : [node.tag, ...outline(node.children)]));
}

/** Whether all of `part` stands in `whole` in the same order: an empty cell comes before what fills another. */
function isSubsequence(part, whole) {
  let at = 0;
  for (const tag of whole) if (tag === part[at]) at += 1;
  return at === part.length;
}

function everyNode(nodes, visit) {
  for (const node of nodes) {
    visit(node);
    if (node.children) everyNode(node.children, visit);
  }
}

for (const { name, text, blocks } of GOLDEN) {
  test(`${name}: each finished block is sketched as the server renders it`, () => {
    let start = 0;
    for (const { end, tree: expected } of blocks) {
      assert.deepEqual(trees(sketch(text.slice(start, end) + "\n\n")), expected, text.slice(start, end));
      start = end;
    }
  });

  test(`${name}: several blocks in one tail are sketched as each alone`, () => {
    assert.deepEqual(trees(sketch(text)), blocks.flatMap((block) => block.tree));
  });

  test(`${name}: every prefix gives a tree of known elements only`, () => {
    for (let end = 0; end <= text.length; end += 1) {
      everyNode(sketch(text.slice(0, end)), (node) => {
        if (node.tag === "#text") return assert.equal(typeof node.text, "string");
        assert.ok(TAGS.has(node.tag), node.tag);
        for (const key of Object.keys(node.attrs)) assert.ok(ATTRIBUTES.has(key), key);
        if (node.attrs.href) assert.match(node.attrs.href, /^(#$|https?:\/\/|mailto:)/i);
      });
    }
  });
}

for (const { name, text, blocks } of GOLDEN.filter((entry) => entry.steady)) {
  test(`${name}: no mark shows through, and nothing shown goes away, wherever the text stands`, () => {
    let start = 0;
    for (const { end } of blocks) {
      const whole = sketch(text.slice(start, end) + "\n\n");
      for (let at = start; at <= end; at += 1) {
        const now = sketch(text.slice(start, at));
        const tail = JSON.stringify(text.slice(start, at));
        assert.ok(visible(whole).startsWith(visible(now)), `${tail} shows ${visible(now)}`);
        assert.ok(isSubsequence(outline(now), outline(whole)), `${tail} is ${outline(now)}`);
      }
      start = end;
    }
  });

  test(`${name}: what was shown once stays shown, and little is held back`, () => {
    let start = 0;
    for (const { end } of blocks) {
      const lengths = [];
      for (let at = start; at <= end; at += 1) lengths.push(visible(sketch(text.slice(start, at))).length);
      lengths.forEach((length, n) => assert.ok(n === 0 || length >= lengths[n - 1], text.slice(start, start + n)));
      const whole = visible(sketch(text.slice(start, end) + "\n\n")).length;
      assert.equal(lengths[lengths.length - 1], whole, text.slice(start, end));
      start = end;
    }
  });
}

test("open marks are closed at the end", () => {
  const shown = (tail) => trees(sketch(tail));
  assert.deepEqual(shown("**bo"), [["p", "", ["strong", "", "bo"]]]);
  assert.deepEqual(shown("**bold*"), [["p", "", ["strong", "", "bold"]]]);
  assert.deepEqual(shown("***bo**"), [["p", "", ["em", "", ["strong", "", "bo"]]]]);
  assert.deepEqual(shown("~~go"), [["p", "", ["s", "", "go"]]]);
  assert.deepEqual(shown("a `co"), [["p", "", "a ", ["code", "", "co"]]]);
  assert.deepEqual(shown("**a *b"), [["p", "", ["strong", "", "a ", ["em", "", "b"]]]]);
  assert.deepEqual(shown("```py\nx = 1"), [["div", "code", ["pre", "", ["code", "language-py", "x = 1\n"]]]]);
  assert.deepEqual(shown("$x^"), [["p", "", ["span", "formula"]]]);
  assert.deepEqual(shown("$$\nx"), [["div", "formula"]]);
});

test("what may become a mark is held back", () => {
  for (const tail of ["#", "## ", "-", "- ", "1", "1.", "> ", "`", "```", "```py", "*", "**", "[", "[1", "[2,", "|", "---", "$", "~~"]) {
    assert.deepEqual(sketch(tail), [], tail);
  }
  for (const tail of ["a *", "a **", "a ~", "a ~~", "a [", "a [1", "a [1, 2", "a `", "a ![", "a\n- ", "a\n--", "a\n```", "a \\", "a $"]) {
    assert.deepEqual(trees(sketch(tail)), [["p", "", "a"]], tail);
  }
});

test("an unfinished link shows its text only, and no address", () => {
  for (const tail of ["[te", "[te](", "[te](htt", "[te](https://a.org/", '[te](https://a.org "ti']) {
    const nodes = sketch(tail);
    assert.equal(visible(nodes), "te", tail);
    everyNode(nodes, (node) => assert.ok(!node.attrs || !node.attrs.href, tail));
  }
});

test("a product, an amount and a name keep their characters", () => {
  for (const tail of ["2 * 3 is", "2*3 is", "snake_case is", "it costs $5 and", "a < b", "Hello!"]) {
    assert.equal(visible(sketch(tail)), tail.replace(/\s/g, ""));
  }
});

test("a table is a table from its first row on", () => {
  for (const tail of ["| a | b", "| a | b |\n", "| a | b |\n|--", "| a | b |\n|---|---|\n", "| a | b |\n|---|---|\n| 1 | "]) {
    assert.equal(outline(sketch(tail)).slice(0, 2).join(" "), "div table", tail);
  }
});

test("hostile text of some 10 KB is sketched in a fraction of a second", () => {
  const repeated = ["[", "*a", "> ", "- ", "`", "![", "[a](", "<", "$", "\\(", "**a _b ~~c ", "|", "[[1](http://x)", "&", "\n", " ", "a\n"];
  for (const piece of repeated) {
    const began = process.cpuUsage(); // a busy machine's clock says nothing
    sketch(piece.repeat(3000));
    const took = process.cpuUsage(began).user / 1000;
    assert.ok(took < 500, `${JSON.stringify(piece)}: ${took} ms`);
  }
});

test("a line separator in a text breaks no line, and nothing else", () => {
  for (const separator of ["\u2028", "\u2029", "\u0085", "\v", "\f"]) {
    assert.equal(outline(sketch(`- a${separator}b`))[0], "ul");
    assert.ok(visible(sketch(`a ${separator}\n${separator}b`)).includes("b"));
  }
});
