/**
 * The guided first conversation, on the page: offered to who is new, with an answer at a press for each
 * question. What is asked and kept is the server's business; here is only shown what it asks for.
 */
(function (footnote) {
  "use strict";

  const { t, reducer, profile } = footnote;
  const { make, button } = footnote.paint;
  const byId = (id) => document.getElementById(id);
  const PROFILE = "onboarding";
  const STEPS = ["role", "topics", "sources", "style"];
  /** The steps that can be gone back from. */
  const LATER = STEPS.slice(1);
  /** The steps that several things can be said to. */
  const SEVERAL = ["topics", "sources"];

  /** What the shown answer asks for. @type {?string} */
  let shown = null;

  // --- offered on the empty page --------------------------------------------------------------

  function offer({ known, step }) {
    const place = byId("offer");
    const wanted = !known || STEPS.includes(step);
    place.hidden = !wanted;
    if (!wanted) return place.replaceChildren();
    const go = button("button leading", t(known ? "onboarding.go_on" : "onboarding.begin"));
    go.onclick = begin;
    const not = button("button", t("onboarding.not_now"));
    not.onclick = decline;
    const says = make("div", "", make("h3", "", t("onboarding.offer")), make("p", "", t("onboarding.offer_says")));
    place.replaceChildren(says, make("div", "ways", go, not));
  }

  async function decline() {
    try {
      await profile.change({ step: "skipped" });
    } catch (problem) {
      return footnote.chat.announce(footnote.problems.says(problem), true);
    }
    byId("query").focus();
  }

  /** Begin, or go on where it was left. */
  function begin() {
    const resumed = STEPS.indexOf(profile.now()?.step) > 0;
    say(t(resumed ? "onboarding.resumed" : "onboarding.opening"));
  }

  function say(query) {
    footnote.chat.offer({ query, filter: footnote.filter.of(), profile: PROFILE });
  }

  // --- in the conversation --------------------------------------------------------------------

  /** What the conversation asks the reader for; null where it asks for nothing. */
  function asks(chat) {
    const last = chat.turns.at(-1)?.answers.at(-1);
    return last?.profile === PROFILE && STEPS.includes(last.state.asks) ? last.state.asks : null;
  }

  /** Who answers what is written now: nobody but the model, unless something is asked for. */
  function answers() {
    return asks(footnote.chat.now) ? PROFILE : null;
  }

  function isDone(answer) {
    return answer.profile === PROFILE && answer.state.asks === "done";
  }

  /** What stands on the page has changed. @param {object} chat the conversation */
  function at(chat) {
    const last = chat.turns.at(-1)?.answers.at(-1);
    const step = asks(chat);
    byId("query").placeholder = t(step ? `onboarding.placeholder_${step}` : "composer.placeholder");
    byId("filter").hidden = Boolean(step); // nothing is searched for a reply
    const ended = last && !chat.running && reducer.ended(last.state);
    const key = ended && step ? last.id : null;
    if (ended && last.profile && shown !== last.id) known(last);
    if (shown === key) return;
    shown = key;
    document.querySelector(".replies")?.remove();
    if (key) append(replies(step));
  }

  /** What was told is known to the page, too, once it is kept. */
  async function known(answer) {
    try {
      await profile.load();
    } catch {
      return; // it is known with the next page
    }
    if (isDone(answer) && footnote.chat.now.turns.at(-1)?.answers.includes(answer)) footnote.scope.begin(null);
    if (shown !== answer.id) return;
    document.querySelector(".replies")?.remove();
    append(replies(answer.state.asks));
  }

  function append(box) {
    byId("thread").append(box);
    footnote.scroll.follow();
  }

  function replies(step) {
    const choice = SEVERAL.includes(step) ? part : (label) => reply("reply", label);
    const choices = (profile.now()?.choices[step] ?? []).map(({ label }) => choice(label));
    const ways = ["skip", ...(LATER.includes(step) ? ["go_back"] : []), "stop"];
    const others = make("div", "replies-others", ...ways.map((way) => reply("tool", t(`onboarding.${way}`))));
    const box = make("div", "replies", ...choices, others);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", t("onboarding.replies"));
    return box;
  }

  function reply(className, text) {
    const made = button(className, text);
    made.onclick = () => {
      say(text);
      byId("query").focus({ preventScroll: true });
    };
    return made;
  }

  /** One of several things: it goes into the box, and out of it again. */
  function part(text) {
    const made = button("reply", text);
    made.setAttribute("aria-pressed", "false");
    made.onclick = () => {
      const others = parts().filter((one) => one !== text);
      footnote.chat.write((others.length < parts().length ? others : [...others, text]).join(", "));
    };
    return made;
  }

  function parts() {
    return byId("query").value.split(",").map((one) => one.trim()).filter(Boolean);
  }

  /** What stands in the box is what is pressed. */
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "query" || !shown) return;
    const said = parts();
    for (const one of document.querySelectorAll(".reply[aria-pressed]")) {
      one.setAttribute("aria-pressed", String(said.includes(one.textContent)));
    }
  });

  /** The page stands. */
  function start() {
    profile.onChange(offer);
    profile.onChange(footnote.suggestions.refresh);
    profile.load().catch(() => {}); // nothing is offered to who can't be known
  }

  footnote.onboarding = { STEPS, start, at, answers, begin, isDone };
})(window.footnote);
