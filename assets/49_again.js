/**
 * What is asked in the place of an answer: the same question again, the rest of a text that broke
 * off, or the question edited in its place; Escape leaves it as it was.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button } = footnote.paint;

  /** The same question once more: another version, or, where the server never had it, the very same. */
  function again(answer) {
    const { query, filter, model } = answer;
    return footnote.chat.offer(answer.arrived ? { query, filter, model, replaces: known(answer) } : { query, filter, anew: answer });
  }

  /** The same question of other documents; its answer begins in view. @param {object} filter what limits it now */
  function within(answer, filter) {
    const { turn } = answer;
    const before = turn.answers.length;
    footnote.chat.offer({ query: answer.query, filter, model: answer.model, replaces: known(answer) });
    if (turn.answers.length > before) footnote.scroll.to(turn.answers.at(-1).parts.root);
  }

  /** Go on from the text that broke off. */
  function goOn(answer) {
    return footnote.chat.offer({ query: answer.query, filter: answer.filter, model: answer.model, replaces: answer, continues: true });
  }

  /** Another question in the place of one. */
  function instead(answer, query) {
    return footnote.chat.offer({ query, filter: answer.filter, model: answer.model, replaces: known(answer) });
  }

  /** What a new version may name as the one that it replaces: the server has to have it. */
  function known(answer) {
    const has = (a) => a.arrived && !a.gone;
    return has(answer) ? answer : { ...answer, id: answer.turn.answers.findLast(has)?.id ?? null };
  }

  // --- the question, edited -----------------------------------------------------------------

  /** Put a box in the question's place. */
  function edit(answer) {
    const { asked, question } = answer.parts;
    const box = make("textarea", "edit-query");
    box.value = question.textContent;
    box.maxLength = document.getElementById("query").maxLength;
    box.dir = "auto";
    box.rows = 1;
    box.setAttribute("aria-label", t("question.edit"));
    const send = button("button leading", t("question.ask_instead"));
    const cancel = button("button", t("question.cancel"));
    const form = make("div", "editing", box, make("div", "ways", send, cancel));
    send.onclick = () => ask(answer, form, box);
    cancel.onclick = () => restore(answer, form);
    form.onkeydown = (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") restore(answer, form);
      if (event.key !== "Enter" || event.shiftKey || event.target !== box) return;
      event.preventDefault();
      ask(answer, form, box);
    };
    box.oninput = () => fit(box);
    asked.replaceWith(form);
    fit(box);
    box.focus();
  }

  function fit(box) {
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight}px`;
  }

  function restore(answer, form) {
    form.replaceWith(answer.parts.asked);
    answer.parts.edit.focus({ preventScroll: true });
  }

  function ask(answer, form, box) {
    const query = box.value.trim();
    if (!query) return box.focus();
    if (instead(answer, query)) restore(answer, form);
  }

  footnote.again = { again, within, goOn, edit };
})(window.footnote);
