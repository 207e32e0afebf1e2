/** What stands on the card of a source: title, where in it, the passage with the words that count marked. */
(function (footnote) {
  "use strict";

  const { citing, t } = footnote;
  const { make, button, icon } = footnote.paint;

  /** Room above the marked words, where they are longer than the card. */
  const EDGE_PX = 14;

  /** What the library knows of a passage that stands on a page elsewhere. */
  const ELSEWHERE = Object.freeze({ text: null, gone: false, loading: false });

  /** The parts of the card, made once: what the keyboard is at stays while more comes. */
  let parts = null;
  let drawn = null;

  /**
   * @param {Element} card
   * @param {object} about what `footnote.chips.about` tells
   * @param {{refill: () => void, source: () => void, close: () => void, grown: () => void}} on
   */
  function fill(card, about, on) {
    parts ??= build(card);
    parts.open.onclick = on.source;
    parts.close.onclick = on.close;
    const { state, n, nth } = about;
    const source = citing.sourceOf(state, n);
    const passage = source && (source.url ? ELSEWHERE : footnote.passages.look(source.passage_id, on.refill));
    offer(about, on.grown);
    drawn = { known: knowledge(state), key: keyOf(about) };
    parts.number.textContent = n;
    parts.title.textContent = source?.recording_title ?? t("markdown.source", { n: String(n) });
    const where = source ? footnote.sources.whereabouts(source) : [];
    parts.where.replaceChildren(...where.map((place) => make("span", "", place)));
    const { place, count } = footnote.chips.order(about.box, n);
    parts.order.textContent = count > 1 ? t("citations.order", { place, count }) : "";
    quote(passage, source, citing.quoteOf(state, n, nth));
    note(about, source, passage);
    parts.open.hidden = !source;
    parts.open.textContent = t(source?.url ? "citations.open_page" : "citations.open");
  }

  /** What can be said of the source, once the answer has ended; what is being written there stays. */
  function offer(about, grown) {
    const key = keyOf(about);
    if (key === drawn?.key) return;
    parts.feedback.replaceChildren(...(key ? [footnote.opinion.ofSource(about.answer, about.n, grown)] : []));
  }

  function keyOf({ answer, state, n }) {
    return state.citations && footnote.reducer.ended(state) && answer.arrived ? `${answer.id} ${n}` : "";
  }

  function build(card) {
    const made = {
      number: make("span", "number"), title: make("p", "card-title"), where: make("p", "card-where"),
      order: make("span", "card-order"), close: button("card-close", t("citations.close"), icon("close")),
      quote: make("blockquote", "card-quote"), note: make("p", "card-note"), says: make("p", "unseen"),
      open: button("card-open", t("citations.open")), feedback: make("div", "card-feedback"),
    };
    made.number.setAttribute("aria-hidden", "true");
    made.title.id = "card-title";
    made.says.id = "card-says";
    made.quote.dir = "auto";
    const head = make("div", "card-head", made.number, make("div", "card-names", made.title, made.where), made.order, made.close);
    card.append(head, made.quote, made.note, made.says, make("div", "card-foot", made.open, made.feedback));
    return made;
  }

  /** The passage with the words marked; without it, the words alone. */
  function quote(passage, source, words) {
    const text = passage?.text ?? source?.excerpt ?? "";
    const shown = citing.pieces(text.trim(), words).map((piece) => (piece.marked ? make("mark", "", piece.text) : piece.text));
    parts.quote.replaceChildren(...shown);
    parts.quote.hidden = !text;
    // What is read out with the chip: where it is said, and the words that count.
    parts.says.textContent = [parts.where.innerText, (words ?? text).trim()].filter(Boolean).join(": ");
  }

  function note({ state, n, nth }, source, passage) {
    const weak = citing.statementOf(state, n, nth)?.verdict === "weak";
    let says = weak ? t("citations.weak") : "";
    if (passage?.gone) says = t("citations.gone");
    if (!source) says = t(state.citations ? "citations.unknown" : "citations.coming");
    else if (parts.quote.hidden && source.url) says = t("citations.elsewhere");
    else if (parts.quote.hidden) says = t(passage.loading ? "citations.loading" : "citations.unread");
    parts.note.textContent = says;
    parts.note.hidden = !says;
  }

  /** What a state knows of its sources. */
  function knowledge(state) {
    return footnote.reducer.ended(state) ? state : (state.citations ?? state.retrieved);
  }

  /** Whether more is known than the card shows. */
  function isStale(about) {
    return !about || drawn?.known !== knowledge(about.state);
  }

  /** Bring the marked words into sight where the passage is longer than the card. */
  function reveal() {
    const marks = parts.quote.querySelectorAll("mark");
    parts.quote.tabIndex = parts.quote.scrollHeight > parts.quote.clientHeight ? 0 : -1;
    if (!marks.length) return;
    const [first, last] = [marks[0], marks[marks.length - 1]];
    const room = (parts.quote.clientHeight - (last.offsetTop + last.offsetHeight - first.offsetTop)) / 2;
    parts.quote.scrollTop = first.offsetTop - Math.max(room, EDGE_PX);
  }

  footnote.cardContent = { fill, isStale, reveal };
})(window.footnote);
