/**
 * A long conversation comes in parts: the last questions at once, earlier ones as the reader scrolls up to
 * them or presses the button above, which is there for everyone. What is being read never moves.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { request, read } = footnote.request;
  const { button } = footnote.paint;
  /** So many questions at once: more would keep the reader's scrolling waiting. */
  const PART = 10;
  /** On the way to an answer far back, when nobody scrolls. */
  const MANY = 20;
  const NEAR_PX = 800;
  const byId = (id) => document.getElementById(id);

  let left = 0;
  let coming = null;
  let shown = null;
  let watcher = null;

  const path = (sessionId, part) => `/sessions/${sessionId}?render=html&${part}`;

  /** The address of a conversation's end. @param {?string} [since] the answer that it begins with */
  const address = (sessionId, since) => path(sessionId, since ? `since=${since}` : `last=${PART}`);

  /** The first answer on the page that the server knows. @returns {?string} its id */
  function first() {
    const answers = footnote.chat.now.turns.flatMap((turn) => turn.answers);
    return answers.find((answer) => answer.arrived)?.id ?? null;
  }

  /** So many questions stand before those on the page. @param {number} [earlier] */
  function begin(earlier = 0) {
    left = earlier;
    watcher?.disconnect();
    shown?.remove();
    shown = null;
    if (!left) return;
    shown = button("button earlier", t("reading.earlier", { count: left }));
    shown.onclick = () => bring();
    byId("thread").prepend(shown);
    watcher ??= new IntersectionObserver((entries) => entries.at(-1).isIntersecting && bring(), {
      root: byId("scroll"),
      rootMargin: `${NEAR_PX}px 0px 0px`,
    });
    watcher.observe(shown);
  }

  /** Bring the part before what is there; whether there was one. */
  function bring(count = PART) {
    if (!left) return Promise.resolve(false);
    coming ??= part(count).finally(() => (coming = null));
    return coming;
  }

  async function part(count) {
    const { sessionId } = footnote.chat.now;
    let session = null;
    try {
      const { ok, body } = await read(await request(path(sessionId, `last=${count}&before=${first()}`)));
      if (ok) session = body;
    } catch {
      // Told below, as a refusal is.
    }
    if (footnote.chat.now.sessionId !== sessionId) return false;
    if (session) put(session);
    else shown.textContent = t("reading.not_brought");
    return Boolean(session);
  }

  /** Put a part in its place; who stood on the button goes on reading above where it was. */
  function put({ turns, earlier }) {
    const stood = document.activeElement === shown;
    const next = footnote.chat.now.turns[0];
    still(partsOf(next).root, () => {
      footnote.restore.bring(turns, true);
      begin(earlier);
    });
    const above = footnote.chat.now.turns.at(footnote.chat.now.turns.indexOf(next) - 1);
    if (stood) partsOf(above).question.focus({ preventScroll: true });
    if (!footnote.chat.now.running) footnote.chat.next({ status: "complete" });
  }

  const partsOf = ({ answers, shown: version }) => answers[version].parts;

  /** Change what stands above an element, and leave that where it is. */
  function still(element, change) {
    const scroll = byId("scroll");
    const before = element.getBoundingClientRect().top;
    scroll.style.overflowAnchor = "none"; // the browser would correct it once more
    change();
    scroll.scrollTop += element.getBoundingClientRect().top - before;
    requestAnimationFrame(() => (scroll.style.overflowAnchor = ""));
  }

  /** Bring everything that is earlier, or as far back as this answer. @param {?string} [answerId] */
  async function all(answerId = null) {
    const isThere = () => footnote.chat.now.turns.some((turn) => turn.answers.some(({ id }) => id === answerId));
    while (left && !isThere() && (await bring(MANY)));
  }

  footnote.earlier = { address, first, begin, all };
})(window.footnote);
