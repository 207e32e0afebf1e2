/** The settings' page: what the user has told of themselves, changed a field at a time, and the page's own. */
(function (footnote) {
  "use strict";

  const { t, filter, profile } = footnote;
  const { make, button } = footnote.paint;
  const { field, save, tell, line, select } = footnote.settingsFields;
  const ROLE = 200;
  const TOPICS = 12;
  const TOPIC = 80;
  const YEAR_S = 31_536_000;
  const byId = (id) => document.getElementById(id);

  /** Paint the form from what the server has. */
  async function show() {
    const place = form();
    place.inert = true; // what stands there is about to be replaced: nothing that is begun in it would last
    try {
      const told = await profile.load();
      place.replaceChildren(
        make("p", "settings-says", t("settings.says")), state(told), role(told), topics(told), sources(told), style(told),
        heading("page"), language(), shortcuts(), forgetting(told),
      );
    } catch {
      const again = button("button", t("settings.retry"));
      again.onclick = show;
      place.replaceChildren(make("p", "settings-says", t("settings.unreachable")), again);
    }
    place.inert = false;
  }

  function form() {
    const page = byId("settings");
    return page.querySelector(".settings-form") ?? page.appendChild(make("div", "settings-form"));
  }

  function heading(name) {
    return make("h2", "", t(`settings.heading_${name}`));
  }

  // --- what the user tells --------------------------------------------------------------------

  /** How far the guided conversation has come, and the way back into it. */
  function state({ known, step }) {
    const place = footnote.onboarding.STEPS.indexOf(step);
    const asked = step === "done" ? "done" : known && place >= 0 ? "asking" : "new";
    const go = button("button leading", t(`settings.go_${asked}`));
    go.onclick = () => {
      footnote.chat.startOver();
      footnote.onboarding.begin();
    };
    return make("div", "settings-state", make("p", "", t(`settings.state_${asked}`, { n: place + 1 })), go);
  }

  /** Who fills in the form by hand has no need to be asked. */
  function change(fields) {
    return profile.change(profile.now().known ? fields : { ...fields, step: "skipped" });
  }

  function role(told) {
    const made = field("role", line(told.role ?? "", ROLE), { hint: true });
    const keep = async (value) => {
      await change({ role: value });
      made.control.value = value ?? "";
    };
    made.control.onchange = () => save(made, keep, made.control.value.trim() || null, profile.now().role);
    return made.root;
  }

  function topics(told) {
    const made = field("topics", line(told.topics.join(", "), TOPICS * (TOPIC + 2)), { hint: true });
    const keep = async (value) => {
      const kept = await change({ topics: value });
      made.control.value = kept.topics.join(", ");
    };
    made.control.onchange = () => {
      const typed = made.control.value.split(/[,;]/).map((topic) => topic.trim()).filter(Boolean);
      if (typed.length > TOPICS || typed.some((topic) => topic.length > TOPIC)) return tell(made, t("settings.topics_many"), true);
      save(made, keep, typed, profile.now().topics);
    };
    return made.root;
  }

  function sources(told) {
    const box = make("div", "filter");
    const made = field("sources", box, { hint: true, group: true });
    const now = () => filter.fromRecord(profile.now().sources);
    const paint = (chosen) => choices.paint(chosen, footnote.scope.library);
    const keep = async (value) => {
      await change({ sources: filter.body(value) });
      paint(value);
    };
    const choose = (value) => {
      const before = now();
      paint(value);
      save(made, keep, value, before);
    };
    const choices = footnote.filterField.start(box, { choose, refresh: footnote.scope.refresh }, t("settings.sources"));
    made.focus = choices.focus;
    paint(filter.fromRecord(told.sources));
    return made.root;
  }

  function style(told) {
    const styles = told.choices.style.map(({ value, label }) => [value, label]);
    const made = field("style", select(told.style ?? "", [["", t("settings.style_none")], ...styles]));
    const keep = async (value) => {
      await change({ style: value });
      made.control.value = value ?? "";
    };
    made.control.onchange = () => save(made, keep, made.control.value || null, profile.now().style);
    return made.root;
  }

  // --- the page, in this browser --------------------------------------------------------------

  function language() {
    const now = /(?:^|; )footnote-language=(\w+)/.exec(document.cookie)?.[1] ?? "";
    const names = [["", t("settings.automatic")], ["en", t("settings.english")], ["de", t("settings.german")]];
    const made = field("language", select(now, names));
    made.control.onchange = () => {
      const { value } = made.control;
      document.cookie = `footnote-language=${value}; path=/; max-age=${value ? YEAR_S : 0}; samesite=lax`;
      void document.cookie; // read back: a cookie is written aside, and the request for the document could overtake it
      location.reload();
    };
    return made.root;
  }

  function shortcuts() {
    return make("div", "setting", footnote.shortcuts.switching());
  }

  // --- forgetting -----------------------------------------------------------------------------

  function forgetting({ known }) {
    const forget = button("button", t("settings.forget"));
    let sure = false;
    const ask = (asked) => {
      sure = asked;
      forget.textContent = t(asked ? "settings.forget_sure" : "settings.forget");
      forget.classList.toggle("danger", asked);
    };
    forget.onblur = () => ask(false);
    forget.onclick = () => (sure ? forgotten() : ask(true));
    const yours = make("section", "settings-yours", heading("yours"), make("p", "setting-hint", t("settings.forget_says")), forget);
    yours.hidden = !known;
    return yours;
  }

  async function forgotten() {
    try {
      await profile.forget();
    } catch (problem) {
      return footnote.chat.announce(footnote.problems.says(problem), true);
    }
    await show();
    byId("settings").focus();
    footnote.chat.announce(t("settings.forgotten"));
  }

  profile.onChange(({ known }) => {
    const yours = document.querySelector(".settings-yours");
    if (yours) yours.hidden = !known;
  });
  footnote.views.onShow((view) => view === "settings" && show());
})(window.footnote);
