/**
 * Notes when each marked word is first painted: `painted.at` has its time on the page's clock.
 *
 * A MutationObserver sees a word in the document; it is painted once the frame is done in which it stood there. What
 * comes behind a frame's callbacks is told by a message, which a browser handles after it has drawn the frame.
 */
(function () {
  "use strict";

  const WORDS = /w\d{5}|wlast/g;
  const painted = (window.painted = { at: {} });
  const { port1, port2 } = new MessageChannel();
  const nextFrame = window.requestAnimationFrame.bind(window);

  let waiting = [];
  let asked = false;
  let inFrame = false;

  /** As the browser's, but known to be in a frame while a callback runs. */
  window.requestAnimationFrame = (callback) =>
    nextFrame((now) => {
      entered();
      callback(now);
    });

  function entered() {
    if (inFrame) return;
    inFrame = true;
    port2.postMessage(null);
  }

  port1.onmessage = () => {
    const now = performance.now();
    for (const word of waiting) painted.at[word] = now;
    waiting = [];
    inFrame = asked = false;
  };

  function see(text) {
    for (const [word] of text.matchAll(WORDS)) {
      if (word in painted.at) continue;
      painted.at[word] = Infinity;
      waiting.push(word);
    }
    if (!waiting.length || inFrame || asked) return;
    asked = true;
    nextFrame(entered);
  }

  new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "characterData") see(target.data);
      else for (const node of addedNodes) see(node.textContent);
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
})();
