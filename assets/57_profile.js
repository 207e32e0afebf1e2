/** What the user has told of themselves, as the server has it: read, changed a field at a time, forgotten. */
(function (footnote) {
  "use strict";

  const { request, read, problemOf } = footnote.request;
  const PATH = "/api/profile";

  /** @type {?object} */
  let known = null;
  const heard = [];

  function take(profile) {
    known = profile;
    const { recording_filter: documents, filter } = profile.sources;
    footnote.scope.set({ ...filter, documents });
    for (const tell of heard) tell(profile);
    return profile;
  }

  /** The profile as it is now; rejects with the problem that kept it from coming. */
  async function load() {
    return take(await asked({}));
  }

  /** @param {object} fields those that are to be changed */
  async function change(fields) {
    const body = JSON.stringify(fields);
    return take(await asked({ method: "PATCH", headers: { "Content-Type": "application/json" }, body }));
  }

  async function forget() {
    await asked({ method: "DELETE" });
    return load();
  }

  async function asked(options) {
    let reply;
    try {
      reply = await read(await request(PATH, options));
    } catch {
      throw problemOf({ status: 0, body: null });
    }
    if (!reply.ok) throw problemOf(reply);
    return reply.body;
  }

  /** Be told of the profile whenever it has come or changed. @param {function(object): void} tell */
  function onChange(tell) {
    heard.push(tell);
    if (known) tell(known);
  }

  footnote.profile = { load, change, forget, onChange, now: () => known };
})(window.footnote);
