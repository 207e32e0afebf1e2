/**
 * What an answer is doing, in one line for a person. Pure: it runs under `node --test` too.
 */
(function (root) {
  "use strict";

  /** What the server asks again about, by the code of what failed. */
  const RETRIES = {
    __proto__: null,
    RATE_LIMIT: "The model is busy; asking again",
    MODEL_UNAVAILABLE: "The model can't be reached; asking again",
    RETRIEVAL_FAILED: "The search failed; searching again",
  };

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
    if (!stage) return "Sending…";
    if (stage === "retrieval" && found === undefined) return `Searching ${counted(searched, around.library.noun)}…`;
    if (stage === "retrieval") return `Found ${counted(found, "passage")}…`;
    return stage === "reranking" ? "Choosing the best passages…" : "Writing…";
  }

  function inLine(place) {
    return `Waiting for a place: ${place === 1 ? "next" : ordinal(place)} in line`;
  }

  function retrying({ code }, { now, retryAt }) {
    const says = RETRIES[code] ?? "The model broke off; asking again";
    const seconds = Math.ceil((retryAt - now) / 1000);
    return seconds > 0 ? `${says} in ${seconds} s` : `${says}…`;
  }

  /** How far an answer is that is shown when it is whole. */
  function progress(state, around) {
    const { words, begun } = state.progress;
    const does = words ? `Writing: ${counted(words, "word")} so far` : doing(state, around);
    const seconds = Math.floor((around.now - begun) / 1000);
    return seconds > 0 ? `${does} · ${seconds} s` : does;
  }

  /** What the answer searched: by name where it was limited to a few. */
  function scope({ searched }, { filter, library }) {
    if (searched === null || searched === undefined) return "";
    const named = filter.map((id) => library.titles[id] ?? id);
    if (named.length === 0) return `Searched ${counted(searched, library.noun)}`;
    if (named.length <= 3) return `Searched ${named.join(", ")}`;
    return `Searched ${named.slice(0, 2).join(", ")} and ${named.length - 2} more`;
  }

  function counted(n, noun) {
    return `${(n ?? 0).toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
  }

  const ENDINGS = { __proto__: null, one: "st", two: "nd", few: "rd", other: "th" };
  const RULES = new Intl.PluralRules("en", { type: "ordinal" });

  /** 3rd, 11th, 22nd. */
  function ordinal(n) {
    return `${n}${ENDINGS[RULES.select(n)]}`;
  }

  /** A time to wait: 42 s, 12 min, 3 h. */
  function wait(seconds) {
    if (seconds < 100) return `${seconds} s`;
    return seconds <= 6000 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
  }

  /** How many questions are left, where that is worth knowing. @param {?number} remaining */
  function left(remaining, window) {
    if (typeof remaining !== "number" || remaining > 10) return "";
    return `${remaining > 0 ? counted(remaining, "question") : "No question"} left ${window}`;
  }

  const stage = { line, counted, wait, left };
  if (typeof module !== "undefined") module.exports = stage;
  else (root.footnote = root.footnote || {}).stage = stage;
})(typeof window === "undefined" ? globalThis : window);
