/**
 * The unfinished tail of an answer as a light tree, drawn as it will look when it is finished.
 *
 * The server renders each finished block of Markdown once; what stands behind the last one is
 * still being written, and is sketched here: open marks are closed at the end, and a trailing
 * piece that may become a mark is held back. The same elements, nesting and classes as the
 * server's HTML (tests/golden/sketch.json), so that nothing jumps when a block is finished.
 * Pure: text in, tree out; no DOM, and never a string of HTML.
 *
 * @typedef {{tag: "#text", text: string}} TextNode
 * @typedef {{tag: string, attrs: Object<string, string>, children: SketchNode[]}} ElementNode
 * @typedef {TextNode | ElementNode} SketchNode
 * @typedef {{live: boolean, partial: boolean}} End  live: the last block may go on; partial: its last line too
 */
(function () {
  "use strict";

  const DEEPEST = 16;
  const LONGEST_LABEL = 1000;
  const MOST_MARKS = 400;
  const MOST_CITES = 20;
  const DONE = { live: false, partial: false };
  const HEADINGS = ["h3", "h4", "h5", "h6", "h6", "h6"];
  const REL = "noopener noreferrer nofollow";
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ndash: "–", mdash: "—",
    hellip: "…", copy: "©", times: "×", middot: "·", bull: "•", rarr: "→", larr: "←", le: "≤", ge: "≥" };

  const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/;
  const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
  const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;
  const UNDERLINE = /^ {0,3}(=+|-+)[ \t]*$/;
  const QUOTE = /^ {0,3}> ?/;
  const ITEM = /^( {0,3})([-+*]|\d{1,9}[.)])( +(?=\S)| *$)(.*)$/;
  const TASK = /^\[([ xX])\][ \t]/;
  const DELIMITER = /^ {0,3}(?:[|:]|-[-|:])[-:| \t]*$/;
  const COLUMN = /^:?-+:?$/;
  const FORMULA = /^ {0,3}(\$\$|\\\[)/;
  const MARKER_ONLY = /^[\d\s,;–-]*$/;
  const CONTAINERS = /^([ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*)(.*)$/;
  // The beginning of a line that may yet become a mark.
  const FRAGMENT = new RegExp(
    "^(?:#{1,6}[ \\t]*|[-+]|\\d{1,9}[.)]?|\\[[ xX]?\\]?[ \\t]*|`{1,2}|`{3,}[^`]*|~{1,2}|~{3,}.*|[-=_*][-=_* \\t]*" +
      "|\\|[ \\t]*|\\$\\$?|\\\\\\[?)$",
  );

  /** @returns {TextNode} */
  function text(value) {
    return { tag: "#text", text: value };
  }

  /** @returns {ElementNode} */
  function element(tag, children, attrs) {
    return { tag, attrs: attrs || {}, children };
  }

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
      nodes.push(block.node);
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

  function formulaNode(tag, source) {
    return element(tag, [element("code", [text(source.trim())])], { class: "formula" });
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
    const label = done ? "Done" : "To do";
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
    const attrs = { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" };
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

  // ---- inline -------------------------------------------------------------------------------

  const PLAIN = /[^\\`$[!<&*_~\n]+/y;
  const ESCAPE = /\\([!-/:-@[-`{-~])/y;
  const CODE = /`+/y;
  const DISPLAY = /\$\$(?!\$)((?:[^$\\]|\\[^]){1,1000})\$\$/y;
  const DOLLAR = /\$(?![\s$])((?:[^$\\]|\\[^]){1,1000})(?<!\s)\$(?!\d)/y;
  const ROUND = /\\\(([^]{1,1000}?)\\\)/y;
  const SQUARE = /\\\[([^]{1,1000}?)\\\]/y;
  const CITE = /\[\s{0,3}(\d{1,3}(?:\s{0,3}[,;–-]\s{0,3}\d{1,3}){0,15})\s{0,3}\]/y;
  const AUTOLINK = /<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*)>/y;
  const EMAIL = /<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)>/y;
  const OPEN_AUTOLINK = /<((?:https?:\/\/|mailto:)[^<>\s]*)$/y;
  const ENTITY = /&(?:#[xX]([0-9A-Fa-f]{1,6})|#(\d{1,7})|([A-Za-z]{2,8}));/y;
  const MATHEMATICAL = /[\\^_=+<>{}*]/;
  const ADDRESS = /^(?:https?:\/\/[^\s]|mailto:[^\s])/i;
  const DESTINATION = /\(\s*(?:<([^<>\n]*)>|([^\s<()][^\s()]*(?:\([^\s()]*\)[^\s()]*)*))?(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/y;
  const OPEN_DESTINATION = /\((?:\s*|\s*<[^<>\n]*>?|\s*[^\s<()][^\s)]*(?:\s+(?:"[^"]*"?|'[^']*'?)?\s*)?)$/y;

  /** A sticky expression at a place. */
  function matchAt(expression, source, at) {
    expression.lastIndex = at;
    return expression.exec(source);
  }

  /**
   * A line's or paragraph's nodes. Where `live`, open marks are closed at the end.
   * @param {string} source
   * @param {boolean} live
   * @returns {SketchNode[]}
   */
  function inline(source, live, insideLink) {
    const state = { source, live, insideLink: Boolean(insideLink), at: 0, items: [] };
    while (state.at < source.length) step(state);
    return merged(resolve(state.items, live));
  }

  const STEPS = {
    "\\": backslash, "`": codeSpan, $: dollar, "[": bracket, "!": image, "<": angle, "&": entity,
    "*": delimiters, _: delimiters, "~": delimiters, "\n": lineBreak,
  };

  function step(state) {
    const plain = matchAt(PLAIN, state.source, state.at);
    if (plain) take(state, plain[0].length, text(plain[0]));
    else STEPS[state.source[state.at]](state);
  }

  /** Go on behind some characters, having read these nodes from them. */
  function take(state, length, ...nodes) {
    state.at += length;
    state.items.push(...nodes);
  }

  function rest(state) {
    return state.source.slice(state.at);
  }

  function literal(state) {
    take(state, 1, text(state.source[state.at]));
  }

  function backslash(state) {
    const round = matchAt(ROUND, state.source, state.at);
    if (round && round[1].trim()) return take(state, round[0].length, formulaNode("span", round[1]));
    if (state.live && /^\\\(./s.test(rest(state)) && !round) {
      return take(state, rest(state).length, formulaNode("span", rest(state).slice(2).replace(/\\$/, "")));
    }
    const square = matchAt(SQUARE, state.source, state.at);
    if (square && MATHEMATICAL.test(square[1])) return take(state, square[0].length, formulaNode("span", square[1]));
    const next = state.source[state.at + 1];
    if (next === "\n") return take(state, 2, element("br", []), text("\n"));
    const escaped = matchAt(ESCAPE, state.source, state.at);
    if (escaped) return take(state, 2, text(escaped[1]));
    return state.live && next === undefined ? take(state, 1) : literal(state);
  }

  function codeSpan(state) {
    const mark = matchAt(CODE, state.source, state.at)[0];
    const start = state.at + mark.length;
    for (let from = start; ; ) {
      const found = state.source.indexOf("`", from);
      if (found < 0) break;
      const run = matchAt(CODE, state.source, found)[0];
      if (run.length === mark.length) {
        return take(state, found + run.length - state.at, codeText(state.source.slice(start, found)));
      }
      from = found + run.length;
    }
    if (!state.live) return take(state, mark.length, text(mark));
    const content = state.source.slice(start).replace(/`+$/, "");
    return take(state, rest(state).length, ...(content.trim() ? [codeText(content.trimStart())] : []));
  }

  function codeText(content) {
    const line = content.replace(/\n/g, " ");
    const padded = /^ .* $/.test(line) && line.trim() !== "";
    return element("code", [text(padded ? line.slice(1, -1) : line)]);
  }

  function dollar(state) {
    const display = matchAt(DISPLAY, state.source, state.at);
    if (display && display[1].trim()) return take(state, display[0].length, formulaNode("span", display[1]));
    const before = state.source[state.at - 1] || "";
    const single = matchAt(DOLLAR, state.source, state.at);
    if (/[\p{L}\p{N}$]/u.test(before)) return literal(state);
    if (single && !isAmount(single[1])) return take(state, single[0].length, formulaNode("span", single[1]));
    const open = /^\$\$?(?=[^\s\d$])([^$]*)\$?$/.exec(rest(state));
    if (state.live && open && looksLikeFormula(open[1])) {
      return take(state, rest(state).length, formulaNode("span", open[1]));
    }
    return state.live && /^\$\$?$/.test(rest(state)) ? take(state, rest(state).length) : literal(state);
  }

  function isAmount(content) {
    return /^\d[^]*\s/.test(content) && !MATHEMATICAL.test(content);
  }

  function looksLikeFormula(content) {
    return content.length < 500 && !/[A-Za-z]{2,}[,.]? [A-Za-z]{2,}/.test(content.replace(/\\[a-z]+\{[^}]*\}?/gi, ""));
  }

  // ---- links, images, citations -------------------------------------------------------------

  function bracket(state) {
    const link = linkAt(state, state.at);
    if (link) return take(state, link.length, linkNode(link.href, inline(link.label, link.open, true)));
    const marker = state.insideLink ? null : matchAt(CITE, state.source, state.at);
    const numbers = marker ? cited(marker[1]) : [];
    if (numbers.length) return take(state, marker[0].length, citesNode(numbers));
    if (!state.live || state.insideLink) return literal(state);
    if (MARKER_ONLY.test(rest(state).slice(1))) return take(state, rest(state).length);
    const close = labelEnd(state.source, state.at);
    if (close < 0 && rest(state).length < 100) return take(state, 1);
    if (close === state.source.length - 1 && !/^\[[\d\s,;–-]*\]$/.test(rest(state))) {
      return take(state, rest(state).length, ...inline(rest(state).slice(1, -1), true));
    }
    return literal(state);
  }

  function image(state) {
    if (state.source[state.at + 1] !== "[") return literal(state);
    const link = linkAt(state, state.at + 1);
    if (!link) return state.live && labelEnd(state.source, state.at + 1) < 0 ? take(state, 1) : literal(state);
    const label = plain(inline(link.label, false, true)) || "Image";
    return take(state, link.length + 1, state.insideLink ? text(label) : linkNode(link.href, [text(label)]));
  }

  /** The `]` that closes a bracket, -1 where none does; what stands in code is skipped. */
  function labelEnd(source, at) {
    let level = 0;
    for (let n = at; n < source.length && n < at + LONGEST_LABEL; n += 1) {
      const character = source[n];
      if (character === "\\") n += 1;
      else if (character === "`") n = behindCode(source, n) - 1;
      else if (character === "[") level += 1;
      else if (character === "]") {
        level -= 1;
        if (level === 0) return n;
      }
    }
    return -1;
  }

  function behindCode(source, at) {
    const mark = matchAt(CODE, source, at)[0];
    const closing = new RegExp("(?<!`)" + mark + "(?!`)", "g");
    closing.lastIndex = at + mark.length;
    const found = closing.exec(source);
    return found ? found.index + mark.length : at + mark.length;
  }

  /** A link or image at a bracket; one whose address is still being written is open, and has none. */
  function linkAt(state, at) {
    const close = labelEnd(state.source, at);
    if (close < 0 || state.source[close + 1] !== "(") return null;
    const label = state.source.slice(at + 1, close);
    if (holdsLink(label)) return null;
    const destination = matchAt(DESTINATION, state.source, close + 1);
    if (destination) {
      const href = destination[1] || destination[2] || "";
      return ADDRESS.test(href) ? { label, href, length: close + 1 - at + destination[0].length, open: false } : null;
    }
    const open = state.live && matchAt(OPEN_DESTINATION, state.source, close + 1);
    return open ? { label, href: "", length: state.source.length - at, open: false } : null;
  }

  function holdsLink(label) {
    return /(^|[^!])\[[^\]]*\]\((?:https?:|mailto:)/i.test(label);
  }

  function linkNode(href, children) {
    return element("a", children, ADDRESS.test(href) ? { href, rel: REL, target: "_blank" } : {});
  }

  /** The sources that the inside of a marker names; [] where it is none. */
  function cited(inside) {
    const numbers = new Set();
    for (const [, first, last] of inside.matchAll(/(\d+)(?:\s*[–-]\s*(\d+))?/g)) {
      const from = Number(first);
      const to = Number(last === undefined ? first : last);
      if (from < 1 || to < from || to - from >= MOST_CITES) return [];
      for (let n = from; n <= to; n += 1) numbers.add(n);
    }
    return numbers.size <= MOST_CITES ? [...numbers] : [];
  }

  function citesNode(numbers) {
    const links = numbers.map((n) =>
      element("a", [text(String(n))], { class: "cite", href: "#", "data-n": String(n), "aria-label": "Source " + n }),
    );
    return element("span", links.flatMap((link, n) => (n ? [text(" "), link] : [link])), { class: "cites" });
  }

  function angle(state) {
    const found = matchAt(AUTOLINK, state.source, state.at);
    if (found && ADDRESS.test(found[1])) return take(state, found[0].length, linkNode(found[1], [text(found[1])]));
    const email = matchAt(EMAIL, state.source, state.at);
    if (email) return take(state, email[0].length, linkNode("mailto:" + email[1], [text(email[1])]));
    const open = state.live && matchAt(OPEN_AUTOLINK, state.source, state.at);
    return open ? take(state, open[0].length, linkNode("", [text(open[1])])) : literal(state);
  }

  function entity(state) {
    const found = matchAt(ENTITY, state.source, state.at);
    if (!found) return literal(state);
    const [whole, hex, decimal, name] = found;
    const code = hex ? parseInt(hex, 16) : Number(decimal);
    const character = name ? ENTITIES[name] : code > 0 && code < 0x110000 ? String.fromCodePoint(code) : "\ufffd";
    return character ? take(state, whole.length, text(character)) : literal(state);
  }

  function lineBreak(state) {
    const last = state.items[state.items.length - 1];
    const spaces = last && last.tag === "#text" ? / *$/.exec(last.text)[0].length : 0;
    if (spaces) last.text = last.text.slice(0, -spaces);
    take(state, 1, ...(spaces >= 2 ? [element("br", [])] : []), text("\n"));
  }

  function plain(nodes) {
    return nodes.map((node) => (node.tag === "#text" ? node.text.replace(/\n/g, " ") : plain(node.children))).join("");
  }

  // ---- emphasis -----------------------------------------------------------------------------

  /** A run of `*`, `_` or `~`, with what CommonMark's flanking rules let it do. */
  function delimiters(state) {
    const mark = state.source[state.at];
    let end = state.at;
    while (state.source[end] === mark) end += 1;
    const length = end - state.at;
    const before = state.source.slice(0, state.at).match(/.$/su)?.[0] ?? " ";
    const after = end < state.source.length ? String.fromCodePoint(state.source.codePointAt(end)) : " ";
    const run = flanking(mark, before, after);
    run.last = end === state.source.length;
    if (mark !== "~") return take(state, length, { ...run, length });
    const single = length % 2 === 1 ? [state.live && run.last && length === 1 ? text("") : text("~")] : [];
    const pairs = Array.from({ length: Math.floor(length / 2) }, () => ({ ...run, length: 2 }));
    return take(state, length, ...single, ...pairs);
  }

  function flanking(mark, before, after) {
    const isSpace = (character) => /\s/.test(character);
    const isPunctuation = (character) => /[\p{P}\p{S}]/u.test(character);
    const left = !isSpace(after) && (!isPunctuation(after) || isSpace(before) || isPunctuation(before));
    const right = !isSpace(before) && (!isPunctuation(before) || isSpace(after) || isPunctuation(after));
    const apart = isSpace(before) || isPunctuation(before);
    if (mark !== "_") return { mark, opens: left, closes: right, apart };
    return { mark, opens: left && (!right || isPunctuation(before)), closes: right && (!left || isPunctuation(after)), apart };
  }

  /** Pair the runs; where live, what is still open is closed at the end. */
  function resolve(items, live) {
    if (items.filter((item) => item.mark).length > MOST_MARKS) return items.map(asText);
    const out = [];
    for (const item of items) {
      if (!item.mark) out.push(item);
      else close(out, { ...item, size: item.length }, live);
    }
    return (live ? closedAtEnd(out) : out).map(asText);
  }

  function asText(item) {
    return item.mark ? text(item.mark.repeat(item.length)) : item;
  }

  /** Use a run as a closing one as far as it goes, and keep what is left of it. */
  function close(out, run, live) {
    while (run.closes && run.length > 0) {
      const at = openerOf(out, run);
      if (at < 0) break;
      const opener = out[at];
      // The first of two stars that are about to close a bold text.
      if (live && run.last && run.length === 1 && opener.length >= 2) return;
      const width = run.mark === "~" || (opener.length >= 2 && run.length >= 2) ? 2 : 1;
      wrap(out, at, width);
      run.length -= width;
    }
    if (run.length > 0) out.push(run);
  }

  function openerOf(out, run) {
    for (let at = out.length - 1; at >= 0; at -= 1) {
      const item = out[at];
      if (item.mark !== run.mark || !item.opens) continue;
      const both = (item.closes || run.opens) && run.mark !== "~";
      if (both && (item.size + run.size) % 3 === 0 && !(item.size % 3 === 0 && run.size % 3 === 0)) continue;
      return at;
    }
    return -1;
  }

  /** Put all behind an opening run into an element, taking that many marks off the run. */
  function wrap(out, at, width) {
    const opener = out[at];
    const inner = merged(out.splice(at + 1).map(asText));
    opener.length -= width;
    if (opener.length === 0) out.pop();
    out.push(element(elementOf(opener.mark, width), inner));
  }

  function elementOf(mark, width) {
    if (mark === "~") return "s";
    return width === 2 ? "strong" : "em";
  }

  function closedAtEnd(out) {
    const trailing = out[out.length - 1];
    if (trailing && trailing.mark && trailing.last) out.pop();
    for (let at = out.length - 1; at >= 0; at -= 1) {
      const run = out[at];
      // One star inside a word is more often a product than an emphasis.
      const speculative = run.mark && run.opens && (run.apart || run.length > 1);
      while (speculative && run.length > 0) wrap(out, at, run.mark === "~" || run.length % 2 === 0 ? 2 : 1);
    }
    return out;
  }

  /** Texts that follow each other as one; empty ones go. */
  function merged(nodes) {
    const out = [];
    for (const node of nodes) {
      const last = out[out.length - 1];
      if (node.tag !== "#text") out.push(node);
      else if (last && last.tag === "#text") out[out.length - 1] = text(last.text + node.text);
      else if (node.text) out.push(node);
    }
    return out;
  }

  const exported = { sketch };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).sketch = exported;
})();
