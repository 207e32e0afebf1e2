/** What the next question is about, beside its box: taken along from the app around the page, until it is removed. */
(function (footnote) {
  "use strict";

  const { t, context } = footnote;
  const { make, button, icon } = footnote.paint;
  let now = null;

  /** What the next question is about. @returns {?object} */
  function current() {
    return now;
  }

  function set(next) {
    now = next;
    const place = document.getElementById("about");
    place.hidden = !now;
    place.replaceChildren(...(now ? chip(now) : []));
  }

  function chip(about) {
    const remove = button("icon-button about-remove", t("context.remove", { title: about.title }), icon("close"));
    remove.onclick = () => {
      set(null);
      document.getElementById("query").focus();
    };
    return [line(about), remove];
  }

  /** “About: Revenue by region · 12 rows”, for the composer and for the question. */
  function line(about) {
    const title = make("span", "about-title", t("context.about", { title: about.title }));
    const detail = make("span", "about-detail", context.detail(about));
    const whole = make("p", "about-line", icon("chart"), title, detail);
    whole.dir = "auto";
    return whole;
  }

  footnote.framed.hear(({ kind, about }) => {
    const told = kind === "about" && context.of(about);
    if (!told) return;
    footnote.views.toConversation();
    set(told);
    footnote.chat.announce(t("context.about", { title: told.title }));
    document.getElementById("query").focus();
  });

  footnote.about = { current, set, line };
})(window.footnote);
