/** The source panel's frame around what is read: title, links, the way through what an answer cites, the search. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;

  /**
   * The frame of a source that is on its way, or is there.
   * @param {{close: function(): void, link: function(): void, step: function(number): void}} does
   */
  function frame(does) {
    const title = make("h2", "source-name");
    title.id = "source-title";
    title.tabIndex = -1;
    title.dir = "auto";
    const about = make("p", "source-about");
    const link = button("icon-button source-link", t("source.link"), icon("link"));
    link.title = t("source.link");
    link.addEventListener("click", does.link);
    const close = button("icon-button source-close", t("source.close"), icon("close"));
    close.addEventListener("click", does.close);
    const head = make("div", "panel-head", make("div", "source-names", title, about), make("div", "source-tools", link, close));
    const cited = citedPlaces(does.step);
    const tools = make("div", "source-bar", cited.root);
    const note = make("p", "source-note");
    note.setAttribute("role", "status");
    const media = make("div", "source-media");
    const body = make("div", "panel-body");
    body.tabIndex = 0;
    body.setAttribute("role", "region");
    body.setAttribute("aria-labelledby", title.id);
    return { parts: [head, tools, media, note, body], title, about, tools, cited, note, media, body, link };
  }

  /** “2 of 3 passages cited”, with a button on each side. */
  function citedPlaces(step) {
    const before = button("icon-button source-step", t("source.cited_before"), icon("before"));
    const next = button("icon-button source-step", t("source.cited_next"), icon("behind"));
    const says = make("span", "source-cited-says");
    before.addEventListener("click", () => step(-1));
    next.addEventListener("click", () => step(1));
    const root = make("div", "source-cited", before, says, next);

    /** @param {number} at from 0; -1 where the place isn't one of them */
    function tell(at, count) {
      root.hidden = count === 0 || (count === 1 && at === 0); // then there is nowhere to go
      says.textContent = at < 0 ? t("source.cited_some", { count }) : t("source.cited", { n: at + 1, count });
      before.disabled = at === 0;
      next.disabled = at === count - 1;
    }
    return { root, tell };
  }

  /** What a source is: its kind, its day, how long it is. */
  function about({ kind, date, duration_s: seconds, words, pages }) {
    const parts = [t(`source.kind_${kind}`)];
    if (date) parts.push(new Date(`${date}T00:00`).toLocaleDateString(t.language, { dateStyle: "long" }));
    if (seconds) parts.push(footnote.sources.clock(seconds));
    if (pages) parts.push(t("source.pages", { count: pages }));
    else if (kind !== "table") parts.push(t("source.words", { count: words }));
    return parts.join(" · ");
  }

  footnote.sourceFrame = { frame, about };
})(window.footnote);
