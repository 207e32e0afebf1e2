/** The reducer comes to the same state however a stream is cut, lost, taken up again or repeated. */
"use strict";

const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const reducer = require("../../assets/10_reducer.js");

const { initial, cursor, reopened, consume, reduce, ended, fromRecord, polled } = reducer;
const FOLDER = path.join(__dirname, "../golden/streams");
const STREAMS = fs
  .readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(fs.readFileSync(path.join(FOLDER, name), "utf8")));

/** What a golden stream says of a state. */
function shown(state) {
  const { status, seq, text, blocks, tail, citations, error, searched } = state;
  return { status, seq, text, blocks, tail, citations, error, searched };
}

/** What the search came to. */
function found({ retrieved, library, indexedAt }) {
  return { retrieved, library, indexedAt };
}

function frozen(value) {
  if (value && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(frozen);
  }
  return value;
}

/** The same as `assert.deepEqual`, which is slow where it is asked ten thousand times. */
function assertShown(state, expected, message) {
  const written = JSON.stringify(shown(state));
  if (written !== JSON.stringify(expected)) assert.deepEqual(JSON.parse(written), expected, message);
}

/** All responses of a golden stream, each read in the way given. */
function read(stream, consumed) {
  return stream.responses.reduce((state, { value }) => consumed(reopened(state), value), initial());
}

/** What the server sends after a cursor, which a test in Python holds to be so. */
function rest(stream, after) {
  stream.lines ??= stream.whole.match(/.+\n/g).map((line) => ({ line, seq: JSON.parse(line).seq }));
  return stream.lines.filter(({ seq }) => seq > after).map(({ line }) => line).join("");
}

test("there are golden streams", () => assert.ok(STREAMS.length >= 8));

for (const stream of STREAMS) {
  test(`${stream.name}: read at once it comes to its final state`, () => {
    const state = read(stream, consume);
    assert.deepEqual(shown(state), stream.final);
    assert.ok(ended(state));
  });

  test(`${stream.name}: grown by one character at a time it comes to the same, and no input is changed`, () => {
    const state = read(stream, (from, value) => {
      let grown = frozen(from);
      for (let end = 0; end <= value.length; end++) grown = frozen(consume(grown, value.slice(0, end)));
      return grown;
    });
    assert.deepEqual(shown(state), stream.final);
  });

  test(`${stream.name}: cut anywhere in two it comes to the same`, () => {
    let before = initial();
    for (const { value } of stream.responses) {
      const begun = reopened(before);
      const whole = consume(begun, value);
      for (let cut = 0; cut <= value.length; cut++) {
        const state = consume(consume(begun, value.slice(0, cut)), value);
        assertShown(state, shown(whole), `cut at ${cut}`);
      }
      before = whole;
    }
  });

  test(`${stream.name}: lost at any character and taken up again, nothing is missing and nothing doubled`, () => {
    let before = initial();
    for (const { value } of stream.responses) {
      const begun = reopened(before);
      for (let cut = 0; cut <= value.length; cut++) {
        const lost = consume(begun, value.slice(0, cut));
        const state = consume(reopened(lost), rest(stream, cursor(lost)));
        assertShown(state, stream.final, `lost at ${cut}`);
      }
      before = consume(begun, value);
    }
  });

  test(`${stream.name}: lost twice in a row it still comes to the same`, () => {
    const { value } = stream.responses[0];
    for (let cut = 0; cut <= value.length; cut += 29) {
      const lost = consume(initial(), value.slice(0, cut));
      const second = rest(stream, cursor(lost));
      for (let again = 0; again <= second.length; again += 61) {
        const twice = consume(reopened(lost), second.slice(0, again));
        const state = consume(reopened(twice), rest(stream, cursor(twice)));
        assertShown(state, stream.final, `lost at ${cut}, then at ${again}`);
      }
    }
  });

  test(`${stream.name}: at every moment the text is that of the tokens, and its end what is in no block`, () => {
    const value = stream.whole;
    let state = initial();
    for (let end = value.indexOf("\n"); end >= 0; end = value.indexOf("\n", end + 1)) {
      state = consume(state, value.slice(0, end + 1));
      assert.ok(stream.final.text.startsWith(state.text));
      assert.ok(state.text.endsWith(state.tail));
      assert.deepEqual(state.blocks, stream.final.blocks.slice(0, state.blocks.length));
    }
  });

  test(`${stream.name}: what the server tells of the finished answer is the same state`, () => {
    const state = fromRecord(frozen(stream.record));
    const { code, message, retryable } = stream.final.error ?? {};
    const expected = { ...stream.final, error: stream.final.error && { code, message, retryable, retry_after_s: undefined } };
    if (stream.final.blocks.length === 0) expected.tail = stream.record.tail ?? ""; // it was not asked for blocks
    assert.deepEqual(shown(state), expected);
    assert.ok(ended(state));
    assert.deepEqual(found(state), found(read(stream, consume)));
  });
}

test("what was found is kept, and of how much, as of when", () => {
  const state = found(read(STREAMS.find(({ name }) => name === "retrieved"), consume));
  assert.deepEqual([state.retrieved.queries.length, state.retrieved.passages.length], [2, 3]);
  assert.deepEqual([state.library, state.indexedAt], [35, "2026-03-26T09:40:00+00:00"]);
});

test("what the answer's statements rest on is kept, streamed or read from the record", () => {
  const stream = STREAMS.find(({ name }) => name === "checked");
  const { text, statements } = read(stream, consume);
  const told = statements.map(({ start, end, verdict }) => [verdict, [...text].slice(start, end).join("")]);
  assert.deepEqual(told.map(([verdict]) => verdict), ["quoted", "weak", "uncited"]);
  assert.equal(told[0][1], "\u{1F600} We move **in May** [2].");
  assert.deepEqual(fromRecord(stream.record).statements, statements);
  assert.deepEqual(fromRecord({ ...stream.record, statements: undefined }).statements, []);
});

const LINE = '{"seq":1,"type":"start","answer_id":"a","session_id":"s","model":"m","created_at":"t"}\n';
const TOKEN = '{"seq":2,"type":"token","content":"Hello"}\n';

test("an event type that is not known is ignored, and what follows it is not", () => {
  const value = LINE + '{"seq":2,"type":"mood","mood":"good"}\n{"type":"weather"}\n{"seq":3,"type":"token","content":"Hi"}\n';
  const state = consume(initial(), value);
  assert.deepEqual([state.status, state.text, state.seq], ["streaming", "Hi", 3]);
});

test("a name that every object has is no event type", () => {
  for (const type of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    const state = consume(initial(), LINE + JSON.stringify({ seq: 2, type }) + "\n" + TOKEN.replace('"seq":2', '"seq":3'));
    assert.deepEqual([state.status, state.text], ["streaming", "Hello"], type);
  }
});

test("a field that is not known changes nothing", () => {
  const state = consume(initial(), LINE.replace("{", '{"colour":"blue",') + TOKEN.replace("{", '{"colour":"blue",'));
  assert.deepEqual(shown(state), shown(consume(initial(), LINE + TOKEN)));
});

test("a login page instead of a stream changes nothing", () => {
  const page = '<!doctype html>\n<html><body>\n<script>\nlet x = {"seq": 9};\n</script>\n{ broken\n{"seq":\n</body></html>\n';
  const before = consume(initial(), LINE + TOKEN);
  const after = consume(reopened(before), page);
  assert.deepEqual(shown(after), shown(before));
  assert.deepEqual(shown(consume(initial(), page)), shown(initial()));
  const resumed = consume(reopened(after), LINE + TOKEN + '{"seq":3,"type":"token","content":" again"}\n');
  assert.equal(resumed.text, "Hello again");
});

test("lines that are JSON but no event change nothing", () => {
  const before = consume(initial(), LINE + TOKEN);
  const after = consume(reopened(before), '{}\n[]\nnull\n"x"\n7\n{"type":"token","content":"no seq"}\n\n');
  assert.deepEqual(shown(after), shown(before));
});

test("a ping changes nothing at all", () => {
  const state = consume(initial(), LINE);
  assert.equal(reduce(state, { type: "ping" }), state);
});

test("without a whole line there is nothing new", () => {
  const state = consume(initial(), LINE);
  assert.equal(consume(state, LINE), state);
  assert.equal(consume(state, LINE + TOKEN.slice(0, -1)), state);
});

test("a value that starts anew is another response", () => {
  const before = consume(initial(), LINE + TOKEN);
  const emptied = consume(before, "");
  assert.deepEqual(shown(emptied), shown(before));
  const next = consume(emptied, TOKEN + '{"seq":3,"type":"token","content":"!"}\n');
  assert.equal(next.text, "Hello!");
  const unannounced = consume(before, '{"seq":3,"type":"token","content":" and this is longer than all before it was, by far, is it not?"}\n' + " ".repeat(200));
  assert.ok(unannounced.text.startsWith("Hello and this"));
});

test("continue names its cursor until the stream is opened again", () => {
  const state = consume(initial(), LINE + TOKEN + '{"type":"continue","after":2}\n');
  assert.equal(state.continueAfter, 2);
  assert.equal(cursor(state), 1);
  assert.equal(reopened(state).continueAfter, null);
  assert.ok(!ended(state));
});

test("the cursor of what has not begun is zero", () => {
  assert.equal(cursor(initial()), 0);
  assert.equal(cursor(consume(initial(), LINE)), 0);
});

test("the stage and what it searched are told as they come", () => {
  const state = consume(
    initial(),
    LINE + '{"seq":2,"type":"stage","stage":"retrieval","status":"start","elapsed_ms":1,"searched":14}\n' +
      '{"seq":3,"type":"stage","stage":"generation","status":"start","elapsed_ms":9}\n',
  );
  assert.deepEqual([state.stage.stage, state.stage.status, state.searched, state.model], ["generation", "start", 14, "m"]);
});

test("a record of an answer that is still written begins with nothing, to be read from its stream", () => {
  const state = fromRecord({ status: "streaming", seq: 7, text: "Hel", blocks: [], tail: "Hel", citations: [], error: null });
  assert.deepEqual([state.status, state.seq, state.text], ["streaming", 0, ""]);
});

test("an answer that was interrupted is one that failed, and its wait is over", () => {
  const error = { code: "INTERRUPTED", message: "m", retryable: true, retry_after_s: 7 };
  const state = fromRecord({ status: "interrupted", seq: 7, text: "Hel", citations: [], error });
  assert.deepEqual([state.status, state.text, state.error.code], ["error", "Hel", "INTERRUPTED"]);
  assert.equal(state.error.retry_after_s, undefined);
});

test("an error without a place in the log ends nothing: it is kept until something new comes", () => {
  const error = { code: "UNAVAILABLE", message: "The database is away.", retryable: true, retry_after_s: 2 };
  const before = consume(initial(), LINE + TOKEN);
  const after = consume(before, LINE + TOKEN + JSON.stringify({ type: "error", ...error }) + "\n");
  assert.deepEqual(shown(after), shown(before));
  assert.ok(!ended(after));
  assert.deepEqual(after.trouble, error);
  assert.deepEqual(reopened(after).trouble, error);
  const next = consume(reopened(after), TOKEN + '{"seq":3,"type":"token","content":"!"}\n');
  assert.deepEqual([next.text, next.trouble], ["Hello!", null]);
  assert.equal(consume(initial(), '{"type":"error"}\n').trouble, null);
});

test("a place in the line is told until the answer begins", () => {
  const state = consume(initial(), LINE + '{"seq":2,"type":"queued","place":3}\n{"seq":3,"type":"queued","place":2}\n');
  assert.deepEqual([state.queued, state.status], [2, "streaming"]);
  const begun = reduce(state, { seq: 4, type: "stage", stage: "retrieval", status: "start", elapsed_ms: 0 });
  assert.equal(begun.queued, null);
});

test("a model that is asked again is told of until something comes of it", () => {
  const state = consume(initial(), LINE + '{"seq":2,"type":"retrying","code":"RATE_LIMIT","attempt":2,"wait_s":0.5}\n');
  assert.deepEqual([state.retrying.code, state.retrying.wait_s, state.seq], ["RATE_LIMIT", 0.5, 2]);
  assert.equal(reduce(state, { seq: 3, type: "token", content: "x" }).retrying, null);
  const again = reduce(state, { seq: 3, type: "retrying", code: "TIMEOUT", attempt: 3, wait_s: 2 });
  assert.deepEqual([again.retrying.code, again.retrying.attempt], ["TIMEOUT", 3]);
});

test("a record of an answer that is shown when it is whole tells how far it is, and keeps what is shown", () => {
  const before = consume(initial(), LINE + TOKEN);
  const record = { status: "streaming", seq: 9, text: "- Hello, **this** is [1]\nmore", searched: 4, blocks: [], tail: "", error: null };
  const state = polled(frozen(before), frozen(record));
  assert.deepEqual([state.status, state.text, state.seq, state.searched], ["streaming", "Hello", 2, 4]);
  assert.deepEqual(state.progress, { words: 4 });
  const waits = polled(initial(), { ...record, text: "", doing: { type: "queued", place: 3 } });
  assert.deepEqual([waits.queued, waits.seq], [3, 0]);
  const searches = polled(waits, { ...record, text: "", doing: { type: "stage", stage: "retrieval", status: "start" } });
  assert.deepEqual([searches.queued, searches.stage.stage], [null, "retrieval"]);
  const whole = polled(state, { ...record, status: "complete", citations: [], blocks: ["<p>Hello</p>"] });
  assert.deepEqual([whole.status, whole.progress, whole.blocks], ["complete", null, ["<p>Hello</p>"]]);
});

test("an answer of eight thousand events is read in the time of a glance", () => {
  let state = consume(initial(), LINE);
  const began = process.cpuUsage().user;
  for (let seq = 2; seq <= 8000; ) {
    state = reopened(state); // a response carries some 32 KB
    for (let value = ""; value.length < 32_000 && seq <= 8000; seq++) {
      value += `{"seq":${seq},"type":"token","content":"word "}\n`;
      state = consume(state, value);
    }
  }
  assert.equal(state.text.length, 5 * 7999);
  assert.ok(process.cpuUsage().user - began < 2_000_000);
});
