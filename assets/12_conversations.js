/**
 * The pure part of the list of conversations: what the server listed, together with what this tab
 * knows before the server does (a question just asked, a new title, a deletion that can be undone).
 *
 * No DOM, no network, no clock of its own: it runs under `node --test` as it runs in the page.
 *
 * @typedef {{session_id: string, title: string, updated_at: string, running: boolean}} Conversation
 * @typedef {{
 *   listed: ?Conversation[], search: string, asked: ?(Conversation & {arrived: boolean}),
 *   titles: Object<string, string>, hidden: string[]
 * }} Past `listed` is null until the first list has come
 */
(function (root) {
  "use strict";

  const DAY_MS = 86_400_000;

  /** @returns {Past} */
  function initial() {
    return { listed: null, search: "", asked: null, titles: {}, hidden: [] };
  }

  /** What the server lists for a search; it replaces what a question that has arrived stood in for. */
  function withList(past, listed, search) {
    const { asked } = past;
    const there = asked && (asked.arrived || listed.some((c) => c.session_id === asked.session_id && c.running));
    return { ...past, listed, search, asked: there ? null : asked };
  }

  /** A question was sent: its conversation is the newest one, and is being answered. */
  function withAsked(past, sessionId, query, now) {
    const asked = {
      session_id: sessionId, title: query, updated_at: now.toISOString(), running: true, arrived: false,
    };
    return { ...past, asked };
  }

  /** The question has reached the server, or was refused: the next list tells of it. */
  function withArrival(past) {
    return past.asked ? { ...past, asked: { ...past.asked, arrived: true } } : past;
  }

  /** A new title, shown from now on. */
  function withTitle(past, sessionId, title) {
    return { ...past, titles: { ...past.titles, [sessionId]: title } };
  }

  /** The title is the server's again. */
  function withoutTitle(past, sessionId) {
    const titles = { ...past.titles };
    delete titles[sessionId];
    return { ...past, titles };
  }

  /** A conversation that was deleted, here or in another tab: no list shows it. */
  function withHidden(past, sessionId) {
    return past.hidden.includes(sessionId) ? past : { ...past, hidden: [...past.hidden, sessionId] };
  }

  /** Its deletion was undone, or failed. */
  function withoutHidden(past, sessionId) {
    return { ...past, hidden: past.hidden.filter((id) => id !== sessionId) };
  }

  /**
   * The conversations to show, newest first.
   * @param {Past} past
   * @param {{sessionId: ?string, running: boolean}} open the one on the page, whose state it knows best
   * @returns {Conversation[]}
   */
  function shown(past, open = { sessionId: null, running: false }) {
    const all = new Map((past.listed ?? []).map((c) => [c.session_id, c]));
    const { asked } = past;
    if (asked && (all.has(asked.session_id) || !past.search)) {
      all.set(asked.session_id, { ...asked, title: all.get(asked.session_id)?.title ?? asked.title });
    }
    return [...all.values()]
      .filter((c) => !past.hidden.includes(c.session_id))
      .map((c) => ({
        session_id: c.session_id,
        title: past.titles[c.session_id] ?? c.title,
        updated_at: c.updated_at,
        running: c.session_id === open.sessionId ? open.running : c.running,
      }))
      .sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
  }

  /**
   * The conversations by day, in the order given.
   * @param {Conversation[]} conversations newest first
   * @param {{now: Date, locale?: string, timeZone?: string}} here the reader's clock; the browser's where left out
   * @returns {{label: string, items: Conversation[]}[]}
   */
  function grouped(conversations, { now, locale, timeZone }) {
    const dayOf = calendar(timeZone);
    const today = dayOf(now);
    const groups = [];
    let last = null;
    for (const conversation of conversations) {
      const at = new Date(conversation.updated_at);
      // A server whose clock is ahead has written nothing tomorrow.
      const day = Math.min(dayOf(at), today);
      if (day !== last) groups.push({ label: dayLabel(at, today - day, { now, locale, timeZone }), items: [] });
      last = day;
      groups.at(-1).items.push(conversation);
    }
    return groups;
  }

  /** A function from a moment to the number of its calendar day in a time zone. */
  function calendar(timeZone) {
    const format = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone, year: "numeric", month: "numeric", day: "numeric",
    });
    return (moment) => {
      const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
      return Date.UTC(parts.year, parts.month - 1, parts.day) / DAY_MS;
    };
  }

  /** Today, Yesterday, a weekday within the last week, else the date, with the year if it is another. */
  function dayLabel(moment, daysAgo, { now, locale, timeZone }) {
    if (daysAgo < 2) {
      return capitalised(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-daysAgo, "day"), locale);
    }
    const format = (options, at = moment) => new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(at);
    if (daysAgo < 7) return capitalised(format({ weekday: "long" }), locale);
    const sameYear = format({ year: "numeric" }) === format({ year: "numeric" }, now);
    return format({ day: "numeric", month: "long", ...(sameYear ? {} : { year: "numeric" }) });
  }

  function capitalised(text, locale) {
    const [first = "", ...rest] = text;
    return first.toLocaleUpperCase(locale) + rest.join("");
  }

  /** The first conversations of all groups, and how many are left. */
  function bounded(conversations, most) {
    return { first: conversations.slice(0, most), more: Math.max(0, conversations.length - most) };
  }

  /** A title as the server would keep it: one line; null where nothing would be left or changed. */
  function newTitle(typed, before) {
    const title = typed.split(/\s+/u).filter(Boolean).join(" ");
    return title && title !== before ? title : null;
  }

  const conversations = {
    initial, withList, withAsked, withArrival, withTitle, withoutTitle, withHidden, withoutHidden,
    shown, grouped, bounded, newTitle,
  };
  if (typeof module !== "undefined") module.exports = conversations;
  else (root.footnote = root.footnote || {}).conversations = conversations;
})(typeof window === "undefined" ? globalThis : window);
