/**
 * The source beside the answer: opened from a citation or by its address, which is the page's own with
 * `?source=…&passage=…&quote=…`, so that Back closes it and a link leads to exactly this view.
 */
(function (footnote) {
  "use strict";

  const { t, places, problems, sourceAddress: address } = footnote;
  const { request, reach } = footnote.request;
  const byId = (id) => document.getElementById(id);
  const narrow = matchMedia("(width <= 900px)");

  /** @type {?{place: object, frame: object, source: ?object, reader: ?object, player: ?object, away: AbortController}} */
  let shown = null;
  /** The chips of what is shown. @type {Element[]} */
  let current = [];
  /** What had the focus before; it gets it back. */
  let opener = null;

  /**
   * Show a place of a document.
   * @param {{document: string, passage?: string, quote?: string, n?: number, answer?: string}} place of an answer's
   *   citation, its number and the answer's id
   */
  function open(place) {
    const from = document.activeElement;
    if (!byId("panel").contains(from)) opener = from;
    const { answer = shown?.place.answer, n } = place;
    const state = { source: { answer, n }, pushed: shown ? history.state?.pushed : true };
    const to = location.pathname + address.write(place, location.search) + location.hash;
    history[shown ? "replaceState" : "pushState"](state, "", to);
    show({ ...place, answer }, true);
    if (!byId("panel").contains(document.activeElement)) shown.frame.title.focus({ preventScroll: true });
  }

  /** Close the panel; the address and the focus are again what they were. */
  function close() {
    if (!shown) return;
    if (history.state?.pushed) history.back();
    else history.replaceState(null, "", location.pathname + address.write(null, location.search) + location.hash);
    hide();
  }

  /** Show what the address names. */
  function follow() {
    const place = address.read(location.search);
    if (!place) hide();
    else if (!shown || !address.same(place, shown.place)) {
      show({ ...place, answer: footnote.permalinks.named(), ...history.state?.source });
    }
  }

  function hide() {
    if (!shown) return;
    const panel = byId("panel");
    const focused = panel.contains(document.activeElement) || document.activeElement === document.body;
    const { document: id } = shown.place;
    leave();
    shown = null;
    panel.hidden = true;
    byId("source").replaceChildren();
    settle();
    markChips(null);
    if (focused) handBack(id);
    opener = null;
  }

  /** The focus goes to what opened the panel, or, where that was drawn anew meanwhile, to what stands in its place. */
  function handBack(id) {
    if (opener?.isConnected) opener.focus();
    else if (footnote.views.of(location.pathname) === "library") footnote.libraryPage.focus(id, ".holding-open");
    else byId("query")?.focus();
  }

  /** What is shown goes away: nothing more is fetched for it, or heard of it. */
  function leave() {
    shown?.away.abort();
    shown?.player?.stop();
    shown?.reader?.leave?.();
  }

  /** @param {boolean} [clicked] whether a person just asked for it, so that it may be heard */
  function show(place, clicked = false) {
    if (shown?.source?.id === place.document && (shown.source.whole || holds(shown.source, place))) {
      shown.place = place;
      return reveal(clicked);
    }
    leave();
    const frame = footnote.sourceFrame.frame({ close, link, step });
    shown = { place, frame, source: null, reader: null, player: null, clicked, away: new AbortController() };
    const panel = byId("panel");
    const focused = panel.contains(document.activeElement);
    byId("source").replaceChildren(...frame.parts);
    panel.hidden = false;
    delete panel.dataset.table;
    panel.setAttribute("aria-labelledby", frame.title.id);
    frame.title.textContent = t("source.opening");
    frame.cited.tell(-1, 0);
    if (focused) frame.title.focus({ preventScroll: true });
    settle();
    load(shown);
  }

  /** Fetch the document, and show it if it is still asked for. */
  async function load(mine) {
    const { signal } = mine.away;
    const asked = new URLSearchParams({ id: mine.place.document });
    if (mine.place.passage) asked.set("passage", mine.place.passage);
    const path = `/api/library/document?${asked}`;
    let reply;
    try {
      reply = await reach(() => request(path, { signal, cache: "no-cache" }), { signal, patient: true });
    } catch {
      return; // something else is shown
    }
    if (!reply.ok) return refuse(mine.frame, reply);
    mine.source = reply.body;
    paint(mine);
  }

  function refuse(frame, { status, body }) {
    frame.title.textContent = t("source.not_here");
    frame.note.textContent = status === 404 ? t("source.gone") : problems.says(body ?? {});
  }

  function paint(mine) {
    const { frame, source } = mine;
    frame.title.textContent = source.title;
    frame.about.textContent = footnote.sourceFrame.about(source);
    const tell = (text) => (frame.note.textContent = text);
    if (source.media) mine.player = footnote.sourcePlayer.player(source, tell);
    mine.reader = readerOf(source, mine.player, tell);
    frame.media.replaceChildren(...(mine.player ? [mine.player.element] : []));
    mine.player?.follow(mine.reader, frame.body);
    frame.tools.prepend(footnote.sourceSearch.search(mine.reader).root);
    frame.body.replaceChildren(...(mine.reader.root ? [mine.reader.root] : []));
    byId("panel").toggleAttribute("data-table", !mine.reader.root);
    reveal(mine.clicked);
  }

  /** What shows a source: a PDF's pages and a table as long as their file is there, else the text. */
  function readerOf(source, player, tell) {
    if (source.table) return footnote.sourceTable.table(source, tell);
    if (source.kind === "pdf" && source.original === "here") return footnote.sourcePages.pages(source, tell);
    return footnote.sourceText.text(source, player);
  }

  /** Whether a place's passage stands in what is known of its document. */
  function holds({ parts }, { passage }) {
    return !passage || places.partsOf(parts, passage).length > 0;
  }

  /** Why a document is not shown as it looks; "" where it is. */
  function shortcoming({ kind, original, whole }) {
    if (!whole) return t("source.too_long");
    return original === "here" || !["pdf", "table"].includes(kind) ? "" : t(`source.file_${original}`);
  }

  /** Mark the place and bring it into view. */
  function reveal(clicked) {
    const { place, source, frame, reader, player } = shown;
    frame.note.textContent = holds(source, place) ? shortcoming(source) : t("source.passage_gone");
    reader.mark(place);
    const [{ part } = {}] = places.quoted(source.parts, place);
    const second = source.parts[part ?? places.partsOf(source.parts, place.passage)[0]]?.start_s;
    if (second !== undefined) player?.seek(second, clicked);
    tellCited();
  }

  /** Say which of the answer's passages this is, here and at its chips. */
  function tellCited() {
    const { place, source, frame } = shown;
    const cited = citedPlaces(place, source);
    const at = cited.findIndex(({ passage }) => passage === place.passage);
    frame.cited.tell(at, cited.length);
    markChips(place.answer, cited[at]?.n);
  }

  function markChips(answer, n) {
    for (const chip of current) chip.removeAttribute("aria-current"); // also those that are out of the document for now
    current = answer ? [...document.querySelectorAll(`#a-${CSS.escape(answer)} .body .cite[data-n="${n}"]`)] : [];
    for (const chip of current) chip.setAttribute("aria-current", "true");
  }

  /** An answer was drawn: more may be known of what it cites here. @param {object} answer */
  function refresh(answer) {
    if (shown?.source && shown.place.answer === answer.id) tellCited();
  }

  /** The places of this document that the answer cites, in its order. */
  function citedPlaces({ answer }, { id, parts }) {
    const answers = footnote.chat.now.turns.flatMap((turn) => turn.answers);
    const citations = answers.find((one) => one.id === answer)?.state.citations ?? [];
    return citations
      .filter((c) => c.cited && c.recording_id === id)
      .map((c) => ({ document: id, passage: c.passage_id, quote: c.excerpt, n: c.n, at: places.partsOf(parts, c.passage_id)[0] }))
      .sort((a, b) => a.at - b.at);
  }

  function step(by) {
    const cited = citedPlaces(shown.place, shown.source);
    const at = cited.findIndex(({ passage }) => passage === shown.place.passage);
    const { document, passage, quote, n } = cited[at < 0 ? 0 : at + by] ?? cited[0];
    open({ document, passage, quote, n });
  }

  async function link() {
    try {
      await navigator.clipboard.writeText(here());
      footnote.chat.announce(t("link.copied_told"));
      footnote.paint.mark(shown.frame.link);
    } catch {
      shown.frame.note.textContent = t("source.link_by_hand"); // the address says it
    }
  }

  /** The address of exactly this view: of the source, and of the answer that led to it. */
  function here() {
    const { answer } = shown.place;
    const isBeside = answer && footnote.views.of(location.pathname) === "conversation";
    return new URL(location.pathname + location.search + (isBeside ? `#a-${answer}` : location.hash), location.origin).href;
  }

  /** Beside the answer on a wide screen; over all else on a narrow one. */
  function settle() {
    const panel = byId("panel");
    if (!panel) return;
    const sheet = Boolean(shown) && narrow.matches;
    document.documentElement.dataset.panel = shown ? "open" : "closed";
    footnote.inert.behind("source", sheet ? ".skip, .bar, .history, .scroll, .dock, .view" : "");
    panel.setAttribute("role", sheet ? "dialog" : "complementary");
    if (sheet) panel.setAttribute("aria-modal", "true");
    else panel.removeAttribute("aria-modal");
  }

  narrow.addEventListener("change", settle);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !shown) return;
    if (!narrow.matches && !byId("panel").contains(document.activeElement)) return;
    event.preventDefault();
    close();
  });
  footnote.views.onAddress(follow);

  /** Whether the panel lies over all else. */
  const isOver = () => Boolean(shown) && narrow.matches;

  footnote.source = { open, close, refresh, isOver };
})(window.footnote);
