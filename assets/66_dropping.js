/** Files dropped anywhere on the page go into the library; folders with all that is in them. */
(function (footnote) {
  "use strict";

  /** Files that are looked for in the folders that are dropped; more than are taken in at once. */
  const MOST_FILES = 501;

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
      files.push(...(await (entry.isFile ? fileOf(entry) : filesOf(entry)).catch(() => [unreadable(entry)])));
    }
    return files.slice(0, MOST_FILES);
  }

  /** What stands for a file or a folder that can't be read, so that this is told of it. */
  const unreadable = ({ name }) => ({ name, size: 0, unreadable: true });

  async function fileOf(entry) {
    return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
  }

  async function filesOf(folder) {
    return inAll((await entriesOf(folder)).filter(({ name }) => !name.startsWith(".")));
  }

  /** All entries of a folder: they come in parts, until there are none. */
  async function entriesOf(folder) {
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
