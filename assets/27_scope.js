/**
 * What an answer searched, and what limited it, in words. Pure: it runs under `node --test` too.
 *
 * @typedef {{noun: string, titles: Object<string, string>}} Library
 */
(function (root) {
  "use strict";

  const inPage = typeof module === "undefined";
  const t = inPage ? root.footnote.t : require("./02_texts.js").english();
  const filters = inPage ? root.footnote.filter : require("./22_filter.js");
  /** Documents that are told by name; of more the first two are. */
  const NAMED = 3;
  /** @type {Map<string, Intl.DateTimeFormat>} */
  const formats = new Map();

  /**
   * “Searched 14 of 35 recordings, index of 09:40 · only: tag board, since 1 March”; "" while nothing was.
   * @param {{searched: ?number, library: ?number, indexedAt: ?string,
   *   retrieved: ?{queries: string[], untold?: string[]}}} state the reducer's
   * @param {{filter: object, library: Library, now: number}} around `now` in milliseconds since 1970
   */
  function line(state, { filter, library, now }) {
    const limits = [only(filter, library, now), without(filter, library), untold(state)].filter(Boolean);
    // A collection that doesn't tell its size: what limited the search is still to be told.
    if (state.searched === null) return limits.length && state.retrieved?.queries.length ? limits.join(" · ") : "";
    if (state.library === 0) return t("scope.empty");
    const what = extent(state, library.noun);
    const at = new Date(state.indexedAt ?? NaN);
    const searched = isNaN(at) ? t("scope.searched", { what }) : t("scope.searched_as_of", { what, time: moment(at, now) });
    return [searched, ...limits].join(" · ");
  }

  /** All 35 recordings, 14 of 35, none of them; an older answer knows only how many. */
  function extent({ searched, library: count }, noun) {
    const named = noun === "recording" ? "recordings" : "documents";
    if (count === null) return t(`stage.${named}`, { count: searched ?? 0 });
    if (searched === count) return t(`scope.all_${named}`, { count });
    return t(searched ? `scope.of_${named}` : `scope.none_of_${named}`, { searched, count });
  }

  /** A time of today; of another day the day as well. */
  function moment(at, now) {
    const time = formatted({ timeStyle: "short" }, at);
    if (at.toDateString() === new Date(now).toDateString()) return time;
    const year = at.getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" };
    return `${formatted({ day: "numeric", month: "long", ...year }, at)}, ${time}`;
  }

  /** A format is dear to make, and an answer's line is written with each of its words. */
  function formatted(options, at) {
    const key = `${t.locale} ${JSON.stringify(options)}`;
    if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(t.locale, options));
    return formats.get(key).format(at);
  }

  function only(filter, library, now) {
    const items = filters.items(filter);
    const documents = items.filter(({ group }) => group === "documents").map((item) => words(item, library, now));
    const others = items.filter(({ group }) => group !== "documents").map((item) => words(item, library, now));
    const named = documents.length > NAMED
      ? [t("scope.and_more", { named: documents.slice(0, 2).join(", "), more: documents.length - 2 })]
      : documents;
    return items.length ? t("scope.only", { items: [...named, ...others].join(", ") }) : "";
  }

  function without(filter, library) {
    const titles = filter.without_documents.map((id) => t("scope.without_document", { title: titled(id, library) }));
    const passages = filter.without.length ? [t("scope.without_sources", { count: filter.without.length })] : [];
    return [...titles, ...passages].join(", ");
  }

  /** What passages were left out for: that they don't tell what the question is limited to. */
  function untold({ retrieved }) {
    const items = (retrieved?.untold ?? []).map((name) => t(`scope.untold_${name}`));
    return items.length ? t("scope.untold", { items: items.join(", ") }) : "";
  }

  // --- the parts of a filter ------------------------------------------------------------------

  /** A part of a filter as it stands on its own: “tag board”, “since 1 March”. */
  function words({ group, value }, library, now) {
    if (group === "tags") return t("filter.tag", { name: value });
    if (group === "speakers") return t("filter.speaker", { name: value });
    return group === "dates" ? days(value, now) : name({ group, value }, library);
  }

  /** What a part is called among others of its group. */
  function name({ group, value, named }, library) {
    if (group === "documents") return titled(value, library);
    if (group === "kinds") return t.has(`filter.kind_${value}`) ? t(`filter.kind_${value}`) : value;
    return named ? t(`filter.${named}`) : value;
  }

  function titled(id, { titles }) {
    return Object.hasOwn(titles, id) ? titles[id] : id;
  }

  /** Since, until, or from one day to another; the year only where it is not this one. */
  function days(value, now) {
    const [since, until] = value.split("/").map((day) => (day ? new Date(`${day}T00:00Z`) : null));
    const thisYear = new Date(now).getFullYear();
    const year = [since, until].every((day) => !day || day.getUTCFullYear() === thisYear) ? {} : { year: "numeric" };
    const format = new Intl.DateTimeFormat(t.locale, { day: "numeric", month: "long", ...year, timeZone: "UTC" });
    if (!until) return t("filter.since", { day: format.format(since) });
    if (!since) return t("filter.until", { day: format.format(until) });
    return +since === +until ? t("filter.on", { day: format.format(since) }) : format.formatRange(since, until);
  }

  const scope = { line, extent, words, name, moment };
  if (inPage) root.footnote.scopeWords = scope;
  else module.exports = scope;
})(typeof window === "undefined" ? globalThis : window);
