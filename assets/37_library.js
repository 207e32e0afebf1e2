/**
 * The library's documents as the server last told of them, for whoever shows or chooses some.
 *
 * `footnote.library.onChange(tell)` hears of every list that is another one; `changed()` asks for it anew.
 */
(function (footnote) {
  "use strict";

  const PATH = "/api/library/documents";
  const ASK_MS = 30_000;
  const NOTHING = { documents: [], indexed_at: null, uploads: null };

  const heard = [];
  let known = null;
  let asking = null;
  let again = false;

  /** The address of the documents, or of the one with an id. */
  function address(id) {
    return footnote.at(id === undefined ? PATH : `${PATH}?id=${encodeURIComponent(id)}`);
  }

  /** A request whose end is Footnote's; rejects with a problem in words. @param {string} url @param {object} [options] */
  async function ask(url, options = {}) {
    const signal = AbortSignal.timeout(ASK_MS);
    const reply = await fetch(url, { redirect: "manual", signal, ...options }).then(footnote.request.read, () => null);
    if (reply?.ok && (reply.body || reply.status === 204)) return reply.body;
    throw reply?.body?.code ? reply.body : { message: footnote.t("library.lost") };
  }

  /** Ask for the documents anew; whether they came. What is asked for meanwhile is asked once more behind it. */
  async function changed() {
    if (asking) return (again = true), asking;
    asking = fetched();
    const came = await asking;
    asking = null;
    if (!again) return came;
    again = false;
    return changed();
  }

  async function fetched() {
    try {
      take(await ask(address(), { cache: "no-cache" }));
      return true;
    } catch {
      return false;
    }
  }

  function take(list) {
    known = list;
    for (const tell of heard) tell(known);
  }

  /** Be told of the documents that are known, and of each list that comes. @param {function(object): void} tell */
  function onChange(tell) {
    heard.push(tell);
    if (known) tell(known);
  }

  /** Give a document other tags. @param {string} id @param {string[]} tags */
  async function tag(id, tags) {
    const body = JSON.stringify({ tags });
    const headers = { "Content-Type": "application/json" };
    const document = await ask(address(id), { method: "PATCH", headers, body });
    take({ ...known, documents: known.documents.map((one) => (one.id === id ? document : one)) });
  }

  /** Remove a document for good. @param {string} id */
  async function remove(id) {
    await ask(address(id), { method: "DELETE" });
    take({ ...known, documents: known.documents.filter((one) => one.id !== id) });
  }

  footnote.library = {
    address, changed, onChange, tag, remove,
    list: () => known ?? NOTHING,
    documents: () => (known ?? NOTHING).documents,
  };
})(window.footnote);
