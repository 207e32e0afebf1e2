/**
 * What an answer is doing, in one line for a person. Pure: it runs under `node --test` too.
 */
(function (root) {
  "use strict";

  const t = typeof module === "undefined" ? root.footnote.t : require("./02_texts.js").english();
  /** The times that a number of questions is for, by their seconds. */
  const WINDOWS = { __proto__: null, 60: "stage.minute", 3600: "stage.hour", 86400: "stage.day" };

  /**
   * @param {object} state the reducer's
   * @param {{filter: string[], library: {noun: string, titles: Object<string, string>}, ended: boolean,
   *   now: number, retryAt: number}} around `now` and `retryAt` in milliseconds of the same clock
   */
  function line(state, around) {
    if (around.ended) return scope(state, around);
    if (state.progress) return progress(state, around);
    return state.text ? scope(state, around) : doing(state, around);
  }

  /** What is done before there is a text. */
  function doing(state, around) {
    if (state.queued !== null) return inLine(state.queued);
    if (state.retrying) return retrying(state.retrying, around);
    const { stage, searched, found } = state.stage ?? {};
    if (!stage) return t("stage.sending");
    if (stage === "retrieval" && found === undefined) return t("stage.searching", { library: counted(searched, around.library.noun) });
    if (stage === "retrieval") return t("stage.found", { count: found });
    return t(stage === "reranking" ? "stage.choosing" : "stage.writing");
  }

  function inLine(place) {
    return place === 1 ? t("stage.next_in_line") : t("stage.in_line", { place });
  }

  function retrying({ code }, { now, retryAt }) {
    const says = t(t.has(`stage.retrying_${code}`) ? `stage.retrying_${code}` : "stage.retrying");
    const seconds = Math.ceil((retryAt - now) / 1000);
    return seconds > 0 ? t("stage.in_seconds", { says, seconds }) : `${says}…`;
  }

  /** How far an answer is that is shown when it is whole. */
  function progress(state, around) {
    const { words, begun } = state.progress;
    const does = words ? t("stage.words", { count: words }) : doing(state, around);
    const seconds = Math.floor((around.now - begun) / 1000);
    return seconds > 0 ? `${does} · ${t("stage.seconds", { seconds })}` : does;
  }

  /** What the answer searched: by name where it was limited to a few. */
  function scope({ searched }, { filter, library }) {
    if (searched === null || searched === undefined) return "";
    const named = filter.map((id) => library.titles[id] ?? id);
    if (named.length === 0) return t("stage.searched", { library: counted(searched, library.noun) });
    if (named.length <= 3) return t("stage.searched", { library: named.join(", ") });
    return t("stage.searched_more", { named: named.slice(0, 2).join(", "), more: named.length - 2 });
  }

  /** What the library holds: 3 recordings, 1 document. @param {"recording"|"document"} noun */
  function counted(n, noun) {
    return t(noun === "recording" ? "stage.recordings" : "stage.documents", { count: n ?? 0 });
  }

  /** A time to wait: 42 s, 12 min, 3 h. */
  function wait(seconds) {
    if (seconds < 100) return t("stage.seconds", { seconds });
    if (seconds <= 6000) return t("stage.minutes", { minutes: Math.ceil(seconds / 60) });
    return t("stage.hours", { hours: Math.ceil(seconds / 3600) });
  }

  /** How many questions are left of those for so many seconds, where that is worth knowing. @param {?number} remaining */
  function left(remaining, seconds) {
    if (typeof remaining !== "number" || remaining > 10) return "";
    const window = t(WINDOWS[seconds] ?? "stage.window");
    return remaining > 0 ? t("stage.left", { count: remaining, window }) : t("stage.none_left", { window });
  }

  const stage = { line, wait, left };
  if (typeof module !== "undefined") module.exports = stage;
  else (root.footnote = root.footnote || {}).stage = stage;
})(typeof window === "undefined" ? globalThis : window);
