/** Files dropped anywhere on the page go into the library; folders with all that is in them. */
(function (footnote) {
  "use strict";

  const MOST_FILES = 500;

  let over = 0;

  const brings = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const allowed = () => Boolean(footnote.library.list().uploads);

  function show(shown) {
    const place = document.getElementById("drop");
    if (place) place.hidden = !shown;
  }

  function start() {
    document.addEventListener("dragenter", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      over += 1;
      show(allowed());
    });
    document.addEventListener("dragleave", (event) => {
      if (!brings(event)) return;
      over = Math.max(0, over - 1);
      if (!over) show(false);
    });
    // Without it, the browser would leave the page and show the file.
    document.addEventListener("dragover", (event) => brings(event) && event.preventDefault());
    document.addEventListener("drop", drop);
  }

  async function drop(event) {
    if (!brings(event)) return;
    event.preventDefault();
    over = 0;
    show(false);
    if (!allowed()) return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
    const files = entries.every(Boolean) ? await inAll(entries) : [...event.dataTransfer.files];
    if (footnote.views.of(location.pathname) !== "library") footnote.views.go("/library");
    footnote.uploads.add(files);
  }

  /** The files of entries, and of the folders among them; nothing hidden. */
  async function inAll(entries) {
    const files = [];
    for (const entry of entries) {
      if (files.length >= MOST_FILES) break;
      if (entry.isFile) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
      else files.push(...(await inAll((await listed(entry)).filter(({ name }) => !name.startsWith(".")))));
    }
    return files.slice(0, MOST_FILES);
  }

  /** All entries of a folder: they come in parts, until there are none. */
  async function listed(folder) {
    const reader = folder.createReader();
    const all = [];
    for (;;) {
      const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!part.length || all.length >= MOST_FILES) return all;
      all.push(...part);
    }
  }

  footnote.dropping = { start };
})(window.footnote);
