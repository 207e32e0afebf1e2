/**
 * The versions of an answer: which belong together, and which one is shown.
 *
 * A turn is one place in the conversation. It holds the versions of its question and answer, in the
 * order asked; each has an element of its own, and the one that is shown stands in the thread.
 */
(function (root) {
  "use strict";

  /**
   * The chains of versions, in the order of their first ones. Pure.
   * @param {{answer_id: string, replaces?: ?string}[]} records in the order asked
   * @returns {object[][]} the same records; one that replaces what isn't there begins a chain
   */
  function chains(records) {
    const chainOf = new Map();
    const all = [];
    for (const record of records) {
      let chain = chainOf.get(record.replaces);
      if (!chain) all.push((chain = []));
      chain.push(record);
      chainOf.set(record.answer_id, chain);
    }
    return all;
  }

  /** Add a version to a turn, and show it unless another one stays. */
  function add(turn, answer, shows = true) {
    answer.turn = turn;
    answer.parts = root.footnote.paint.place(answer);
    turn.answers.push(answer);
    root.footnote.folding.watch(answer.parts.answer);
    if (shows) show(turn, turn.answers.length - 1);
    else paint(turn);
  }

  /** Show one of a turn's versions, in the place of the one that stands there. */
  function show(turn, at) {
    const before = turn.answers[turn.shown]?.parts.root;
    const focused = before?.contains(document.activeElement);
    turn.shown = at;
    const { parts } = turn.answers[at];
    if (before?.isConnected) before.replaceWith(parts.root);
    paint(turn);
    if (focused) parts.question.focus({ preventScroll: true });
  }

  /** “2 of 2”, with a way to the one before and the one behind. */
  function paint(turn) {
    const { answers, shown } = turn;
    const { parts } = answers[shown];
    parts.versions.hidden = answers.length < 2;
    if (answers.length < 2) return;
    const { t } = root.footnote;
    const { make, button, icon } = root.footnote.paint;
    const before = button("icon-button version-before", t("versions.before"), icon("before"));
    const behind = button("icon-button version-behind", t("versions.behind"), icon("behind"));
    before.onclick = () => step(turn, -1, ".version-before");
    behind.onclick = () => step(turn, 1, ".version-behind");
    before.disabled = shown === 0;
    behind.disabled = shown === answers.length - 1;
    const says = make("span", "version-of", t("versions.of", { n: shown + 1, all: answers.length }));
    parts.versions.setAttribute("role", "group");
    parts.versions.setAttribute("aria-label", t("versions.group"));
    parts.versions.replaceChildren(before, says, behind);
  }

  /** Show the version of this id, wherever it is. */
  function bringBack(turns, id) {
    for (const turn of turns) {
      const at = turn.answers.findIndex((answer) => answer.id === id);
      if (at >= 0 && at !== turn.shown) show(turn, at);
    }
  }

  function step(turn, by, pressed) {
    show(turn, turn.shown + by);
    const { answers, shown } = turn;
    const buttons = answers[shown].parts.versions;
    const again = buttons.querySelector(pressed);
    (again.disabled ? buttons.querySelector("button:not(:disabled)") : again).focus({ preventScroll: true });
    root.footnote.chat.announce(root.footnote.t("versions.told", { n: shown + 1, all: answers.length }));
  }

  const versions = { chains, add, show, bringBack };
  if (typeof module !== "undefined") module.exports = versions;
  else root.footnote.versions = versions;
})(typeof window === "undefined" ? globalThis : window);
