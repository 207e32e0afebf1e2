/**
 * Makes an element's children those of a sketch (20_sketch.js) with the fewest changes.
 *
 * What is equal is never touched, text that grew is appended to its node: the caret, a
 * selection and the scroll position stay. The sketch's nodes are the only source of what is
 * created, with a closed list of elements and attributes; no HTML is ever parsed here. Only the
 * direction that the page gave to a block is left to it.
 */
(function () {
  "use strict";

  const TAGS = new Set(
    "a blockquote br code div em h3 h4 h5 h6 hr li ol p pre s span strong table tbody td th thead tr ul".split(" "),
  );
  const ATTRIBUTES = new Set("aria-label class data-n href rel role start tabindex target".split(" "));
  const ADDRESS = /^(?:#$|https?:\/\/|mailto:)/i;

  /**
   * @param {Element} parent
   * @param {import("./20_sketch.js").SketchNode[]} nodes
   */
  function patch(parent, nodes) {
    let child = parent.firstChild;
    for (const node of nodes) {
      if (child && isSame(child, node)) update(child, node);
      else child = put(parent, child, node);
      child = child.nextSibling;
    }
    while (child) {
      const next = child.nextSibling;
      parent.removeChild(child);
      child = next;
    }
  }

  function isSame(child, node) {
    return child.nodeName.toLowerCase() === node.tag;
  }

  function update(child, node) {
    if (node.tag === "#text") return updateText(child, node.text);
    if (isSameChip(child, node)) return undefined;
    updateAttributes(child, node.attrs);
    return patch(child, node.children);
  }

  /** A chip of the same number is the same: what the page has since said about it stays. */
  function isSameChip(child, { attrs }) {
    return attrs["data-n"] !== undefined && child.getAttribute("data-n") === attrs["data-n"];
  }

  function updateText(child, value) {
    const shown = child.data;
    if (shown === value) return;
    if (value.startsWith(shown)) child.appendData(value.slice(shown.length));
    else child.data = value;
  }

  function updateAttributes(element, attrs) {
    for (const name of element.getAttributeNames()) {
      if (!(name in attrs) && name !== "dir") element.removeAttribute(name);
    }
    for (const [name, value] of Object.entries(attrs)) {
      if (isAllowed(name, value) && element.getAttribute(name) !== value) element.setAttribute(name, value);
    }
  }

  function isAllowed(name, value) {
    return ATTRIBUTES.has(name) && (name !== "href" || ADDRESS.test(value));
  }

  /** Put a new node where another stands, or behind the last; returns the new one. */
  function put(parent, child, node) {
    const created = create(node);
    if (child) parent.replaceChild(created, child);
    else parent.appendChild(created);
    return created;
  }

  function create(node) {
    if (node.tag === "#text") return document.createTextNode(node.text);
    if (!TAGS.has(node.tag)) throw new TypeError("not an element of a sketch: " + node.tag);
    const element = document.createElement(node.tag);
    updateAttributes(element, node.attrs);
    for (const child of node.children) element.appendChild(create(child));
    return element;
  }

  const exported = { patch };
  if (typeof module !== "undefined") module.exports = exported;
  else (window.footnote = window.footnote || {}).patch = exported;
})();
