/**
 * The nodes of a sketch (20_sketch.js): texts, and elements that hold others. Pure.
 *
 * @typedef {{tag: "#text", text: string}} TextNode
 * @typedef {{tag: string, attrs: Object<string, string>, children: SketchNode[]}} ElementNode
 * @typedef {TextNode | ElementNode} SketchNode
 */
(function () {
  "use strict";

  /** @returns {TextNode} */
  function text(value) {
    return { tag: "#text", text: value };
  }

  /** @returns {ElementNode} */
  function element(tag, children, attrs) {
    return { tag, attrs: attrs || {}, children };
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

  const exported = { element, merged, text };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).sketchNodes = exported;
})();
