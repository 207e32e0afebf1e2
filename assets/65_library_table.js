/**
 * The library's table: as many rows as were scrolled to. A row stays the element that it is for as long as its
 * document stays as it is, so that neither focus nor what is being typed is lost when another list comes.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make } = footnote.paint;
  const PART = 100;
  const COLUMNS = ["title", "kind", "date", "length", "tags", "status", "acts"];
  const SORTED = ["title", "kind", "date", "length", "status"];

  /** Rows by their documents' ids. @type {Map<string, {document: object, row: HTMLElement}>} */
  let rows = new Map();
  let found = [];
  let body = null;
  let heads = [];

  /**
   * The table, with nothing in it yet.
   * @param {HTMLElement} scroller what scrolls it
   * @param {(by: string) => void} sort told of the column that is pressed
   */
  function build(scroller, sort) {
    heads = COLUMNS.map((name) => head(name, sort));
    body = group("tbody");
    const root = make("table", "holdings", make("caption", "unseen", t("nav.library")), group("thead", line(heads)), body);
    root.setAttribute("role", "table"); // its own is lost where it is laid out as cards
    const end = make("div", "library-end");
    new IntersectionObserver(([seen]) => seen.isIntersecting && more(), { root: scroller, rootMargin: "600px" }).observe(end);
    return [root, end];
  }

  function group(tag, ...children) {
    const made = make(tag, "", ...children);
    made.setAttribute("role", "rowgroup");
    return made;
  }

  function line(cells) {
    const made = make("tr", "", ...cells);
    made.setAttribute("role", "row");
    return made;
  }

  function head(name, sort) {
    const cell = make("th", `head-${name}`);
    cell.scope = "col";
    cell.dataset.column = name;
    cell.setAttribute("role", "columnheader");
    const said = make(SORTED.includes(name) ? "button" : "span", "", t(`library.${name}`));
    said.className = SORTED.includes(name) ? "head" : name === "acts" ? "unseen" : "";
    if (SORTED.includes(name)) {
      said.type = "button";
      said.addEventListener("click", () => sort(name));
    }
    cell.append(said);
    return cell;
  }

  /**
   * Show these documents: the first of them, or as many as there are rows.
   * @param {object[]} documents
   * @param {{by: string, down: boolean}} order which they stand in
   * @param {boolean} anew whether it is looked at from the top
   */
  function show(documents, { by, down }, anew) {
    for (const cell of heads) {
      if (cell.dataset.column === by) cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    found = documents;
    const most = anew ? PART : Math.max(PART, rows.size);
    const focused = document.activeElement?.closest(".holding")?.dataset.id;
    const shown = found.slice(0, most).map((one) => [one.id, rowFor(one)]);
    rows = new Map(shown);
    put(shown.map(([, { row }]) => row));
    if (focused !== undefined && !body.contains(document.activeElement)) focus(focused, ".holding-open");
  }

  function rowFor(document) {
    const kept = rows.get(document.id);
    if (kept && (same(kept.document, document) || edited(kept.row))) return kept;
    return { document, row: footnote.libraryRow.row(document, Date.now()) };
  }

  const same = (one, other) => one === other || JSON.stringify(one) === JSON.stringify(other);
  const edited = (row) => row.querySelector(".tag-field:not([readonly])");

  /** Bring the rows into this order; those that stand right are not touched. */
  function put(wanted) {
    const kept = new Set(wanted);
    for (const row of [...body.children]) if (!kept.has(row)) row.remove();
    let at = body.firstChild;
    for (const row of wanted) {
      if (row === at) at = at.nextSibling;
      else body.insertBefore(row, at);
    }
  }

  function more() {
    for (const one of found.slice(rows.size, rows.size + PART)) {
      rows.set(one.id, rowFor(one));
      body.append(rows.get(one.id).row);
    }
  }

  /** Put the focus into a document's row; where there is none, into the search, while there is anything to find. */
  function focus(id, selector) {
    const around = document.querySelector(".library-tools:not([hidden]) .library-search") ?? document.getElementById("library");
    (rows.get(id)?.row.querySelector(selector) ?? around).focus();
  }

  /** The document behind one, or before it. */
  function beside(id) {
    const row = rows.get(id)?.row;
    return (row?.nextElementSibling ?? row?.previousElementSibling)?.dataset.id;
  }

  /** Draw the eye to the documents that have come. @param {Set<string>} before the ids that were there */
  function mark(before) {
    for (const [id, { row }] of rows) if (!before.has(id)) footnote.paint.mark(row);
  }

  footnote.libraryTable = { SORTED, build, show, focus, beside, mark };
})(window.footnote);
