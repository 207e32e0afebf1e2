/** The library's page: what there is, found and in order, and the place to bring more. */
(function (footnote) {
  "use strict";

  const { t, libraryRows: rows, library } = footnote;
  const { make, button, icon } = footnote.paint;
  const PART = 100;
  const TYPING_MS = 120;
  const COLUMNS = ["title", "kind", "date", "length", "tags", "indexed", "acts"];
  const SORTED = ["title", "kind", "date", "length", "indexed"];

  const view = { search: "", kind: null, by: "title", down: false };
  let parts = null;
  let found = [];
  let drawn = 0;
  let before = null;

  function build(root) {
    const count = make("p", "library-count");
    const search = field();
    const kinds = make("div", "library-kinds");
    kinds.setAttribute("role", "group");
    kinds.setAttribute("aria-label", t("library.kinds"));
    const order = ordering();
    const heads = COLUMNS.map(head);
    const line = make("tr", "", ...heads);
    line.setAttribute("role", "row");
    const body = rowsOf(make("tbody", ""));
    const table = make("table", "holdings", make("caption", "unseen", t("nav.library")), rowsOf(make("thead", "", line)), body);
    table.setAttribute("role", "table");
    const empty = make("p", "library-empty");
    const end = make("div", "library-end");
    const bring = bringing();
    root.append(count, bring.root, bring.list, make("div", "library-tools", search, kinds, order), table, empty, end);
    new IntersectionObserver(([seen]) => seen.isIntersecting && more(), { root: root.parentElement, rootMargin: "600px" }).observe(end);
    return { root, count, search, kinds, order, heads, table, body, empty, bring };
  }

  function rowsOf(element) {
    element.setAttribute("role", "rowgroup");
    return element;
  }

  function field() {
    const search = make("input", "library-search");
    search.type = "search";
    search.placeholder = t("library.search");
    search.setAttribute("aria-label", t("library.search"));
    let typing = 0;
    search.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => look({ search: search.value }), TYPING_MS);
    });
    return search;
  }

  function head(name) {
    const cell = make("th", `head-${name}`);
    cell.scope = "col";
    cell.setAttribute("role", "columnheader");
    if (!SORTED.includes(name)) {
      cell.append(make("span", name === "acts" ? "unseen" : "", t(`library.${name}`)));
      return cell;
    }
    const sort = make("button", "head", t(name === "indexed" ? "library.status" : `library.${name}`));
    sort.type = "button";
    sort.addEventListener("click", () => look({ by: name, down: view.by === name && !view.down }));
    cell.append(sort);
    return cell;
  }

  /** The order, where the columns have no heads. */
  function ordering() {
    const select = make("select", "library-order");
    select.setAttribute("aria-label", t("library.order"));
    for (const name of SORTED) select.append(new Option(t(name === "indexed" ? "library.status" : `library.${name}`), name));
    select.addEventListener("change", () => look({ by: select.value, down: select.value === "date" || select.value === "indexed" }));
    return select;
  }

  function bringing() {
    const input = make("input", "unseen");
    Object.assign(input, { type: "file", multiple: true, tabIndex: -1 });
    input.setAttribute("aria-label", t("library.choose"));
    input.addEventListener("change", () => {
      footnote.uploads.add([...input.files]);
      input.value = "";
    });
    const choose = button("button leading choose", t("library.choose"));
    choose.addEventListener("click", () => input.click());
    const limits = make("span", "bring-limits");
    const root = make("div", "bring", icon("upload"), make("div", "bring-says", make("span", "", t("library.drop_here")), limits), choose, input);
    const list = make("ul", "uploads");
    list.setAttribute("aria-label", t("library.uploads"));
    list.hidden = true;
    return { root, list, input, limits };
  }

  // --- what is shown ------------------------------------------------------------------------

  function look(change) {
    Object.assign(view, change);
    paint(library.list());
    parts.root.parentElement.scrollTop = 0;
  }

  function paint(list) {
    if (!parts) return;
    const { documents, uploads } = list;
    found = rows.shown(documents, view);
    counted(list);
    offered(documents);
    parts.bring.root.hidden = !uploads;
    if (uploads) {
      parts.bring.input.accept = uploads.endings.join(",");
      parts.bring.limits.textContent = t("library.limits", {
        endings: uploads.endings.map((ending) => ending.slice(1)).join(", "), size: rows.size(uploads.max_bytes),
      });
    }
    parts.heads.forEach((cell, n) => {
      if (COLUMNS[n] === view.by) cell.setAttribute("aria-sort", view.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
    parts.order.value = view.by;
    const most = Math.max(drawn, PART);
    drawn = 0;
    const focused = document.activeElement?.closest(".holding")?.dataset.id;
    parts.body.replaceChildren();
    more(most);
    if (focused) focus(focused, ".holding-open");
    parts.table.hidden = !found.length;
    parts.empty.hidden = Boolean(found.length);
    parts.empty.textContent = t(documents.length ? "library.nothing_found" : uploads ? "library.nothing_yet" : "library.nothing");
  }

  /** A list that has come: what is new in it is shown to be so. */
  function take(list) {
    paint(list);
    const ids = new Set(list.documents.map(({ id }) => id));
    if (before) for (const row of parts.body.children) if (!before.has(row.dataset.id)) footnote.paint.mark(row);
    before = ids;
  }

  function more(count = PART) {
    const now = Date.now();
    const next = found.slice(drawn, drawn + count);
    drawn += next.length;
    parts?.body.append(...next.map((one) => footnote.libraryRow.row(one, now)));
  }

  function counted({ documents, indexed_at: at }) {
    const count = t("library.count", { count: documents.length });
    const searched = view.search || view.kind ? `${t("library.found", { count: found.length })} · ` : "";
    const as = at ? ` · ${t("library.as_of", { time: footnote.scopeWords.moment(new Date(at), Date.now()) })}` : "";
    const text = `${searched}${count}${as}`;
    if (parts.count.textContent !== text) parts.count.textContent = text;
  }

  function offered(documents) {
    const kinds = rows.kinds(documents);
    if (!kinds.some(([kind]) => kind === view.kind)) view.kind = null;
    const offers = kinds.length > 1 ? [[null, documents.length], ...kinds] : [];
    const focused = parts.kinds.contains(document.activeElement);
    parts.kinds.replaceChildren(...offers.map(([kind, count]) => {
      const offer = make("button", "tool", t(kind ? `library.kinds_${kind}` : "library.all"), " ", make("span", "kind-count", String(count)));
      offer.type = "button";
      offer.setAttribute("aria-pressed", String(kind === view.kind));
      offer.addEventListener("click", () => look({ kind }));
      return offer;
    }));
    if (focused) parts.kinds.querySelector('[aria-pressed="true"]')?.focus();
  }

  // --- where the focus goes -----------------------------------------------------------------

  const rowOf = (id) => [...parts.body.children].find(({ dataset }) => dataset.id === id);

  /** Put the focus into a document's row; where there is none, into the search. */
  function focus(id, selector) {
    (rowOf(id)?.querySelector(selector) ?? parts.search).focus();
  }

  /** The document behind one, or before it. */
  function beside(id) {
    const row = rowOf(id);
    return (row?.nextElementSibling ?? row?.previousElementSibling)?.dataset.id;
  }

  /** The line in the page's head, which came with the page. */
  function headed({ documents }) {
    const recordings = documents.filter(({ kind }) => kind === "recording").length;
    const others = documents.length - recordings;
    const counts = [recordings && t("stage.recordings", { count: recordings }), others && t("stage.documents", { count: others })];
    const line = document.querySelector(".library-line");
    if (line) line.textContent = counts.filter(Boolean).join(" · ");
  }

  library.onChange(headed);
  footnote.views.onShow((shown) => {
    if (shown !== "library") return;
    if (!parts) {
      parts = build(document.getElementById("shelf"));
      footnote.uploads.start((all) => footnote.uploadList.paint(parts.bring.list, all));
      library.onChange(take);
    }
    library.changed();
  });
  footnote.presence.onWake(() => parts && footnote.views.of(location.pathname) === "library" && library.changed());
  footnote.dropping.start();

  footnote.libraryPage = { focus, beside };
})(window.footnote);
