/**
 * Whether the server can be reached, and what the page says about it.
 *
 * Whatever has to wait for the server waits here, so that all of it goes on together: when its time
 * is over, when the network is back, when somebody looks at the page again, or asks for it by a click.
 * One quiet bar tells the worst that is waited for, and that it is over.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const STEPS_MS = [1000, 2000, 4000, 8000, 15_000];
  const JITTER = 0.25;
  const GOOD_NEWS_MS = 4000;
  const ASLEEP_MS = 10_000;
  const WATCH_MS = 1000;

  /** The worst first. `lost` is told in the answer's own place alone. */
  const KINDS = ["signin", "offline", "busy", "unreachable", "lost"];
  /** Where the next try is told: what else is waited for comes of itself, or from the person. */
  const COUNTED = ["busy", "unreachable"];

  /** @type {Set<{kind: ?string, message: string, until: number, go: ?function(): void}>} */
  const waiting = new Set();
  const listeners = [];
  let shown = null;
  let over = null;

  /** Milliseconds to wait after so many tries in vain; not all pages come back at the same moment. */
  function backoff(tries) {
    return STEPS_MS[Math.min(tries, STEPS_MS.length - 1)] * (1 - JITTER * Math.random());
  }

  /**
   * Something that may have to wait for the server, from its first failure until it `end`s.
   * @param {AbortSignal} [signal] ends it, and rejects a pause
   */
  function waiter(signal) {
    const mine = { kind: null, message: "", until: 0, go: null };
    const end = (reached = false) => {
      mine.kind = null;
      waiting.delete(mine);
      show(reached);
    };
    const pause = (kind, ms, message = "") =>
      new Promise((resolve, reject) => {
        const leave = (then) => () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", abort);
          mine.go = null;
          then();
        };
        const abort = leave(() => (end(), reject(signal.reason)));
        const timer = setTimeout(leave(resolve), ms);
        Object.assign(mine, { kind, message, until: Date.now() + ms, go: leave(resolve) });
        signal?.addEventListener("abort", abort);
        waiting.add(mine);
        show();
        if (signal?.aborted) abort();
      });
    return { pause, end, isPaused: () => mine.go !== null };
  }

  /** Something says that it may work now: all who wait try at once. */
  function wake() {
    for (const mine of [...waiting]) mine.go?.();
    for (const listener of listeners) listener();
  }

  /** Call when the page is looked at again, or was asleep. */
  function onWake(listener) {
    listeners.push(listener);
  }

  // --- the bar ------------------------------------------------------------------------------

  function worst() {
    return [...waiting].filter((w) => w.kind).sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))[0];
  }

  /** @param {boolean} [reached] whether what was waited for has come, or is only not waited for any more */
  function show(reached = false) {
    const now = worst();
    const kind = !now || now.kind === "lost" ? null : now.kind;
    if (kind) says(kind, now.message || t(`connection.${kind}`));
    else if (shown && !over && reached) goodNews(t(`connection.${shown}_over`));
    else if (shown && !over) hush();
    count();
  }

  /** The bar's words are a live region: they change only when there is something else to tell. */
  function says(kind, text) {
    clearTimeout(over);
    over = null;
    const bar = document.getElementById("connection");
    if (!bar) return;
    const words = bar.querySelector(".connection-says");
    if (words.textContent !== text) words.textContent = text;
    if (kind === shown) return;
    shown = kind;
    bar.dataset.kind = kind;
    bar.querySelector(".connection-link").hidden = kind !== "signin";
    bar.querySelector(".connection-now").hidden = kind === "good";
  }

  function goodNews(text) {
    const focused = document.getElementById("connection").contains(document.activeElement);
    says("good", text);
    if (focused) document.getElementById("query").focus();
    over = setTimeout(hush, GOOD_NEWS_MS);
  }

  function hush() {
    const bar = document.getElementById("connection");
    if (bar.contains(document.activeElement)) document.getElementById("query").focus();
    shown = over = null;
    bar.removeAttribute("data-kind");
    bar.querySelector(".connection-says").textContent = "";
  }

  /** Tell something about the connection once, for a moment. */
  function tell(text) {
    if (!shown) goodNews(text);
  }

  /** When the next try is: for the eye alone. */
  function count() {
    const place = document.querySelector("#connection .connection-wait");
    if (!place) return;
    const seconds = Math.ceil(((worst()?.until ?? 0) - Date.now()) / 1000);
    const text = seconds > 0 && COUNTED.includes(shown) ? t("connection.next_try", { seconds }) : "";
    if (place.textContent !== text) place.textContent = text;
  }

  // --- what may have changed ----------------------------------------------------------------

  let ticked = Date.now();
  setInterval(() => {
    const slept = Date.now() - ticked > ASLEEP_MS;
    ticked = Date.now();
    if (slept) wake();
    if (shown) count();
  }, WATCH_MS);

  document.addEventListener("visibilitychange", () => document.hidden || wake());
  for (const event of ["focus", "online", "pageshow"]) window.addEventListener(event, wake);
  document.addEventListener("click", ({ target }) => target.closest(".connection-now") && wake());

  // A tab in which somebody has signed in tells the others.
  if (typeof BroadcastChannel !== "undefined") {
    const tabs = new BroadcastChannel("footnote-presence");
    tabs.onmessage = wake;
    tabs.postMessage("here");
  }

  footnote.presence = { backoff, waiter, wake, onWake, tell };
})(window.footnote);
