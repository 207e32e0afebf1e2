/**
 * What stands below an answer's text: how it ended, its sources, and what can be done about it.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;
  const TICK_MS = 250;

  /** What the row of tools holds, in this order; each makes its element, or null where it has no place. */
  const tools = [footnote.exporting.copyTool, againTool, linkTool, footnote.exporting.exportTool, thumbs];

  /** @param {object} state the reducer's @param {string} status @param {object} answer */
  function ending(state, status, answer) {
    const parts = [];
    if (status === "error") parts.push(problem(state, answer));
    if (status === "cancelled") parts.push(stopped(state, answer));
    // The answer's end comes right behind them.
    if (state.statements.length && status !== "streaming") parts.push(footnote.support.support(state, answer));
    const isWritten = status !== "streaming" && answer.arrived && !answer.profile;
    const tool = isWritten ? (n) => footnote.opinion.ofSource(answer, n) : undefined;
    if (state.citations?.length) parts.push(footnote.sources.sources(state.citations, answer.id, tool));
    if (isWritten) parts.push(footnote.inspector.inspector(state, answer), toolRow(state, answer));
    return parts.filter(Boolean);
  }

  function problem(state, answer) {
    const { error } = state;
    const box = make("div", "problem", icon("alert"), make("div", "", make("p", "", footnote.problems.says(error))));
    box.dataset.code = error.code;
    const ways = error.retryable ? [...goOn(state, answer), ...retry(error, answer)] : [];
    if (ways.length) box.lastChild.append(make("div", "ways", ...ways));
    return box;
  }

  function stopped(state, answer) {
    const said = make("p", "stopped", icon("stop"), t("ending.stopped"));
    const again = button("button retry", t("ending.ask_again"));
    again.onclick = () => footnote.again.again(answer);
    const ways = state.text ? goOn(state, answer) : [again];
    return make("div", "stop-note", said, make("div", "ways", ...ways));
  }

  /** The way on from a text that broke off. */
  function goOn(state, answer) {
    if (!state.text || !answer.arrived || answer.gone) return [];
    const on = button("button leading", t("ending.go_on"));
    on.onclick = () => footnote.again.goOn(answer);
    return [on];
  }

  /** Retry, after the wait that the server asked for; at its end by itself, where the person chose so. */
  function retry(error, answer) {
    const again = button("button retry", t("ending.try_again"));
    again.onclick = () => footnote.again.again(answer);
    const until = Date.now() + 1000 * (error.retry_after_s ?? 0);
    const choice = make("input", "");
    choice.type = "checkbox";
    const byItself = make("label", "by-itself", choice, t("ending.by_itself"));
    let ready = false;
    (function tick() {
      const wait = Math.ceil((until - Date.now()) / 1000);
      again.disabled = wait > 0;
      again.textContent = wait > 0 ? t("ending.try_again_in", { wait: footnote.stage.wait(wait) }) : t("ending.try_again");
      if (wait > 0) return void setTimeout(tick, TICK_MS);
      ready = true;
      if (choice.checked && again.isConnected) footnote.again.again(answer);
      if (byItself.contains(document.activeElement)) again.focus();
      byItself.remove();
    })();
    return ready ? [again] : [again, byItself];
  }

  function toolRow(state, answer) {
    const row = make("div", "answer-tools");
    row.append(...tools.map((tool) => tool(state, answer)).filter(Boolean));
    return row;
  }

  function againTool(state, answer) {
    if (state.status === "error" || !state.text) return null; // it is offered above
    const again = button("tool again", t("ending.another"), icon("again"), make("span", "", t("ending.ask_again")));
    again.onclick = () => (footnote.models.areSeveral() ? footnote.models.offer(again, answer) : footnote.again.again(answer));
    if (footnote.models.areSeveral()) again.setAttribute("aria-haspopup", "menu");
    return again;
  }

  function linkTool(_state, answer) {
    return footnote.permalinks.offer(answer.id);
  }

  function thumbs(_state, answer) {
    return footnote.opinion.ofAnswer(answer);
  }

  footnote.ending = { ending };
})(window.footnote);
