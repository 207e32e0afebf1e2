/** The tables of a sketch (20_sketch.js), also while their rows are written. Pure. */
(function (root) {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? root.footnote.t : require("./02_texts.js").english();
  const { element, inline } = inPage ? root.footnote.words : require("./15_words.js");
  const { isBlank, indentOf, endAt } = inPage ? root.footnote.sketchLines : require("./16_sketch_lines.js");

  const DELIMITER = /^ {0,3}(?:[|:]|-[-|:])[-:| \t]*$/;
  const COLUMN = /^:?-+:?$/;

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

  /** @param {function(string[], number, boolean): boolean} interrupts whether a line begins another block */
  function table(lines, at, end, interrupts) {
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

  const sketchTables = { startsTable, table };
  if (typeof module !== "undefined") module.exports = sketchTables;
  else (root.footnote = root.footnote || {}).sketchTables = sketchTables;
})(typeof window === "undefined" ? globalThis : window);
