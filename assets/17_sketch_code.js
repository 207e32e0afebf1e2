/** The blocks of a sketch (20_sketch.js) that hold no others and no marks: code and formulas. Pure. */
(function (root) {
  "use strict";

  const inPage = typeof module === "undefined";
  const { element, formulaNode, inline, text } = inPage ? root.footnote.words : require("./15_words.js");
  const { isBlank, indentOf, endAt } = inPage ? root.footnote.sketchLines : require("./16_sketch_lines.js");

  // Flag s: U+2028 and U+2029 break no line, so `.` has to take them like any other character.
  const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*(.*)$/s;
  const FORMULA = /^ {0,3}(\$\$|\\\[)/;
  const MARKER_ONLY = /^[\d\s,;–-]*$/;

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

  const sketchCode = { FENCE, FORMULA, indentedCode, fence, formulaBlock };
  if (typeof module !== "undefined") module.exports = sketchCode;
  else (root.footnote = root.footnote || {}).sketchCode = sketchCode;
})(typeof window === "undefined" ? globalThis : window);
