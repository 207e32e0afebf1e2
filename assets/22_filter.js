/**
 * What limits a question: documents by their name, kind, tag, speaker and date, and what is left out of
 * what it found. Pure: no page, no network, no clock.
 *
 * @typedef {{documents: string[], kinds: string[], tags: string[], speakers: string[], since: ?string,
 *   until: ?string, without: string[], without_documents: string[]}} Filter ids of documents, days such as
 *   `2026-03-12` (both inclusive), ids of passages and of documents; of several in a list one is enough
 * @typedef {{id: string, title: string, kind: string, date: ?string, tags: string[], speakers: string[]}} Document
 * @typedef {{group: "documents"|"kinds"|"tags"|"speakers"|"dates", value: string}} Item one part of a filter
 */
(function (root) {
  "use strict";

  const LISTS = ["documents", "kinds", "tags", "speakers", "without", "without_documents"];
  const DAYS = ["since", "until"];
  const DAY = /^\d{4}-\d{2}-\d{2}$/;

  /** A whole filter from what there is of one; what is none of it counts for nothing. @returns {Filter} */
  function of(fields) {
    const filter = {};
    for (const name of LISTS) filter[name] = texts(fields?.[name]);
    for (const name of DAYS) filter[name] = DAY.test(fields?.[name] ?? "") ? fields[name] : null;
    return filter;
  }

  function texts(value) {
    return Array.isArray(value) ? [...new Set(value.filter((one) => typeof one === "string" && one))] : [];
  }

  /** The filter that an answer's record tells of. @param {{recording_filter?: string[], filter?: object}} record */
  function fromRecord(record) {
    return of({ ...record.filter, documents: record.recording_filter });
  }

  /** What a question says of its filter: the fields of the request, but for those that limit nothing. */
  function body(filter) {
    const { documents, ...rest } = filter;
    const limits = Object.fromEntries(Object.entries(rest).filter(([, value]) => value?.length));
    return {
      ...(documents.length ? { recording_filter: documents } : {}),
      ...(Object.keys(limits).length ? { filter: limits } : {}),
    };
  }

  /** Whether it limits anything. */
  function limits(filter) {
    return Object.keys(body(filter)).length > 0;
  }

  /** The same, but for what was left out of one answer's passages: that concerns no other question. */
  function lasting(filter) {
    return { ...filter, without: [], without_documents: [] };
  }

  /** Whether a document meets every condition. @param {Filter} filter @param {Document} document */
  function allows(filter, { id, kind, date, tags, speakers }) {
    const one = (wanted, has) => !wanted.length || has.some((value) => wanted.includes(value));
    return (
      one(filter.documents, [id]) && one(filter.kinds, [kind]) && one(filter.tags, tags) &&
      one(filter.speakers, speakers) && (!filter.since || (date ?? "") >= filter.since) &&
      (!filter.until || (Boolean(date) && date <= filter.until)) && !filter.without_documents.includes(id)
    );
  }

  /** How many of the documents it leaves. */
  function left(filter, documents) {
    return documents.filter((document) => allows(filter, document)).length;
  }

  // --- its parts ------------------------------------------------------------------------------

  /** The parts that a person chooses, in the order in which they are told. @returns {Item[]} */
  function items(filter) {
    const listed = (group) => filter[group].map((value) => ({ group, value }));
    const { since, until } = filter;
    const dates = since || until ? [{ group: "dates", value: `${since ?? ""}/${until ?? ""}` }] : [];
    return [...listed("documents"), ...listed("kinds"), ...listed("tags"), ...listed("speakers"), ...dates];
  }

  function has(filter, { group, value }) {
    return items(filter).some((item) => item.group === group && item.value === value);
  }

  /** With one more part; other dates take the place of those that there are. */
  function plus(filter, { group, value }) {
    if (group !== "dates") return of({ ...filter, [group]: [...filter[group], value] });
    const [since, until] = value.split("/");
    return of(until && since > until ? { ...filter, since: until, until: since } : { ...filter, since, until });
  }

  function minus(filter, { group, value }) {
    if (group === "dates") return { ...filter, since: null, until: null };
    return { ...filter, [group]: filter[group].filter((one) => one !== value) };
  }

  const filter = { of, fromRecord, body, limits, lasting, allows, left, items, has, plus, minus };
  if (typeof module !== "undefined") module.exports = filter;
  else (root.footnote = root.footnote || {}).filter = filter;
})(typeof window === "undefined" ? globalThis : window);
