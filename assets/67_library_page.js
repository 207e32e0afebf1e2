/** The library's page: what there is, found and in order, and the place to bring more. */
(function (footnote) {
  "use strict";

  const { t, libraryRows: rows, libraryTable: table, library } = footnote;
  const { make, button, icon } = footnote.paint;
  const TYPING_MS = 120;

  const view = { search: "", kind: null, by: "title", down: false };
  let parts = null;
  let before = null;

  const scroller = () => document.getElementById("library");

  function build(root) {
    const count = make("p", "library-count");
    const search = field();
    const kinds = make("div", "library-kinds");
    kinds.setAttribute("role", "group");
    kinds.setAttribute("aria-label", t("library.kinds"));
    const order = ordering();
    const [holdings, end] = table.build(scroller(), (by) => look({ by, down: view.by === by && !view.down }));
    const empty = make("p", "library-empty");
    const bring = bringing();
    const elsewhere = make("p", "library-elsewhere", t("library.elsewhere"));
    const tools = make("div", "library-tools", search, kinds, order);
    root.append(count, elsewhere, bring.root, bring.list, tools, holdings, empty, end);
    for (const later of [elsewhere, bring.root, tools, holdings]) later.hidden = true; // until it is known what there is
    return { count, elsewhere, search, kinds, order, tools, holdings, empty, bring };
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

  /** The order, where the columns have no heads. */
  function ordering() {
    const select = make("select", "library-order");
    select.setAttribute("aria-label", t("library.order"));
    for (const name of table.SORTED) select.append(new Option(t(`library.${name}`), name));
    select.addEventListener("change", () => look({ by: select.value, down: ["date", "status"].includes(select.value) }));
    return select;
  }

  function bringing() {
    const input = make("input", "");
    Object.assign(input, { type: "file", multiple: true, hidden: true });
    input.addEventListener("change", () => {
      footnote.uploads.add([...input.files]);
      input.value = "";
    });
    const choose = button("button leading choose", t("library.choose"));
    choose.addEventListener("click", () => input.click());
    const limits = make("span", "bring-limits");
    const says = make("div", "bring-says", make("span", "", t("library.drop_here")), limits);
    const root = make("div", "bring", icon("upload"), says, choose, input);
    return { root, list: footnote.uploadList.build(), input, limits };
  }

  // --- what is shown ------------------------------------------------------------------------

  function look(change) {
    Object.assign(view, change);
    const found = paint(library.list(), true);
    scroller().scrollTop = 0;
    if ("search" in change || "kind" in change) footnote.chat.announce(t("library.found", { count: found }));
  }

  /** Show the list; how many of it were found. */
  function paint(list, anew = false) {
    const { documents, uploads } = list;
    offered(documents);
    const found = rows.shown(documents, view);
    counted(list, found.length);
    offerUploads(uploads);
    parts.elsewhere.hidden = !list.managed_elsewhere;
    parts.order.value = view.by;
    table.show(found, view, anew);
    parts.tools.hidden = !documents.length;
    parts.holdings.hidden = !found.length;
    parts.empty.hidden = Boolean(found.length);
    parts.empty.textContent = t(documents.length ? "library.nothing_found" : uploads ? "library.nothing_yet" : "library.nothing");
    return found.length;
  }

  function offerUploads(uploads) {
    parts.bring.root.hidden = !uploads;
    if (!uploads) return;
    parts.bring.input.accept = uploads.endings.join(",");
    parts.bring.limits.textContent = t("library.limits", {
      endings: uploads.endings.map((ending) => ending.slice(1)).join(", "), size: rows.size(uploads.max_bytes),
    });
  }

  /** A list that has come: what is new in it is shown to be so. */
  function take(list) {
    paint(list);
    if (before) table.mark(before);
    before = new Set(list.documents.map(({ id }) => id));
  }

  /** Ask for the list; where none has ever come, that is said, with a way to ask again. */
  async function refresh() {
    if ((await library.changed()) || before) return;
    const again = button("button", t("library.again"));
    again.addEventListener("click", refresh);
    parts.empty.replaceChildren(make("span", "", t("library.lost")), again);
  }

  function counted({ documents, indexed_at: at }, found) {
    const count = t("library.count", { count: documents.length });
    const searched = view.search || view.kind ? `${t("library.found", { count: found })} · ` : "";
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
      footnote.uploads.start(footnote.uploadList.paint);
      library.onChange(take);
    }
    refresh();
  });
  footnote.presence.onWake(() => parts && footnote.views.of(location.pathname) === "library" && refresh());
  footnote.dropping.start();
})(window.footnote);
