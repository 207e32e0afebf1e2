/** Long work in slices: after some ms at a stretch the browser does what waits, such as a key or a frame. */
(function (footnote) {
  "use strict";

  const SLICE_MS = 8;

  /** Lets go of the main thread for a moment. */
  function yielded() {
    return window.scheduler?.yield ? scheduler.yield() : new Promise((resolve) => setTimeout(resolve));
  }

  /**
   * Do work step by step, each of which is short.
   * @template T
   * @param {Iterator<void, T>} steps of which the last returns what came of it
   * @returns {Promise<T>}
   */
  async function through(steps) {
    for (;;) {
      await yielded();
      const until = performance.now() + SLICE_MS;
      while (performance.now() < until) {
        const { done, value } = steps.next();
        if (done) return value;
      }
    }
  }

  footnote.breath = { through };
})((window.footnote = window.footnote || {}));
