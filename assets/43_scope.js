/**
 * What the next question is limited to: chosen beside its box, kept over a reload, and for each conversation
 * what its last question was limited to.
 */
(function (footnote) {
  "use strict";

  const { filter } = footnote;
  const KEPT = "footnote.filter";
  const FRESH_MS = 5000;

  /** @type {{documents: object[], noun: string, titles: Object<string, string>}} */
  const library = { documents: [], noun: "document", titles: {} };
  let chosen = filter.of();
  let usual = filter.of();
  let asked = -Infinity;
  let field = null;

  /** The page stands. @param {?object} store what the server says of the library @returns {object} that, kept fresh */
  function start(store) {
    field = footnote.filterField.start(document.getElementById("filter"), { choose, refresh });
    Object.assign(library, store);
    take(library.documents);
    footnote.library.onChange(({ documents }) => take(documents));
    footnote.views.onShow((view) => view === "conversation" && refresh());
    return library;
  }

  function take(documents) {
    library.documents = documents;
    library.noun = documents.every(({ kind }) => kind === "recording") ? "recording" : "document";
    library.titles = Object.fromEntries(documents.map(({ id, title }) => [id, title]));
    paint();
  }

  /** Documents that came since, or went. */
  function refresh() {
    if (performance.now() - asked < FRESH_MS) return;
    const first = asked === -Infinity;
    asked = performance.now();
    if (!first) footnote.library.changed(); // what the page came with is as new
  }

  function paint() {
    field.paint(chosen, library);
  }

  // --- what is chosen -------------------------------------------------------------------------

  /** Somebody has chosen. @param {object} next */
  function choose(next) {
    chosen = next;
    keep({ sessionId: footnote.chat.now.sessionId, filter: chosen });
    paint();
  }

  /** What limits the next question. */
  function current() {
    return chosen;
  }

  /** Limit the next question to these documents. @param {string[]} ids */
  function only(ids) {
    choose(filter.of({ documents: ids }));
  }

  /** What limits the questions of new conversations, until something else is chosen. @param {object} fields of a filter */
  function set(fields) {
    usual = filter.of(fields);
    if (footnote.chat.now.sessionId === null && !kept(null)) begin(null);
  }

  /** A conversation is shown; null is one that begins. @param {?string} sessionId @param {object} [last] its last question's */
  function begin(sessionId, last = usual) {
    chosen = filter.of(kept(sessionId)?.filter ?? filter.lasting(last));
    paint();
  }

  /** What was chosen for this question is known by its answer. */
  function asks() {
    keep(null);
  }

  function keep(value) {
    try {
      if (value) sessionStorage.setItem(KEPT, JSON.stringify(value));
      else sessionStorage.removeItem(KEPT);
    } catch {
      // A browser may keep nothing.
    }
  }

  function kept(sessionId) {
    try {
      const value = JSON.parse(sessionStorage.getItem(KEPT));
      return value?.sessionId === sessionId ? value : null;
    } catch {
      return null;
    }
  }

  footnote.scope = { library, start, refresh, current, only, set, begin, asked: asks };
})(window.footnote);
