/**
 * How the server is asked: requests that end, what their refusals say, and those that are made
 * again until Footnote itself has answered.
 */
(function (footnote) {
  "use strict";

  const PATH = "/api/chat";
  const REQUEST_MS = 10_000;
  const SIGN_IN_MS = 30_000;
  /** What a sign-in page is sent with, where it isn't redirected to. */
  const SIGN_IN = [401, 403, 407, 511];

  const { at, t, presence, problems } = footnote;

  /** The address of a request of the conversations'; those of other parts name their whole place. */
  function url(place) {
    return at(place.startsWith("/api/") ? place : `${PATH}${place}`);
  }

  /** A request that fails rather than waits for ever. A redirection is never Footnote's own answer. */
  function request(path, options = {}) {
    return asked(url(path), options);
  }

  function asked(address, options) {
    const { signal, ...rest } = options;
    const ends = either(AbortSignal.timeout(REQUEST_MS), signal);
    return fetch(address, { cache: "no-store", redirect: "manual", signal: ends, ...rest });
  }

  /** Aborts with the first of both; an older browser knows only the second, where there is one. */
  function either(one, other) {
    if (!other) return one;
    return AbortSignal.any ? AbortSignal.any([one, other]) : other;
  }

  /**
   * A response with its body read; it rejects where the body breaks off.
   * @returns {Promise<{status: number, ok: boolean, headers: Headers, redirected: boolean, body: ?object}>}
   *   `body` is null where it isn't JSON, and so isn't Footnote's
   */
  async function read(response) {
    const { status, ok, headers } = response;
    const isJson = (headers.get("Content-Type") ?? "").startsWith("application/json");
    const body = isJson ? await response.json() : null;
    return { status, ok, headers, body, redirected: response.type === "opaqueredirect" };
  }

  /**
   * What keeps a reply from being Footnote's last word; null where it is.
   * @param {?object} reply null where none came
   * @param {boolean} patient whether a server that says "not now" is asked again
   */
  function obstacle(reply, patient) {
    if (!reply) return navigator.onLine ? "unreachable" : "offline";
    const forbidden = reply.status === 403 && reply.body?.code; // which a sign-in would not change
    if (reply.redirected || (SIGN_IN.includes(reply.status) && !forbidden)) return "signin";
    if (reply.body || reply.status === 204) {
      return patient && (reply.status >= 500 || reply.status === 429) ? "busy" : null;
    }
    // Half a head is no page: the connection was cut.
    return reply.status < 400 && reply.headers.has("Content-Type") ? "signin" : "unreachable";
  }

  /**
   * Footnote's reply to a request, however long it takes to get one.
   * @param {function(): Promise<Response>} send safe to be called again
   * @param {{signal?: AbortSignal, patient?: boolean, waiter?: object,
   *   onWait?: function(string, string): void}} [how] `onWait` is told what is waited for
   * @returns {Promise<object>} what `read` gives; rejects only when the signal aborts
   */
  async function reach(send, { signal, patient = false, waiter = presence.waiter(signal), onWait } = {}) {
    for (let tries = 0; ; tries += 1) {
      let reply = null;
      try {
        reply = await read(await send());
      } catch {
        // No answer, or half of one: the network is away, or the server is.
      }
      if (signal?.aborted) {
        waiter.end();
        throw signal.reason;
      }
      const kind = obstacle(reply, patient);
      if (!kind) {
        waiter.end(true);
        if (tries) presence.wake(); // what else waits may work as well
        return reply;
      }
      const message = problems.says(reply?.body ?? {});
      const { retry_after_s = 0 } = reply?.body ?? {};
      onWait?.(kind, message);
      const wait = kind === "signin" ? SIGN_IN_MS : Math.max(presence.backoff(tries), 1000 * retry_after_s);
      await waiter.pause(kind, wait, message);
    }
  }

  /** The problem that a refused request tells of. @param {object} reply what `read` gives */
  function problemOf({ status, body }) {
    if (!body?.message) return { code: "CONNECTION", retryable: true, status, message: t("connection.in_between") };
    if (status !== 404) return { ...body, status };
    return { code: "GONE", status, message: t("connection.gone"), retryable: true };
  }

  // The browser may call a machine offline that reaches this server all the same, as when it runs there.
  let checking = false;
  async function check() {
    if (checking) return;
    checking = true;
    await reach(() => request("/sessions")).finally(() => (checking = false));
  }
  window.addEventListener("offline", check);

  /** A random uuid; `crypto.randomUUID` is there only over HTTPS or on this machine. */
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }

  footnote.request = { url, request, either, read, reach, problemOf, uuid };
})(window.footnote);
