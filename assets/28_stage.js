/**
 * What an answer is doing, in one line for a person. Pure: it runs under `node --test` too.
 */
(function (root) {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? root.footnote.t : require("./02_texts.js").english();
  const scope = inPage ? root.footnote.scopeWords : require("./27_scope.js");
  /** The times that a number of questions is for, by their seconds. */
  const WINDOWS = { __proto__: null, 60: "stage.minute", 3600: "stage.hour", 86400: "stage.day" };

  /**
   * @param {object} state the reducer's
   * @param {{filter: object, library: {noun: string, titles: Object<string, string>}, ended: boolean,
   *   now: number, retryAt: number}} around `now` and `retryAt` in milliseconds of the same clock
   */
  function line(state, around) {
    if (around.ended) return scope.line(state, around);
    if (state.progress) return progress(state, around);
    return state.text ? scope.line(state, around) : doing(state, around);
  }

  /** What is done before there is a text. */
  function doing(state, around) {
    if (state.queued !== null) return inLine(state.queued);
    if (state.retrying) return retrying(state.retrying, around);
    const { stage, found, name, searched } = state.stage ?? {};
    if (!stage) return t("stage.sending");
    if (stage === "step") return name && name !== "agent" ? t("stage.step", { name }) : t("stage.agent");
    if (stage === "starting") return t("stage.starting");
    if (stage === "retrieval" && found === undefined) {
      if (searched === undefined) return t("stage.looking"); // a model that searches by itself doesn't say how much
      return t("stage.searching", { library: scope.extent(state, around.library.noun) });
    }
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
  if (inPage) root.footnote.stage = stage;
  else module.exports = stage;
})(typeof window === "undefined" ? globalThis : window);
