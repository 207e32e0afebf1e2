/** The passages of the library that were looked at: each is asked for once, and the latest few are kept. */
(function (footnote) {
  "use strict";

  const MOST = 60;

  /** @type {Map<string, {text: ?string, gone: boolean, loading: boolean}>} by passage id, the latest last */
  const kept = new Map();

  /**
   * What is known of a passage now; `tell` is called once when there is more.
   * @param {string} id @param {() => void} tell
   * @returns {{text: ?string, gone: boolean, loading: boolean}}
   */
  function look(id, tell) {
    const found = kept.get(id) ?? { text: null, gone: false, loading: false, tells: [] };
    kept.delete(id);
    kept.set(id, found);
    if (kept.size > MOST) kept.delete(kept.keys().next().value);
    if (found.text !== null || found.gone) return found;
    found.tells.push(tell);
    if (!found.loading) load(id, found);
    return found;
  }

  async function load(id, found) {
    found.loading = true;
    const { request, read } = footnote.request;
    try {
      const { status, body } = await read(await request(`/api/library/passage?id=${encodeURIComponent(id)}`));
      found.gone = status === 404;
      if (status === 200 && typeof body?.text === "string") found.text = body.text;
    } catch {
      // The excerpt stands there meanwhile; the next look asks again.
    }
    found.loading = false;
    for (const tell of found.tells.splice(0)) tell();
  }

  footnote.passages = { look };
})(window.footnote);
