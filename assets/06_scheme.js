/** Light or dark: as the system has it, or as was chosen here, or as the app around this page is. */
(function (footnote) {
  "use strict";

  // The operations page is built with Mantine, which knows the choice and what is shown by these names.
  const KEPT = "mantine-color-scheme-value";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let around = null;

  function chosen() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function now() {
    return around ?? chosen() ?? (dark.matches ? "dark" : "light");
  }

  function show() {
    document.documentElement.dataset.mantineColorScheme = now();
  }

  /** The other one, from now on. */
  function change() {
    try {
      localStorage.setItem(KEPT, now() === "dark" ? "light" : "dark");
    } catch {
      return;
    }
    show();
  }

  /** The app around this page is light or dark. @param {"light"|"dark"} scheme */
  function follow(scheme) {
    around = scheme;
    show();
  }

  show();
  dark.addEventListener("change", show);
  addEventListener("storage", ({ key }) => key === KEPT && show());
  document.getElementById("scheme").addEventListener("click", change);

  footnote.scheme = { follow };
})(window.footnote);
