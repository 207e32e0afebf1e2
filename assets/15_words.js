/**
 * The words of an unfinished answer: a paragraph's text as nodes, open marks closed at the end.
 *
 * The inline half of 20_sketch.js, which says what it is for. Pure: text in, nodes out.
 *
 * @typedef {import("./13_sketch_nodes.js").SketchNode} SketchNode
 */
(function () {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? window.footnote.t : require("./02_texts.js").english();
  const { element, merged, text } = inPage ? window.footnote.sketchNodes : require("./13_sketch_nodes.js");
  const { delimiters, resolve } = inPage ? window.footnote.emphasis : require("./14_emphasis.js");

  const MARKER_ONLY = /^[\d\s,;–-]*$/;
  const LONGEST_LABEL = 500;
  const MOST_CITES = 20;
  const REL = "noopener noreferrer nofollow";
  const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0", ndash: "–", mdash: "—",
    hellip: "…", copy: "©", times: "×", middot: "·", bull: "•", rarr: "→", larr: "←", le: "≤", ge: "≥" };

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

  function formulaNode(tag, source) {
    return element(tag, [element("code", [text(source.trim())])], { class: "formula" });
  }

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
    "*": emphasis, _: emphasis, "~": emphasis, "\n": lineBreak,
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

  function emphasis(state) {
    take(state, ...delimiters(state));
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
    const padded = /^ .* $/s.test(line) && line.trim() !== "";
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
    if (numbers.length) return take(state, marker[0].length, citesNode(numbers, before(state)));
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
    if (source.indexOf("]", at) < 0) return -1;
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

  /**
   * Take the white space before a marker: it stands beside the first chip, so that no line breaks between them.
   * Between two markers one may.
   */
  function before(state) {
    const last = state.items.at(-1);
    const space = last?.tag === "#text" ? /[ \n]*$/.exec(last.text)[0] : "";
    if (!space || (space === last.text && state.items.at(-2)?.attrs?.class === "cites")) return false;
    last.text = last.text.slice(0, -space.length);
    return true;
  }

  function citesNode(numbers, hasSpace) {
    const links = numbers.map((n) =>
      element("a", [text(String(n))], {
        class: "cite", href: "#", "data-n": String(n), "aria-label": t("markdown.source", { n: String(n) }),
      }),
    );
    if (hasSpace) links[0] = element("span", [text(" "), links[0]]);
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

  const exported = { element, formulaNode, inline, merged, text };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).words = exported;
})();
