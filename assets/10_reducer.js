/**
 * The pure reducer of an answer's log: what has come so far, from the events as they come.
 *
 * No DOM, no network, no clock: it runs under `node --test` as it runs in the page. The events
 * are those of the wire contract; a type that is not known is ignored.
 *
 * @typedef {{n: number, passage_id: string, recording_id: string, recording_title: string,
 *   excerpt: string, cited: boolean, speaker?: string, page?: number, start_s?: number,
 *   end_s?: number, url?: string, score?: number}} Citation
 * @typedef {{start: number, end: number, verdict: "quoted"|"supported"|"weak"|"uncited",
 *   evidence: {n: number, quote: string}[], unfound: {start: number, end: number}[]}} Statement
 *   `start` and `end` count the code points of the answer's text
 * @typedef {{code: string, message: string, retryable: boolean, retry_after_s?: number}} Problem
 * @typedef {"idle"|"streaming"|"complete"|"error"|"cancelled"} Status
 * @typedef {{
 *   status: Status, seq: number, text: string, blocks: string[], tail: string,
 *   stage: ?{stage: string, status: string, name?: string, searched?: number, found?: number}, searched: ?number,
 *   queued: ?number, retrying: ?{code: string, attempt: number, wait_s: number},
 *   trouble: ?Problem, progress: ?{words: number},
 *   library: ?number, indexedAt: ?string,
 *   retrieved: ?{queries: string[], passages: {passage_id: string, recording_id: string, recording_title: string,
 *     score: number, n?: number, speaker?: string, page?: number, start_s?: number}[]},
 *   model: ?string, citations: ?Citation[], statements: Statement[], error: ?Problem, done: ?object,
 *   continueAfter: ?number, offset: number, head: string, blocksAtSeq: number, replayed: number
 * }} State
 *
 * `searched` of the `library`'s documents were looked through, as it was at `indexedAt`; of the passages
 * `retrieved` those with a number `n` were given to the model.
 * `queued` is the place in the line while the answer waits for one, `retrying` what the server does
 * about a model that failed before its first word, `trouble` what keeps the server from telling more
 * for now, and `progress` how far an answer is that is only shown when it is whole.
 */
(function (root) {
  "use strict";

  const HEAD = 64;

  /** @returns {State} An answer of which nothing has come. */
  function initial() {
    return {
      status: "idle", seq: 0, text: "", blocks: [], tail: "", stage: null, searched: null, model: null,
      queued: null, retrying: null, trouble: null, progress: null,
      library: null, indexedAt: null, retrieved: null, asks: null,
      citations: null, statements: [], error: null, done: null, continueAfter: null,
      offset: 0, head: "", blocksAtSeq: 0, replayed: 0,
    };
  }

  /**
   * The cursor to ask with so that nothing can be missing: one before the last event seen, because
   * the blocks that belong to that event may not have come any more. What comes twice is dropped.
   * @param {State} state
   */
  function cursor(state) {
    return Math.max(0, state.seq - 1);
  }

  /** The state for a new response to the same answer: its text starts anew. @param {State} state */
  function reopened(state) {
    return { ...state, offset: 0, head: "", replayed: 0, continueAfter: null };
  }

  /**
   * The state after all whole lines of a response's text so far.
   * @param {State} state
   * @param {string} value the response's text, from its start; it only ever grows
   * @returns {State}
   */
  function consume(state, value) {
    if (value.length < state.offset || !value.startsWith(state.head)) state = reopened(state);
    const end = value.lastIndexOf("\n") + 1;
    if (end <= state.offset) return state;
    const lines = value.slice(state.offset, end).split("\n");
    state = { ...state, offset: end, head: value.slice(0, Math.min(end, HEAD)) };
    for (const line of lines) {
      const event = parsed(line);
      if (event) state = reduce(state, event);
    }
    return state;
  }

  /** An event from its line; null for what is none, such as a login page. @param {string} line */
  function parsed(line) {
    if (!line.startsWith("{")) return null;
    try {
      return JSON.parse(line);
    } catch {
      return null;
    }
  }

  /**
   * The state after one event. Events of the log come once each and in order; those that were
   * seen already are dropped.
   * @param {State} state
   * @param {{type: string, seq?: number}} event
   * @returns {State}
   */
  function reduce(state, event) {
    if (event.type === "html") return withBlock(state, event);
    if (event.type === "continue") return { ...state, continueAfter: event.after };
    if (event.type === "error" && event.seq === undefined) return withTrouble(state, event);
    if (event.seq === undefined || event.seq <= state.seq) return state;
    const next = { ...state, seq: event.seq, blocksAtSeq: 0, replayed: 0, trouble: null };
    const step = STEPS[event.type];
    return step ? step(next, event) : next;
  }

  /**
   * A token may finish several blocks; after a resumption those of the last token come again,
   * and are told apart by counting.
   */
  function withBlock(state, event) {
    if (event.seq !== state.seq) return state;
    const replayed = state.replayed + 1;
    if (replayed <= state.blocksAtSeq) return { ...state, replayed };
    return {
      ...state, replayed, blocksAtSeq: replayed, blocks: [...state.blocks, event.html], tail: event.tail,
    };
  }

  /** An error with no place in the log ends nothing: the log can't be read or written just now. */
  function withTrouble(state, { code, message, retryable, retry_after_s }) {
    return typeof message === "string" ? { ...state, trouble: { code, message, retryable, retry_after_s } } : state;
  }

  const BEGUN = { queued: null, retrying: null };

  const STEPS = {
    __proto__: null, // a type that is not known is not found, also one that every object has
    start: (state, event) => ({ ...state, status: "streaming", model: event.model }),
    queued: (state, event) => ({ ...state, queued: event.place }),
    stage: (state, event) => ({ ...state, ...BEGUN, stage: event, ...scopeOf(event, state) }),
    retrieved: (state, { seq, type, ...retrieved }) => ({ ...state, retrieved }),
    retrying: (state, event) => ({ ...state, ...BEGUN, retrying: event }),
    asks: (state, event) => ({ ...state, asks: event.step }),
    token: (state, event) => ({
      ...state, ...BEGUN, text: state.text + event.content, tail: state.tail + event.content,
    }),
    citations: (state, { citations, statements = [] }) => ({ ...state, citations, statements }),
    done: (state, event) => ({ ...state, status: "complete", done: event }),
    error: (state, event) => ({ ...state, status: "error", error: event }),
    cancelled: (state) => ({ ...state, status: "cancelled" }),
  };

  /** What is searched, as far as an event or a record says it. */
  function scopeOf({ searched, library, indexed_at }, before) {
    return {
      searched: searched ?? before.searched, library: library ?? before.library, indexedAt: indexed_at ?? before.indexedAt,
    };
  }

  /** The events that a record may tell of an answer that is being written. */
  const DOING = ["queued", "stage", "retrying"];

  /** Whether the answer's log has ended. @param {State} state */
  function ended(state) {
    return state.status === "complete" || state.status === "error" || state.status === "cancelled";
  }

  /**
   * The state that an answer's record stands for (`GET /answers/{id}?render=html`).
   * @param {object} record
   * @returns {State}
   */
  function fromRecord(record) {
    const status = record.status === "interrupted" ? "error" : record.status;
    if (status === "streaming") return { ...initial(), status };
    return {
      ...initial(), status, seq: record.seq, text: record.text, blocks: record.blocks ?? [],
      tail: record.tail ?? "", model: record.model, ...scopeOf(record, initial()),
      retrieved: record.retrieved ?? null, asks: record.asks ?? null,
      citations: record.text || status === "complete" ? record.citations : null, statements: record.statements ?? [],
      error: record.error && { ...record.error, retry_after_s: undefined }, // that wait is over
      done: record.timings ? record : null,
    };
  }

  /**
   * The state after a look at the record of an answer that is shown when it is whole: until then
   * what was shown before stays, with how far the answer is.
   * @param {State} state
   * @param {object} record
   * @returns {State}
   */
  function polled(state, record) {
    if (record.status !== "streaming") return fromRecord(record);
    const { doing } = record;
    const does = DOING.includes(doing?.type) ? STEPS[doing.type](state, doing) : state;
    const now = { ...does, status: "streaming", ...scopeOf(record, state) };
    return { ...now, progress: { words: record.text.match(/\S*\p{L}\S*/gu)?.length ?? 0 } };
  }

  const reducer = { initial, cursor, reopened, consume, reduce, ended, fromRecord, polled };
  if (typeof module !== "undefined") module.exports = reducer;
  else (root.footnote = root.footnote || {}).reducer = reducer;
})(typeof window === "undefined" ? globalThis : window);
