/** The search inside a source: how many there are, the next, the one before; Enter and Shift+Enter. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;
  const PAUSE_MS = 80;

  /**
   * @param {{search: function(string): number, nearest: function(): number, show: function(number): void}} reader
   * @returns {{root: Element, focus: function(): void, clear: function(): boolean}}
   */
  function search(reader) {
    const input = make("input", "source-query");
    input.type = "search";
    input.placeholder = t("source.search");
    input.setAttribute("aria-label", t("source.search"));
    input.maxLength = 200;
    input.autocomplete = "off";
    const count = make("span", "source-count");
    count.setAttribute("role", "status");
    const before = button("icon-button source-step", t("source.found_before"), icon("before"));
    const next = button("icon-button source-step", t("source.found_next"), icon("behind"));
    const root = make("div", "source-search", icon("search"), input, count, before, next);
    root.setAttribute("role", "search");
    root.setAttribute("aria-label", t("source.search"));
    let found = 0;
    let at = -1;
    let timer = 0;

    function run() {
      clearTimeout(timer);
      if (!root.isConnected) return; // the source was left meanwhile
      found = reader.search(input.value.trim());
      at = found ? reader.nearest() : -1;
      if (found) reader.show(at);
      tell();
    }

    function tell() {
      const looked = input.value.trim() !== "";
      before.disabled = next.disabled = !found;
      if (!looked) count.textContent = "";
      else count.textContent = found ? t("source.found", { n: at + 1, count: found }) : t("source.nothing_found");
    }

    function step(by) {
      if (!found) return;
      at = (at + by + found) % found;
      reader.show(at);
      tell();
    }

    function clear() {
      if (!input.value) return false;
      input.value = "";
      run();
      return true;
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(run, PAUSE_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
      else if (event.key !== "Escape" || !clear()) return;
      event.preventDefault();
    });
    before.addEventListener("click", () => step(-1));
    next.addEventListener("click", () => step(1));
    tell();
    return { root, focus: () => input.focus(), clear };
  }

  footnote.sourceSearch = { search };
})(window.footnote);
