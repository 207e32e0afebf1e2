/**
 * What a filter may be made of: the library's documents, tags, speakers, kinds and dates, by what was typed.
 * Pure: no page, no clock.
 *
 * @typedef {{group: string, value: string, label: string, count: number, named?: string, range?: boolean}} Choice
 *   `count` documents have it
 */
(function (root) {
  "use strict";

  const filters = typeof module === "undefined" ? root.footnote.filter : require("./22_filter.js");

  /** Of one group that are shown: a few while nothing is typed, so that each group is seen. */
  const FEW = 5;
  const MANY = 40;

  /**
   * The groups of choices for what was typed, each with the number of those that are not shown.
   * @param {object[]} documents the library's
   * @param {string} typed
   * @param {{words: function(object): string, group: function(string): string, today: Date}} around what each
   *   part and each group is called
   * @returns {{name: string, label: string, choices: Choice[], more: number}[]}
   */
  function groups(documents, typed, around) {
    const asked = folded(typed).split(/\s+/).filter(Boolean);
    const most = asked.length ? MANY : FEW;
    return Object.entries(all(documents, around.today)).flatMap(([name, found]) => {
      const label = around.group(name);
      const fits = found
        .map((choice) => ({ ...choice, label: around.words(choice) }))
        .filter(({ label: words }) => asked.every((word) => folded(`${label} ${words}`).includes(word)));
      const sorted = asked.length ? byPlace(fits, asked[0]) : fits;
      const shown = { name, label, choices: sorted.slice(0, most), more: Math.max(0, sorted.length - most) };
      return shown.choices.length ? [shown] : [];
    });
  }

  function all(documents, today) {
    const kinds = counted(documents, ({ kind }) => [kind]);
    return {
      dates: dates(documents, today),
      tags: listed("tags", counted(documents, ({ tags }) => tags)),
      speakers: listed("speakers", counted(documents, ({ speakers }) => speakers)),
      kinds: kinds.size > 1 ? listed("kinds", kinds) : [], // of one kind alone nothing is to be chosen
      recordings: titles(documents.filter(({ kind }) => kind === "recording")),
      documents: titles(documents.filter(({ kind }) => kind !== "recording")),
    };
  }

  function counted(documents, valuesOf) {
    const counts = new Map();
    for (const document of documents) for (const value of valuesOf(document)) counts.set(value, (counts.get(value) ?? 0) + 1);
    return counts;
  }

  /** Those that most documents have first. */
  function listed(group, counts) {
    const made = [...counts].map(([value, count]) => ({ group, value, count }));
    return made.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value));
  }

  function titles(documents) {
    return documents.map(({ id }) => ({ group: "documents", value: id, count: 1 }));
  }

  /** Since when: this week (from Monday), this month, this year; or from one day to another, which is asked for. */
  function dates(documents, today) {
    const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()];
    const begins = {
      week: new Date(year, month, day - ((today.getDay() + 6) % 7)),
      month: new Date(year, month, 1),
      year: new Date(year, 0, 1),
    };
    const begun = Object.entries(begins).map(([named, first]) => {
      const since = dayOf(first);
      const count = filters.left(filters.of({ since }), documents);
      return { group: "dates", value: `${since}/`, named, count };
    });
    return documents.length ? [...begun, { group: "dates", value: "", named: "range", range: true, count: 0 }] : [];
  }

  function dayOf(date) {
    const two = (n) => String(n).padStart(2, "0");
    return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  }

  /** Those whose words begin with what was typed before the others. */
  function byPlace(choices, word) {
    const place = ({ label }) => (folded(label).startsWith(word) ? 0 : folded(label).includes(` ${word}`) ? 1 : 2);
    return choices.map((choice) => [place(choice), choice]).sort(([a], [b]) => a - b).map(([, choice]) => choice);
  }

  /** Without case and accents. */
  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  const choices = { FEW, groups, dayOf };
  if (typeof module !== "undefined") module.exports = choices;
  else root.footnote.filterChoices = choices;
})(typeof window === "undefined" ? globalThis : window);
