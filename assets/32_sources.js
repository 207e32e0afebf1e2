/** The sources of an answer: their cards, where in a recording or document they stand, and as lines of text. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make } = footnote.paint;

  /** @param {object[]} citations @param {string} answerId @param {(n: number) => Element} [tool] what each offers */
  function sources(citations, answerId, tool) {
    const cited = citations.filter((c) => c.cited);
    const others = citations.filter((c) => !c.cited);
    const section = make("details", "sources");
    section.open = cited.length > 0;
    const says = cited.length ? t("sources.cited", { count: cited.length }) : t("sources.none_cited");
    section.append(make("summary", "", make("span", "", says)));
    if (cited.length) section.append(list(cited, answerId, tool));
    if (others.length) {
      const more = make("details", "others", make("summary", "", t("sources.not_cited", { count: others.length })));
      more.append(list(others, answerId, tool));
      section.append(more);
    }
    return section;
  }

  function list(citations, answerId, tool) {
    return make("ol", "source-list", ...citations.map((citation) => card(citation, answerId, tool)));
  }

  /** Open what a citation leads to: a page of its own elsewhere, or the document in the library at the passage. */
  function open({ url }, place) {
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    else footnote.source.open(place);
  }

  /** A citation's card; a click on it opens the document at the passage. */
  function card(citation, answerId, tool) {
    const number = make("span", "number", String(citation.n));
    const title = make("a", "source-title", citation.recording_title);
    const place = placeOf(citation, answerId);
    title.href = citation.url ?? footnote.sourceAddress.write(place);
    const where = whereabouts(citation).map((place) => make("span", "", place));
    const quote = make("blockquote", "", citation.excerpt.trim());
    quote.dir = "auto";
    quote.hidden = !quote.textContent;
    const item = make("li", "source", number, make("div", "", make("p", "source-head", title, ...where), quote));
    if (tool) item.lastChild.append(tool(citation.n));
    item.addEventListener("click", (event) => {
      const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.target.closest("button");
      if (elsewhere || String(getSelection())) return; // words that are being selected are not a click
      event.preventDefault();
      open(citation, place);
    });
    return item;
  }

  /** Where a citation of an answer leads. */
  function placeOf({ recording_id: document, passage_id: passage, excerpt: quote, n }, answer) {
    return { document, passage, quote, n, answer };
  }

  /** Speaker, page and time, as far as the source has them. */
  function whereabouts(citation) {
    const places = [];
    if (citation.speaker) places.push(citation.speaker);
    if (citation.page !== undefined) places.push(t("sources.page", { page: String(citation.page) }));
    if (citation.start_s !== undefined) places.push(clock(citation.start_s));
    if (citation.url && URL.canParse(citation.url)) places.push(new URL(citation.url).hostname);
    return places;
  }

  /** Seconds as 4:05 or 1:04:05. */
  function clock(seconds) {
    const whole = Math.floor(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const tail = String(rest).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  }

  footnote.sources = { sources, open, whereabouts, placeOf, clock };
})(window.footnote);
