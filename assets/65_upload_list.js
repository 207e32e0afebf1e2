/** The files on their way into the library, each with how far it is, or why it could not be taken in. */
(function (footnote) {
  "use strict";

  const { t, uploads } = footnote;
  const { make, button, icon } = footnote.paint;

  /** @type {Map<number, {root: HTMLElement, name: HTMLElement, says: HTMLElement, bar: HTMLElement, acts: HTMLElement}>} */
  const items = new Map();

  /** @param {HTMLElement} place @param {object[]} all */
  function paint(place, all) {
    const ids = new Set(all.map(({ id }) => id));
    for (const [id, { root }] of items) if (!ids.has(id)) leave(id, root, place);
    for (const upload of all) {
      if (!items.has(upload.id)) items.set(upload.id, made(upload, place));
      update(items.get(upload.id), upload);
    }
    place.hidden = !all.length;
  }

  function leave(id, root, place) {
    const focused = root.contains(document.activeElement);
    const beside = (root.nextElementSibling ?? root.previousElementSibling)?.querySelector("button");
    root.remove();
    items.delete(id);
    if (focused) (beside ?? place.parentElement.querySelector(".choose")).focus();
  }

  function made(upload, place) {
    const name = make("bdi", "upload-name", upload.file.name);
    const says = make("span", "upload-says");
    const bar = make("div", "upload-bar", make("div", "upload-part"));
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", upload.file.name);
    const acts = make("div", "upload-acts");
    const root = make("li", "upload", make("div", "upload-line", name, says), bar, acts);
    place.append(root);
    return { root, name, says, bar, acts, state: null };
  }

  function update(parts, upload) {
    const { state, part } = upload;
    progress(parts.bar, state, part);
    const text = said(upload);
    if (parts.says.textContent !== text) parts.says.textContent = text;
    if (parts.state === state) return;
    parts.state = state;
    parts.root.dataset.state = state;
    const focused = parts.acts.contains(document.activeElement);
    parts.acts.replaceChildren(...acts(upload));
    if (focused) parts.acts.lastChild?.focus();
  }

  function progress(bar, state, part) {
    bar.hidden = state === "failed" || state === "done";
    bar.firstChild.style.inlineSize = `${Math.round(100 * part)}%`;
    if (state === "reading") bar.removeAttribute("aria-valuenow");
    else bar.setAttribute("aria-valuenow", String(Math.round(100 * part)));
  }

  function said({ state, part, message, became, file }) {
    if (state === "failed") return message;
    if (state === "done") return t(`library.became_${became}`);
    if (state === "reading") return t("library.reading");
    const size = footnote.libraryRows.size(file.size);
    return state === "waiting" ? t("library.waiting") : t("library.sending", { part: Math.round(100 * part), size });
  }

  function acts(upload) {
    const { name } = upload.file;
    const away = button("icon-button", t(upload.state === "failed" ? "library.dismiss" : "library.cancel", { name }), icon("close"));
    away.addEventListener("click", () => uploads.dismiss(upload));
    if (upload.state === "done") return [];
    if (upload.state !== "failed") return [away];
    const replacing = Boolean(upload.replaces);
    const again = button("button", t(replacing ? "library.replace" : "library.again"));
    again.setAttribute("aria-label", t(replacing ? "library.replace_for" : "library.again_for", { name }));
    again.addEventListener("click", () => uploads.retry(upload, replacing));
    return [...(upload.tries || replacing ? [again] : []), away];
  }

  footnote.uploadList = { paint };
})(window.footnote);
