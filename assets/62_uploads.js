/**
 * Files on their way into the library: three at once, each with its own progress, end and reason.
 *
 * @typedef {{id: number, file: File, state: "waiting"|"sending"|"reading"|"done"|"failed", part: number,
 *   message: string, replaces: ?string, became: ?string, xhr: ?XMLHttpRequest, tries: number}} Upload
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const AT_ONCE = 3;
  const MOST_TRIES = 5;
  const DONE_MS = 5000;
  const FINAL = ["done", "failed"];

  /** @type {Upload[]} */
  let uploads = [];
  let next = 1;
  let tell = () => {};

  /** @param {function(Upload[]): void} paint told of every change */
  function start(paint) {
    tell = paint;
    window.addEventListener("beforeunload", (event) => active().length && event.preventDefault());
  }

  const active = () => uploads.filter(({ state }) => !FINAL.includes(state));

  /** Take files in. @param {File[]} files */
  function add(files) {
    for (const file of files) {
      const upload = { id: next++, file, state: "waiting", part: 0, message: "", replaces: null, became: null, tries: 0 };
      upload.message = reason(file);
      if (upload.message) upload.state = "failed";
      uploads.push(upload);
    }
    goOn();
  }

  /** Why a file need not be sent; "" where it is to be. */
  function reason({ name, size }) {
    const { uploads: limits } = footnote.library.list();
    if (!limits) return "";
    const ending = name.includes(".") ? name.slice(name.lastIndexOf(".")).toLowerCase() : "";
    if (!limits.endings.includes(ending)) {
      return t("library.bad_ending", { ending: ending || "–", endings: limits.endings.join(", ") });
    }
    if (size > limits.max_bytes) return t("library.too_large", { size: footnote.libraryRows.size(limits.max_bytes) });
    return size ? "" : t("library.empty_file");
  }

  /** Send what waits, as many as may at once. */
  function goOn() {
    const running = uploads.filter(({ state }) => state === "sending" || state === "reading").length;
    const waiting = uploads.filter(({ state, until }) => state === "waiting" && !(until > Date.now()));
    for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - running))) send(upload);
    tell(uploads);
  }

  function send(upload) {
    const xhr = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", upload.file, upload.file.name);
    Object.assign(upload, { xhr, state: "sending", part: 0, message: "", tries: upload.tries + 1 });
    const replaces = upload.replaces ? `?replaces=${encodeURIComponent(upload.replaces)}` : "";
    xhr.open("POST", footnote.library.address() + replaces);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.responseType = "json";
    xhr.upload.onprogress = ({ loaded, total }) => {
      upload.part = total ? loaded / total : 0;
      tell(uploads);
    };
    xhr.upload.onload = () => {
      Object.assign(upload, { state: "reading", part: 1 });
      tell(uploads);
    };
    xhr.onload = () => ended(upload, xhr.status, xhr.response);
    xhr.onerror = () => failed(upload, t("library.lost"));
    xhr.send(form);
  }

  function ended(upload, status, body) {
    if (status === 201 && body?.document) return done(upload, body);
    const wait = body?.retry_after_s;
    if (wait && upload.tries < MOST_TRIES) return later(upload, 1000 * wait);
    upload.replaces = body?.replaces ?? null;
    failed(upload, body?.code ? words(body) : t("library.lost"));
  }

  /** The loader's own reason says most; what is told by its code is told in the page's language. */
  function words(problem) {
    return footnote.problems.says(problem);
  }

  function later(upload, ms) {
    Object.assign(upload, { state: "waiting", until: Date.now() + ms });
    setTimeout(goOn, ms + 1);
    goOn();
  }

  function failed(upload, message) {
    Object.assign(upload, { state: "failed", message, xhr: null });
    footnote.chat.announce(t("library.failed_for", { name: upload.file.name, reason: message }), true);
    goOn();
  }

  async function done(upload, { became, document }) {
    Object.assign(upload, { state: "done", became, xhr: null, document });
    goOn();
    if (!active().length) {
      footnote.chat.announce(t("library.all_done", { count: uploads.filter(({ state }) => state === "done").length }));
    }
    await footnote.library.changed();
    setTimeout(() => dismiss(upload), DONE_MS);
  }

  /** Try a failed one again; with `replacing`, in the place of the document that has its name. */
  function retry(upload, replacing = false) {
    if (!replacing) upload.replaces = null;
    Object.assign(upload, { state: "waiting", tries: 0, until: 0 });
    goOn();
  }

  /** Take one off the list; one that is on its way is not sent. */
  function dismiss(upload) {
    uploads = uploads.filter((one) => one !== upload);
    upload.xhr?.abort();
    goOn();
  }

  footnote.uploads = { start, add, retry, dismiss };
})(window.footnote);
