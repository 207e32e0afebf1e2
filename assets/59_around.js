/** What the app around this page says: that it is shown, and whether it is light or dark. */
(function (footnote) {
  "use strict";

  const SCHEMES = ["light", "dark"];

  footnote.framed.hear(({ kind, scheme }) => {
    if (kind === "shown") document.getElementById("query").focus();
    if (kind === "scheme" && SCHEMES.includes(scheme)) footnote.scheme.follow(scheme);
  });
})(window.footnote);
