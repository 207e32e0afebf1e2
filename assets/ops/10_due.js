/** When the figures of the operations page are to be counted again, and how the reader's clock stands. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.ops = (function () {
  "use strict";

  let counted = false;

  /** What the figures are asked for with; nothing while nobody can see them. */
  function due() {
    if (counted && document.hidden) return window.dash_clientside.no_update;
    counted = true;
    return { offset_minutes: -new Date().getTimezoneOffset(), at: Date.now() };
  }

  return { due };
})();
