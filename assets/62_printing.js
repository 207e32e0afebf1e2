/** What is folded away on screen is unfolded on paper, and folded again behind it. */
(function () {
  "use strict";

  let unfolded = [];

  window.addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("#thread details.sources:not([open])")];
    for (const details of unfolded) details.open = true;
  });

  window.addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
    unfolded = [];
  });
})();
