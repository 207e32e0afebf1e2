/** Renaming in place: Enter or leaving the field keeps the new title, Escape the old one. */
(function (footnote) {
  "use strict";

  const { make } = footnote.paint;
  const LONGEST = 200;

  let editing = false;

  /**
   * @param {{link: HTMLElement, more: HTMLElement, root: HTMLElement}} item
   * @param {string} title as it is
   * @param {function(?string): void} ended called once, with the new title or null
   */
  function rename(item, title, ended) {
    const field = make("input", "past-field");
    field.value = title;
    field.maxLength = LONGEST;
    field.dir = "auto";
    field.setAttribute("aria-label", footnote.t("history.title_field"));
    editing = true;
    item.root.classList.add("renaming");
    item.link.after(field);
    field.focus();
    field.select();
    const end = (kept, refocus) => {
      if (!editing) return;
      editing = false;
      item.root.classList.remove("renaming");
      field.remove();
      if (refocus) item.more.focus();
      ended(kept ? footnote.conversations.newTitle(field.value, title) : null);
    };
    field.addEventListener("blur", () => document.hasFocus() && end(true, false));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter", true);
    });
  }

  footnote.renaming = { rename, isOpen: () => editing };
})(window.footnote);
