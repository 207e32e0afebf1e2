/**
 * Files on their way into the library: as many at once as the server takes, each with its own progress, end and reason.
 *
 * @typedef {{id: number, file: File, state: "waiting"|"sending"|"reading"|"done"|"failed", part: number,
 *   message: string, replaces: ?string, became: ?string, xhr: ?XMLHttpRequest, tries: number}} Upload
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  /** Files that may be on their way together; a browser holds no more open without getting slow. */
  const MOST = 500;
  const MOST_TRIES = 5;
  const DONE_MS = 5000;
  const FINAL = ["done", "failed"];

  /** @type {Upload[]} */
  let uploads = [];
  let next = 1;
  /** What is said of the files that were not even listed. */
  let left = "";
  let tell = () => {};

  /** @param {function(Upload[], string): void} paint told of every change */
  function start(paint) {
    tell = paint;
    window.addEventListener("beforeunload", (event) => active().length && event.preventDefault());
  }

  const active = () => uploads.filter(({ state }) => !FINAL.includes(state));
  const failures = () => uploads.filter(({ state }) => state === "failed");
  const told = () => tell(uploads, left);

  /** Take files in. @param {(File|{name: string, size: number, unreadable: boolean})[]} files */
  function add(files) {
    const room = Math.max(0, MOST - uploads.length);
    left = files.length > room ? t("library.too_many_files", { count: MOST }) : "";
    const added = files.slice(0, room).map((file) => {
      const message = reason(file);
      const state = message ? "failed" : "waiting";
      return { id: next++, file, state, message, part: 0, replaces: null, became: null, tries: 0 };
    });
    uploads.push(...added);
    refused(added.filter(({ state }) => state === "failed"));
    goOn();
  }

  /** Tell at once what can't be taken in; of many, how many. */
  function refused(failures) {
    const [first] = failures;
    const many = failures.length > 1 ? t("library.failed_count", { count: failures.length }) : "";
    const one = first ? t("library.failed_for", { name: first.file.name, reason: first.message }) : "";
    const said = [many || one, left].filter(Boolean).join(" ");
    if (said) footnote.chat.announce(said, true);
  }

  /** Why a file need not be sent; "" where it is to be. */
  function reason({ name, size, unreadable }) {
    const { uploads: limits } = footnote.library.list();
    if (unreadable) return t("library.unreadable");
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
    const most = footnote.library.list().uploads?.at_once ?? 1;
    for (const upload of waiting.slice(0, Math.max(0, most - running))) send(upload);
    told();
  }

  function send(upload) {
    const xhr = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", upload.file, upload.file.name);
    Object.assign(upload, { xhr, state: "sending", part: 0, message: "", tries: upload.tries + 1 });
    const replaces = upload.replaces ? `?replaces=${encodeURIComponent(upload.replaces)}` : "";
    xhr.open("POST", footnote.library.address() + replaces);
    xhr.setRequestHeader("Accept", "application/json");
    xhr.setRequestHeader("X-Requested-With", "Footnote");
    xhr.responseType = "json";
    xhr.upload.onprogress = ({ loaded, total }) => {
      upload.part = total ? loaded / total : 0;
      told();
    };
    xhr.upload.onload = () => {
      Object.assign(upload, { state: "reading", part: 1 });
      told();
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
    failed(upload, body?.code ? says(body) : t("library.lost"));
  }

  /** The server's own words, in English; another language has a text for each reason, and some by the code. */
  function says(problem) {
    const known = [`unreadable.${problem.reason}`, `library.refused_${problem.code}`].find((key) => t.has(key));
    return t.language !== "en" && known ? t(known, problem.values) : footnote.problems.says(problem);
  }

  function later(upload, ms) {
    Object.assign(upload, { state: "waiting", until: Date.now() + ms });
    setTimeout(goOn, ms + 1);
    goOn();
  }

  function failed(upload, message) {
    Object.assign(upload, { state: "failed", message, xhr: null });
    refused([upload]);
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

  /** Take some off the list; what is on its way is not sent. @param {...Upload} gone */
  function dismiss(...gone) {
    uploads = uploads.filter((one) => !gone.includes(one));
    for (const { xhr } of gone) xhr?.abort();
    goOn();
  }

  /** Take off the list what has failed, and what is said of the files that were left out. */
  function clear() {
    left = "";
    dismiss(...failures());
  }

  footnote.uploads = { start, add, retry, dismiss, clear, active, failures };
})(window.footnote);
