/** What can't be used because something lies over it: each that covers says what is behind it. */
(function (footnote) {
  "use strict";

  /** @type {Map<string, string>} what covers, and the selector of what is behind it */
  const covered = new Map();

  /** Say what is behind something that covers; an empty selector: it covers nothing any more. */
  function behind(cover, selector) {
    const before = [...covered.values()];
    if (selector) covered.set(cover, selector);
    else covered.delete(cover);
    const now = [...covered.values()].join(", ");
    for (const was of before) for (const element of document.querySelectorAll(was)) element.inert = false;
    if (now) for (const element of document.querySelectorAll(now)) element.inert = true;
  }

  footnote.inert = { behind };
})(window.footnote);
