/** The address of a place in a document: `?source=<document>&passage=<passage>&quote=<sentence>`, on any page. Pure. */
(function (root) {
  "use strict";

  const NAMES = { source: "document", passage: "passage", quote: "quote" };
  /** Browsers and proxies take addresses of some 8,000 characters; letters of other scripts are written with nine. */
  const LONGEST_QUOTE = 600;

  /** The place that an address names; null where it names none. @param {string} search */
  function read(search) {
    const query = new URLSearchParams(search);
    if (!query.get("source")) return null;
    return Object.fromEntries(Object.entries(NAMES).map(([name, field]) => [field, query.get(name) || null]));
  }

  /**
   * The query of an address that names this place, or none, beside whatever else it has.
   * @param {?{document: string, passage?: ?string, quote?: ?string}} place
   */
  function write(place, search = "") {
    const query = new URLSearchParams(search);
    for (const [name, field] of Object.entries(NAMES)) {
      const value = place?.[field];
      if (value) query.set(name, name === "quote" ? shortened(value) : value);
      else query.delete(name);
    }
    const text = query.toString();
    return text ? `?${text}` : "";
  }

  /** A quote of at most so many characters, whole words of it. */
  function shortened(quote) {
    if (quote.length <= LONGEST_QUOTE) return quote;
    const cut = quote.slice(0, LONGEST_QUOTE);
    return cut.slice(0, cut.lastIndexOf(" ") + 1 || LONGEST_QUOTE).trimEnd();
  }

  /** Whether two places are the same. */
  function same(one, other) {
    return write(one) === write(other);
  }

  const address = { read, write, same };
  if (typeof module !== "undefined") module.exports = address;
  else root.footnote.sourceAddress = address;
})(typeof window === "undefined" ? globalThis : window);
