/**
 * Whether the sidebar shows: beside the page on a wide screen, where it can be folded and stays so;
 * on a narrow one as a drawer over the page, which keeps the focus until it is closed.
 */
(function (footnote) {
  "use strict";

  const KEY = "footnote-history";
  const narrow = matchMedia("(width <= 900px)");
  const byId = (id) => document.getElementById(id);

  let folded = remembered() === "folded";
  let drawn = false;

  /** What was chosen before; a browser that keeps nothing shows the sidebar. */
  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function remember() {
    try {
      localStorage.setItem(KEY, folded ? "folded" : "open");
    } catch {
      // Private windows may refuse: then it is chosen anew each time.
    }
  }

  const isOpen = () => (narrow.matches ? drawn : !folded);

  function apply() {
    document.documentElement.dataset.history = isOpen() ? "open" : "closed";
    const toggle = byId("history-toggle");
    if (!toggle) return;
    const over = narrow.matches && drawn;
    toggle.setAttribute("aria-expanded", String(isOpen()));
    byId("history-backdrop").hidden = !over;
    footnote.inert.behind("history", over ? ".skip, .bar, .scroll, .dock, .view, .panel" : "");
  }

  function toggle() {
    if (narrow.matches) drawn = !drawn;
    else {
      folded = !folded;
      remember();
    }
    apply();
    if (narrow.matches && drawn) byId("history-close").focus();
  }

  /** Close the drawer; on a wide screen nothing happens. Whether there was one. */
  function close() {
    if (!narrow.matches || !drawn) return false;
    drawn = false;
    apply();
    byId("history-toggle").focus();
    return true;
  }

  /** A place for a focus whose element is gone. */
  function focusInside() {
    byId(narrow.matches && drawn ? "history-close" : "query").focus();
  }

  function start() {
    byId("history-toggle").addEventListener("click", toggle);
    byId("history-close").addEventListener("click", close);
    byId("history-backdrop").addEventListener("click", close);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && close()) event.preventDefault();
    });
    narrow.addEventListener("change", () => {
      drawn = false;
      apply();
    });
    apply();
  }

  apply(); // before the page is drawn, so that nothing jumps
  footnote.drawer = { start, close, focusInside };
})(window.footnote);
