/**
 * The unfinished tail of an answer as a light tree, drawn as it will look when it is finished.
 *
 * The server renders each finished block of Markdown once; what stands behind the last one is
 * still being written, and is sketched here: open marks are closed at the end, and a trailing
 * piece that may become a mark is held back. The same elements, nesting and classes as the
 * server's HTML (tests/golden/sketch.json), so that nothing jumps when a block is finished.
 * Pure: text in, tree out; no DOM, and never a string of HTML.
 *
 * @typedef {import("./13_sketch_nodes.js").SketchNode} SketchNode
 * @typedef {import("./13_sketch_nodes.js").ElementNode} ElementNode
 * @typedef {import("./16_sketch_lines.js").End} End
 */
(function () {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? window.footnote.t : require("./02_texts.js").english();
  const { element, inline, merged, text } = inPage ? window.footnote.words : require("./15_words.js");
  const { DONE, isBlank, indentOf, endAt } = inPage ? window.footnote.sketchLines : require("./16_sketch_lines.js");
  const { FENCE, FORMULA, ...code } = inPage ? window.footnote.sketchCode : require("./17_sketch_code.js");
  const tables = inPage ? window.footnote.sketchTables : require("./18_sketch_tables.js");

  const DEEPEST = 16;
  const HEADINGS = ["h3", "h4", "h5", "h6", "h6", "h6"];

  // Flag s: U+2028 and U+2029 break no line, so `.` has to take them like any other character.
  const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
  const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/s;
  const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
  const QUOTE = /^ {0,3}> ?/;
  const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])( +(?=\S)| *$)(.*)$/s;
  const TASK = /^\[([ xX])\][ \t]/;
  const CONTAINERS = /^([ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*)(.*)$/s;
  // The beginning of a line that may yet become a mark.
  const FRAGMENT = new RegExp(
    "^(?:#{1,6}[ \\t]*|[-+]|\\d{1,9}[.)]?|\\[[ xX]?\\]?[ \\t]*|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|[-=_*][-=_* \\t]*" +
      "|\\|[ \\t]*|\\$\\$?|\\\\\\[?)$",
    "s",
  );

  /**
   * The tree of a tail.
   * @param {string} tail
   * @returns {SketchNode[]}
   */
  function sketch(tail) {
    const lines = tail.replace(/\r\n?/g, "\n").split("\n").map(expandIndent);
    const last = lines.length - 1;
    const live = !(isBlank(lines[last]) && (last === 0 || isBlank(lines[last - 1])));
    let partial = live;
    if (live && isHeldBack(lines[last])) {
      lines.pop();
      partial = false;
    }
    return blocks(lines, { live, partial }, 0).nodes;
  }

  /** Tabs before a line's text, as the spaces up to the next multiple of four. */
  function expandIndent(line) {
    const indent = /^[ \t]*/.exec(line)[0];
    if (!indent.includes("\t")) return line;
    let width = 0;
    for (const character of indent) width += character === "\t" ? 4 - (width % 4) : 1;
    return " ".repeat(width) + line.slice(indent.length);
  }

  function isHeldBack(line) {
    const [, containers, rest] = CONTAINERS.exec(line);
    return rest === "" ? containers !== "" || line === "" : FRAGMENT.test(rest);
  }

  // ---- blocks -------------------------------------------------------------------------------

  /**
   * The blocks of some lines; `loose` where a blank line stands between two of them.
   * @param {string[]} lines
   * @param {End} end
   * @returns {{nodes: SketchNode[], loose: boolean}}
   */
  function blocks(lines, end, depth) {
    const nodes = [];
    let loose = false;
    let blank = false;
    let at = 0;
    while (at < lines.length) {
      if (isBlank(lines[at])) {
        blank = true;
        at += 1;
        continue;
      }
      loose = loose || (blank && nodes.length > 0);
      blank = false;
      const block = blockAt(lines, at, end, depth);
      // A paragraph of which all is held back is not there yet.
      if (block.node.tag !== "p" || block.node.children.length) nodes.push(block.node);
      at = block.next;
    }
    return { nodes, loose };
  }

  /** The block that begins at a line, and the line behind it. */
  function blockAt(lines, at, end, depth) {
    const line = lines[at];
    if (indentOf(line) >= 4) return code.indentedCode(lines, at);
    if (FENCE.test(line)) return code.fence(lines, at);
    const formula = code.formulaBlock(lines, at, end);
    if (formula) return formula;
    if (RULE.test(line)) return { node: element("hr", []), next: at + 1 };
    if (HEADING.test(line)) return heading(lines, at, end);
    if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, end, depth);
    if (depth < DEEPEST && ITEM.test(line)) return list(lines, at, end, depth);
    return tables.startsTable(lines, at, end) ? tables.table(lines, at, end, interrupts) : paragraph(lines, at, end);
  }

  function heading(lines, at, end) {
    const [, marks, rest] = HEADING.exec(lines[at]);
    const content = (rest || "").trim().replace(/(^|[ \t])#+$/, "").trim();
    const live = endAt(at + 1, lines, end).partial;
    return { node: element(HEADINGS[marks.length - 1], inline(content, live)), next: at + 1 };
  }

  /** Whether a line can begin a block in the middle of a paragraph. */
  function interrupts(lines, at, insideContainer) {
    const line = lines[at];
    if (indentOf(line) >= 4) return false;
    if (FENCE.test(line) || RULE.test(line) || HEADING.test(line) || QUOTE.test(line)) return true;
    if (FORMULA.test(line)) return code.formulaBlock(lines, at, DONE) !== null;
    const item = ITEM.exec(line);
    return item !== null && (insideContainer || (item[4] !== "" && (item[2].length === 1 || /^0*1[.)]$/.test(item[2]))));
  }

  function paragraph(lines, at, end) {
    let next = at + 1;
    while (next < lines.length && !isBlank(lines[next])) {
      const underline = UNDERLINE.exec(lines[next]);
      if (underline) {
        const content = joined(lines.slice(at, next));
        return { node: element(HEADINGS[underline[1][0] === "=" ? 0 : 1], inline(content, false)), next: next + 1 };
      }
      if (interrupts(lines, next, false) || tables.startsTable(lines, next, end)) break;
      next += 1;
    }
    return { node: element("p", inline(joined(lines.slice(at, next)), endAt(next, lines, end).live)), next };
  }

  /** A paragraph's text: its lines without what stands before them. */
  function joined(lines) {
    return lines.map((line) => line.replace(/^[ \t]+/, "")).join("\n").trim();
  }

  function quote(lines, at, end, depth) {
    const inner = [];
    let next = at;
    while (next < lines.length && !isBlank(lines[next])) {
      if (QUOTE.test(lines[next])) inner.push(expandIndent(lines[next].replace(QUOTE, "")));
      else if (goesOnLazily(inner, lines, next)) inner.push(lines[next].trim());
      else break;
      next += 1;
    }
    return { node: element("blockquote", blocks(inner, endAt(next, lines, end), depth + 1).nodes), next };
  }

  /** Whether a line without its container's mark goes on with the paragraph inside. */
  function goesOnLazily(inner, lines, at) {
    const last = inner[inner.length - 1] || "";
    if (isBlank(last) || interrupts(lines, at, true)) return false;
    const fences = inner.filter((line) => FENCE.test(line)).length;
    return fences % 2 === 0 && !RULE.test(last) && !HEADING.test(last) && indentOf(last) < 4 && !FENCE.test(last);
  }

  // ---- lists --------------------------------------------------------------------------------

  function list(lines, at, end, depth) {
    const first = ITEM.exec(lines[at]);
    const kind = first[2][first[2].length - 1];
    const items = [];
    let next = at;
    let loose = false;
    while (next < lines.length) {
      const marker = indentOf(lines[next]) < 4 && !RULE.test(lines[next]) ? ITEM.exec(lines[next]) : null;
      if (!marker || marker[2][marker[2].length - 1] !== kind) break;
      const item = itemLines(lines, next, marker);
      const content = blocks(item.lines, endAt(item.next, lines, end), depth + 1);
      const goesOn = item.next < lines.length && sameKind(lines[item.next], kind);
      loose = loose || content.loose || (item.blank && goesOn);
      items.push({ nodes: content.nodes, task: item.task });
      next = item.next;
    }
    return { node: listNode(first[2], items, loose), next };
  }

  function sameKind(line, kind) {
    const marker = RULE.test(line) ? null : ITEM.exec(line);
    return marker !== null && marker[2][marker[2].length - 1] === kind;
  }

  /** An item's own lines without their indent, the line behind it, and whether blank lines stand between. */
  function itemLines(lines, at, marker) {
    const [, before, mark, gap, rest] = marker;
    const far = gap.length > 4 || rest === "";
    const indent = before.length + mark.length + (far ? 1 : gap.length);
    const task = TASK.exec(rest);
    const own = [(far && rest ? gap.slice(1) : "") + (task && !far ? rest.slice(4) : rest)];
    let next = at + 1;
    while (next < lines.length) {
      const line = lines[next];
      if (isBlank(line)) {
        if (rest === "" && next === at + 1) {
          next += 1;
          break;
        }
        own.push("");
      } else if (indentOf(line) >= indent) own.push(line.slice(indent));
      else if (goesOnLazily(own, lines, next)) own.push(line.trim());
      else break;
      next += 1;
    }
    let blank = rest === "" && next === at + 2 && own.length === 1;
    while (own.length > 1 && own[own.length - 1] === "") {
      own.pop();
      blank = true;
    }
    return { lines: own, next, blank, task: task && !far ? task[1] : "" };
  }

  function listNode(mark, items, loose) {
    const ordered = mark.length > 1;
    const attrs = {};
    if (ordered && Number(mark.slice(0, -1)) !== 1) attrs.start = String(Number(mark.slice(0, -1)));
    if (items.some((item) => item.task)) attrs.class = "contains-task-list";
    return element(ordered ? "ol" : "ul", items.map((item) => itemNode(item, loose)), attrs);
  }

  function itemNode(item, loose) {
    const nodes = item.nodes;
    if (item.task) addBox(nodes, item.task !== " ");
    const children = loose ? nodes : nodes.flatMap((node) => (node.tag === "p" ? node.children : [node]));
    return element("li", children, item.task ? { class: "task-list-item" } : {});
  }

  function addBox(nodes, done) {
    const label = t(done ? "markdown.task_done" : "markdown.task");
    const attrs = { class: done ? "task task-done" : "task", role: "img", "aria-label": label };
    const box = [element("span", [text(done ? "☑" : "☐")], attrs), text(" ")];
    if (nodes.length && nodes[0].tag === "p") nodes[0].children = merged([...box, ...nodes[0].children]);
    else nodes.unshift(...box);
  }

  const exported = { sketch };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).sketch = exported;
})();
