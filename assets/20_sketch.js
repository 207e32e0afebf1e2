/**
 * The unfinished tail of an answer as a light tree, drawn as it will look when it is finished.
 *
 * The server renders each finished block of Markdown once; what stands behind the last one is
 * still being written, and is sketched here: open marks are closed at the end, and a trailing
 * piece that may become a mark is held back. The same elements, nesting and classes as the
 * server's HTML (tests/golden/sketch.json), so that nothing jumps when a block is finished.
 * Pure: text in, tree out; no DOM, and never a string of HTML.
 *
 * @typedef {import("./15_words.js").SketchNode} SketchNode
 * @typedef {import("./15_words.js").ElementNode} ElementNode
 * @typedef {{live: boolean, partial: boolean}} End  live: the last block may go on; partial: its last line too
 */
(function () {
  "use strict";

  const words = typeof module !== "undefined" ? require("./15_words.js") : window.footnote.words;
  const t = typeof module !== "undefined" ? require("./02_texts.js").english() : window.footnote.t;
  const { element, formulaNode, inline, merged, text } = words;

  const DEEPEST = 16;
  const DONE = { live: false, partial: false };
  const HEADINGS = ["h3", "h4", "h5", "h6", "h6", "h6"];

  // Flag s: U+2028 and U+2029 break no line, so `.` has to take them like any other character.
  const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/s;
  const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
  const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/s;
  const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
  const QUOTE = /^ {0,3}> ?/;
  const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])( +(?=\S)| *$)(.*)$/s;
  const TASK = /^\[([ xX])\][ \t]/;
  const DELIMITER = /^ {0,3}(?:[|:]|-[-|:])[-:| \t]*$/;
  const COLUMN = /^:?-+:?$/;
  const FORMULA = /^ {0,3}(\$\$|\\\[)/;
  const MARKER_ONLY = /^[\d\s,;–-]*$/;
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

  function isBlank(line) {
    return /^[ \t]*$/.test(line);
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

  function indentOf(line) {
    return /^ */.exec(line)[0].length;
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
    if (indentOf(line) >= 4) return indentedCode(lines, at);
    if (FENCE.test(line)) return fence(lines, at);
    const formula = formulaBlock(lines, at, end);
    if (formula) return formula;
    if (RULE.test(line)) return { node: element("hr", []), next: at + 1 };
    if (HEADING.test(line)) return heading(lines, at, end);
    if (depth < DEEPEST && QUOTE.test(line)) return quote(lines, at, end, depth);
    if (depth < DEEPEST && ITEM.test(line)) return list(lines, at, end, depth);
    return startsTable(lines, at, end) ? table(lines, at, end) : paragraph(lines, at, end);
  }

  /** What the end of all lines means for a block that stops before the line `next`. */
  function endAt(next, lines, end) {
    return next >= lines.length ? end : DONE;
  }

  function codeNode(content, language) {
    const attrs = language ? { class: "language-" + language } : {};
    const code = element("code", content ? [text(content)] : [], attrs);
    return element("div", [element("pre", [code])], { class: "code" });
  }

  function indentedCode(lines, at) {
    let next = at;
    let behind = at;
    while (next < lines.length && (isBlank(lines[next]) || indentOf(lines[next]) >= 4)) {
      next += 1;
      if (!isBlank(lines[next - 1])) behind = next;
    }
    const content = lines.slice(at, behind).map((line) => line.slice(4)).join("\n");
    return { node: codeNode(content + "\n", ""), next: behind };
  }

  function fence(lines, at) {
    const [, mark, info] = FENCE.exec(lines[at]);
    const closing = new RegExp("^ {0,3}" + mark[0] + "{" + mark.length + ",}[ \\t]*$");
    const indent = indentOf(lines[at]);
    let next = at + 1;
    while (next < lines.length && !closing.test(lines[next])) next += 1;
    const content = lines.slice(at + 1, next).map((line) => line.slice(Math.min(indent, indentOf(line))));
    // The empty piece behind the last line break is no line of code.
    if (next >= lines.length && content[content.length - 1] === "") content.pop();
    const name = info.trim().split(/\s+/)[0];
    const language = /^[A-Za-z0-9][A-Za-z0-9+#._-]{0,29}$/.test(name) ? name.toLowerCase() : "";
    return { node: codeNode(content.map((line) => line + "\n").join(""), language), next: next + 1 };
  }

  function formulaBlock(lines, at, end) {
    const opening = FORMULA.exec(lines[at]);
    if (!opening || indentOf(lines[at]) >= 4) return null;
    const mark = opening[1] === "$$" ? "$$" : "\\]";
    const first = lines[at].trim().slice(2);
    const found = first.indexOf(mark);
    if (found >= 0) {
      const content = first.slice(0, found);
      if (first.slice(found + 2) || !content.trim() || MARKER_ONLY.test(content)) return null;
      return { node: formulaNode("div", content), next: at + 1 };
    }
    let next = at + 1;
    while (next < lines.length && !isBlank(lines[next])) {
      next += 1;
      if (lines[next - 1].trimEnd().endsWith(mark)) {
        const source = lines.slice(at, next).join("\n").trim();
        return { node: formulaNode("div", source.slice(2, -2)), next };
      }
    }
    const source = lines.slice(at, next).map((line) => line.trim()).join("\n");
    if (endAt(next, lines, end).live) return { node: formulaNode("div", source.slice(2)), next };
    return { node: element("p", inline(source, false)), next };
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
    if (FORMULA.test(line)) return formulaBlock(lines, at, DONE) !== null;
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
      if (interrupts(lines, next, false) || startsTable(lines, next, end)) break;
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

  // ---- tables -------------------------------------------------------------------------------

  function startsTable(lines, at, end) {
    const header = lines[at];
    if (indentOf(header) >= 4 || !header.includes("|")) return false;
    const piped = /^ {0,3}\|/.test(header);
    if (at + 1 >= lines.length) return end.live && piped;
    const delimiter = lines[at + 1];
    if (indentOf(delimiter) >= 4) return false;
    const columns = cells(header).length;
    if (at + 2 === lines.length && end.partial) {
      return DELIMITER.test(delimiter) && cells(delimiter).length <= columns;
    }
    return alignments(delimiter).length === columns && columns > 0;
  }

  /** The alignment of each column, [] where the line is no delimiter row. */
  function alignments(line) {
    if (!DELIMITER.test(line)) return [];
    const columns = cells(line);
    if (!columns.every((column) => COLUMN.test(column))) return [];
    return columns.map((column) => {
      const left = column.startsWith(":");
      const right = column.endsWith(":");
      if (left && right) return "center";
      if (right) return "right";
      return left ? "left" : "";
    });
  }

  /** A row's cells; an escaped bar belongs to the cell. */
  function cells(line) {
    const row = line.trim().split(/(?<!\\)\|/).map((cell) => cell.replace(/\\\|/g, "|"));
    if (row[0] === "") row.shift();
    if (row.length && row[row.length - 1] === "") row.pop();
    return row.map((cell) => cell.trim());
  }

  function table(lines, at, end) {
    const header = cells(lines[at]);
    const aligned = at + 1 < lines.length ? alignments(lines[at + 1]) : [];
    let next = Math.min(at + 2, lines.length);
    const rows = [];
    while (next < lines.length && !isBlank(lines[next]) && indentOf(lines[next]) < 4 && !interrupts(lines, next, true)) {
      rows.push(cells(lines[next]));
      next += 1;
    }
    const atEnd = endAt(next, lines, end).partial;
    const head = row(header, "th", header.length, aligned, atEnd && lines.length === at + 1);
    const parts = [element("thead", [head])];
    const body = rows.map((cellsOfRow, n) => row(cellsOfRow, "td", header.length, aligned, atEnd && n === rows.length - 1));
    if (body.length) parts.push(element("tbody", body));
    const attrs = { class: "table-scroll", tabindex: "0", role: "group", "aria-label": t("markdown.table") };
    return { node: element("div", [element("table", parts)], attrs), next };
  }

  function row(content, tag, columns, aligned, live) {
    const shown = [];
    for (let n = 0; n < columns; n += 1) {
      const open = live && n === content.length - 1;
      shown.push(element(tag, inline(content[n] || "", open), aligned[n] ? { class: "align-" + aligned[n] } : {}));
    }
    return element("tr", shown);
  }

  const exported = { sketch };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).sketch = exported;
})();
