/**
 * Which model the next question is for, where there are several to choose from.
 *
 * What was chosen last stays chosen in this browser; an open conversation goes on with the model of its last answer.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const KEPT = "footnote-model";
  const picker = () => document.getElementById("model");
  const names = () => [...(picker()?.options ?? [])].map(({ value }) => value);

  /** Begin to remember what is chosen. */
  function start() {
    picker()?.addEventListener("change", ({ target }) => {
      stored((store) => store.setItem(KEPT, target.value));
      const limits = shownLimits();
      footnote.chat.announce([t("composer.model_chosen", { model: target.value }), ...limits].join(" "));
    });
  }

  /** Say that a filter does not reach the chosen or only one, where that is so. @returns {string[]} what is said */
  function shownLimits() {
    const line = document.getElementById("unfiltered");
    const field = document.getElementById("filter");
    if (picker()) line.hidden = !picker().selectedOptions[0]?.dataset.unfiltered;
    if (line.hidden) field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", line.id);
    return line.hidden ? [] : [line.textContent];
  }

  /** A conversation is on the page. @param {?string} [model] that of its last answer */
  function begin(model = null) {
    const wanted = [model, stored((store) => store.getItem(KEPT))].find((name) => names().includes(name));
    if (wanted !== undefined) picker().value = wanted;
    else if (picker()) picker().selectedIndex = 0;
    shownLimits();
  }

  /** The model of a question: the one wanted where it is still there, else the one that is chosen; null for the only one. */
  function of(wanted) {
    return names().includes(wanted) ? wanted : (picker()?.value ?? null);
  }

  /** Where an answer's question can be asked again of each. @param {HTMLElement} trigger @param {object} answer */
  function offer(trigger, answer) {
    const before = of(answer.model ?? answer.state.model);
    const ordered = [before, ...names().filter((name) => name !== before)];
    footnote.menu.open(trigger, ordered.map((model) => ({
      label: model, icon: "again", act: () => footnote.again.again({ ...answer, model }),
    })), () => {});
  }

  /** A browser may keep nothing. */
  function stored(use) {
    try {
      return use(localStorage);
    } catch {
      return null;
    }
  }

  footnote.models = { start, begin, of, offer, areSeveral: () => names().length > 1 };
})(window.footnote);
