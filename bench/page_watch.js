/** Notes when a conversation is first seen, and the longest time between two frames. */
(function () {
  "use strict";

  const watched = (window.watched = { seen_ms: null, longest_frame_ms: 0 });

  let before = 0;
  (function look(now) {
    if (before) watched.longest_frame_ms = Math.max(watched.longest_frame_ms, now - before);
    before = now;
    if (watched.seen_ms === null && document.querySelector("#thread .blocks > *")) watched.seen_ms = performance.now();
    requestAnimationFrame(look);
  })(0);
})();
