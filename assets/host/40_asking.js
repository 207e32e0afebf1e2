/** "Ask about this": what a chart, a table or the whole page shows goes along with the next question. */
(function (host) {
  "use strict";

  /** The present properties of a component, by its id. */
  const propsOf = (id) => window.dash_component_api.getLayout(id)?.props ?? {};

  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.("button[data-footnote-about]");
    if (button) ask(JSON.parse(button.dataset.footnoteAbout));
  });

  /** @param {{title: string, of?: string, filtered_by?: object, store?: string}} about as src/footnote/mount/asking.py has it */
  function ask({ of, filtered_by: limits, store, ...given }) {
    const filter = limits && Object.fromEntries(Object.entries(limits).map(([name, id]) => [name, propsOf(id).value]));
    const data = of && host.shown(propsOf(of));
    tell({ ...given, ...(filter && { filter }), ...(data && { data }), ...(store && propsOf(store).data) });
    if (!page()) host.drawer?.show();
  }

  /** The page, where it is what the app shows just now. */
  const page = () => document.querySelector("iframe.footnote-frame");

  function tell(given) {
    const frame = page() ?? host.drawer?.frame();
    const about = host.bounded(given);
    if (frame && about) host.say(frame, { kind: "about", about });
  }

  host.ask = tell;
})(window.footnoteHost);
