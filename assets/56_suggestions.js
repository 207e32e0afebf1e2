/**
 * Questions that the page proposes: on an empty page, and below the last answer. They come from the
 * library (`GET /api/suggestions`), and go in as text.
 */
(function (footnote) {
  "use strict";

  const { t, reducer } = footnote;
  const { make, button, icon } = footnote.paint;
  const { request, read } = footnote.request;
  const byId = (id) => document.getElementById(id);

  /** The answer that the questions below it follow; they are asked for once. @type {?string} */
  let followed = null;
  let stale = true;
  /** While the library is being read, nothing is proposed yet: it is asked again, so often. */
  let left = 5;
  /** How often the first ones were asked for: what an earlier asking brings is not shown. */
  let asked = 0;
  const AGAIN_MS = 3000;

  /** @param {string} [after] an answer's id @returns {Promise<string[]>} none where they can't be had */
  async function proposed(after) {
    try {
      const { ok, body } = await read(await request(`/api/suggestions${after ? `?after=${after}` : ""}`));
      return ok && body ? body.suggestions.map(({ query }) => query) : [];
    } catch {
      return []; // the page does without
    }
  }

  function suggestion(query) {
    return make("li", "", button("suggestion", "", make("span", "", query), icon("arrow")));
  }

  /** The first questions; their places are kept for them until they come. */
  async function first() {
    stale = false;
    const list = document.querySelector(".welcome .suggestions");
    const mine = (asked += 1);
    const queries = await proposed();
    if (mine !== asked) return;
    const soon = !queries.length && footnote.scope.library.documents.length > 0 && left > 0;
    if (soon) return again();
    const shown = [...list.children].map((item) => item.textContent);
    // Those that stand already stay: the focus may be on one, or a pointer about to press it.
    if (queries.join("\n") !== shown.join("\n")) list.replaceChildren(...queries.map(suggestion));
    list.removeAttribute("aria-busy");
  }

  function again() {
    left -= 1;
    setTimeout(refresh, AGAIN_MS);
  }

  /** What stands on the page has changed. @param {object} chat the conversation */
  function at(chat) {
    const last = chat.turns.at(-1)?.answers.at(-1);
    const ended = last && !chat.running && reducer.ended(last.state);
    if (last || chat.running) stale = true;
    else if (stale && !byId("welcome").hidden) first();
    if (ended && last.id === followed) return;
    followed = ended ? last.id : null;
    document.querySelector(".follow-ups")?.remove();
    if (ended) follow(last);
  }

  async function follow(answer) {
    const introduced = footnote.onboarding.isDone(answer);
    if (answer.state.status !== "complete" || (answer.profile && !introduced)) return;
    const queries = await proposed(introduced ? undefined : answer.id);
    if (followed !== answer.id || !queries.length) return;
    const list = make("ul", "suggestions", ...queries.map(suggestion));
    const box = make("section", "follow-ups", make("h3", "", t(introduced ? "suggestions.first" : "suggestions.heading")), list);
    box.setAttribute("aria-label", t("suggestions.heading"));
    byId("thread").append(box);
    if (introduced) footnote.scroll.follow();
  }

  /** What they are made from has changed. */
  function refresh() {
    stale = true;
    at(footnote.chat.now);
  }

  document.addEventListener("click", ({ target }) => {
    const chosen = target.closest(".suggestion");
    if (chosen) footnote.chat.offer({ query: chosen.firstChild.textContent, filter: footnote.scope.current() });
  });

  footnote.suggestions = { at, refresh };
})(window.footnote);
