/** Removing a document is for good: it is asked about first, by its name. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button } = footnote.paint;

  /** @param {object} document of the library's list */
  function confirm(document) {
    const heading = make("h2", "", t("library.remove_heading"));
    heading.id = "removal-heading";
    const name = make("bdi", "", document.title);
    const keep = button("button", t("library.keep"));
    const remove = button("button danger", t("library.remove_now"));
    const problem = make("p", "removal-problem");
    problem.setAttribute("role", "alert");
    const dialog = make("dialog", "removal", heading, make("p", "removal-name", name), make("p", "", t(document.returns ? "library.remove_returns" : "library.remove_says")), problem,
      make("div", "removal-acts", keep, remove));
    dialog.setAttribute("aria-labelledby", heading.id);
    keep.addEventListener("click", () => dialog.close());
    remove.addEventListener("click", () => removed(document, dialog, remove, problem));
    dialog.addEventListener("close", () => dialog.remove());
    window.document.body.append(dialog);
    dialog.showModal();
    keep.focus();
  }

  async function removed(document, dialog, pressed, problem) {
    const beside = footnote.libraryTable.beside(document.id);
    pressed.disabled = true;
    try {
      await footnote.library.remove(document.id);
    } catch (failure) {
      pressed.disabled = false;
      problem.textContent = footnote.problems.says(failure);
      return;
    }
    dialog.close();
    footnote.libraryTable.focus(beside, ".holding-open");
    footnote.chat.announce(t("library.removed", { title: document.title }));
  }

  footnote.removal = { confirm };
})(window.footnote);
