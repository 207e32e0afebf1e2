/** The frames that hold Footnote on this page, and what is said to them: only to and from this very site. */
(function (host) {
  "use strict";

  const { dataset } = document.currentScript;
  const texts = JSON.parse(dataset.texts);
  const DARK_BELOW = 0.4;

  /** What waits for its frame's page to stand. @type {WeakMap<HTMLIFrameElement, object[]>} */
  const waiting = new WeakMap();
  const ready = new WeakSet();
  const listeners = [];
  const schemeListeners = [];
  const ink = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** A text in the reader's language: the one chosen in Footnote, or the browser's first that there is. */
  function t(key) {
    const chosen = /(?:^|; )footnote-language=(\w+)/.exec(document.cookie)?.[1];
    const wanted = [chosen, ...navigator.languages].map((language) => (language ?? "").split("-")[0]);
    return texts[wanted.find((language) => texts[language]) ?? "en"][key];
  }

  function frames() {
    return [...document.querySelectorAll("iframe.footnote-frame"), ...(host.drawer?.frames() ?? [])];
  }

  /** Say something to a frame's page, as soon as it listens. */
  function say(frame, message) {
    if (!ready.has(frame)) waiting.set(frame, [...(waiting.get(frame) ?? []), message]);
    else frame.contentWindow.postMessage({ footnote: message }, location.origin);
  }

  window.addEventListener("message", ({ origin, source, data }) => {
    const frame = origin === location.origin && data?.footnote && frames().find((one) => one.contentWindow === source);
    if (!frame) return;
    const { kind } = data.footnote;
    if (kind === "ready") {
      ready.add(frame);
      tellScheme(frame);
      for (const message of waiting.get(frame) ?? []) say(frame, message);
      waiting.delete(frame);
    }
    for (const hear of listeners) hear(kind, frame);
  });

  // --- light or dark, as the page around it is ------------------------------------------------

  function tellScheme(frame) {
    say(frame, { kind: "scheme", scheme: scheme() });
  }

  /** By the first ground behind the page that is not transparent. */
  function scheme() {
    for (const element of [document.body, document.documentElement]) {
      const [red, green, blue, alpha] = drawn(getComputedStyle(element).backgroundColor);
      if (alpha > 0) return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255 < DARK_BELOW ? "dark" : "light";
    }
    return "light";
  }

  /** A colour, written in whichever of CSS's ways, as red, green, blue and alpha up to 255. */
  function drawn(colour) {
    ink.clearRect(0, 0, 1, 1);
    ink.fillStyle = colour;
    ink.fillRect(0, 0, 1, 1);
    return ink.getImageData(0, 0, 1, 1).data;
  }

  /** Be told now, and whenever the page around may have changed. @param {function("light"|"dark"): void} listener */
  function onScheme(listener) {
    schemeListeners.push(listener);
    listener(scheme());
  }

  function tellSchemes() {
    const now = scheme();
    for (const listener of schemeListeners) listener(now);
    frames().filter((one) => ready.has(one)).forEach(tellScheme);
  }

  const observer = new MutationObserver(tellSchemes);
  for (const element of [document.documentElement, document.body]) observer.observe(element, { attributes: true });

  Object.assign(host, {
    t, say, onScheme, base: dataset.base, style: dataset.style, hasDrawer: dataset.drawer === "true",
    hear: (listener) => listeners.push(listener),
  });
})(window.footnoteHost);
