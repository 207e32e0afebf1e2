/** The files on their way into the library, each with how far it is, or why it could not be taken in. */
(function (footnote) {
  "use strict";

  const { t, uploads } = footnote;
  const { make, button, icon } = footnote.paint;

  /** @type {Map<number, {root: HTMLElement, name: HTMLElement, says: HTMLElement, bar: HTMLElement, acts: HTMLElement}>} */
  const items = new Map();
  /** The whole, and what is said above the files and done with all of them. @type {Object<string, HTMLElement>} */
  let whole = null;

  /** The list's place, with nothing in it yet. */
  function build() {
    const says = make("p", "uploads-says");
    const cancel = button("tool", t("library.cancel_all"));
    cancel.addEventListener("click", () => uploads.dismiss(...uploads.active()));
    const dismiss = button("tool", t("library.dismiss_all"));
    dismiss.addEventListener("click", uploads.clear);
    const head = make("div", "uploads-head", says, make("div", "uploads-acts", cancel, dismiss));
    const list = make("ul", "uploads");
    list.setAttribute("aria-label", t("library.uploads"));
    const root = make("div", "uploading", head, list);
    root.hidden = true;
    whole = { root, head, says, cancel, dismiss, list };
    return root;
  }

  /** @param {object[]} all the files @param {string} left what is said of those that were left out */
  function paint(all, left) {
    const focused = whole.root.contains(document.activeElement);
    const ids = new Set(all.map(({ id }) => id));
    for (const [id, { root }] of items) if (!ids.has(id)) leave(id, root);
    for (const upload of all) {
      if (!items.has(upload.id)) items.set(upload.id, made(upload));
      update(items.get(upload.id), upload);
    }
    summed(all, left);
    whole.root.hidden = !left && !all.length;
    if (focused && !whole.root.contains(document.activeElement)) document.querySelector(".choose").focus();
  }

  /** How it stands with all of them, where there are several. */
  function summed(all, left) {
    const active = uploads.active().length;
    const failed = uploads.failures().length;
    const counts = [
      active && t("library.active_count", { count: active }), failed && t("library.failed_count", { count: failed }), left,
    ];
    const text = counts.filter(Boolean).join(" ");
    if (whole.says.textContent !== text) whole.says.textContent = text;
    whole.cancel.hidden = active < 2;
    whole.dismiss.hidden = !left && failed < 2;
    whole.head.hidden = !left && all.length < 2;
  }

  function leave(id, root) {
    const focused = root.contains(document.activeElement);
    const beside = (root.nextElementSibling ?? root.previousElementSibling)?.querySelector("button");
    root.remove();
    items.delete(id);
    if (focused) beside?.focus();
  }

  function made(upload) {
    const name = make("bdi", "upload-name", upload.file.name);
    const says = make("span", "upload-says");
    const bar = make("div", "upload-bar", make("div", "upload-part"));
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", upload.file.name);
    const acts = make("div", "upload-acts");
    const root = make("li", "upload", make("div", "upload-line", name, says), bar, acts);
    whole.list.append(root);
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

  footnote.uploadList = { build, paint };
})(window.footnote);
