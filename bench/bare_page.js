/**
 * The floor: what any page costs that reads a stream with `fetch` and shows its text, a node a line.
 *
 * `?every=100` gathers the text and shows it each 100 ms; without it each piece is shown as it comes. No Markdown, no
 * citations, no history, nothing that goes on when the connection is lost.
 */
(function () {
  "use strict";

  const EVERY_MS = Number(new URLSearchParams(location.search).get("every"));
  const scroll = document.getElementById("scroll");
  const thread = document.getElementById("thread");
  const bare = (window.bare = { done: true, ask });

  let line = null;
  let gathered = "";
  let timer = 0;

  /** Ask, and show what comes until it ends. */
  async function ask(query) {
    bare.done = false;
    newLine();
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("api/chat/stream", { method: "POST", headers, body: JSON.stringify({ query }) });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) take(frame);
    }
    flush();
    bare.done = true;
  }

  function take(frame) {
    const data = frame.slice("data: ".length).split("\n")[0];
    if (!data.startsWith("{")) return;
    const event = JSON.parse(data);
    if (event.type !== "token") return;
    gathered += event.content;
    if (!EVERY_MS) flush();
    else if (!timer) timer = setTimeout(flush, EVERY_MS);
  }

  function flush() {
    clearTimeout(timer);
    timer = 0;
    const [first, ...lines] = gathered.split("\n");
    gathered = "";
    line.appendData(first);
    for (const text of lines) newLine(text);
    scroll.scrollTop = scroll.scrollHeight;
  }

  function newLine(text = "") {
    line = document.createTextNode(text);
    const block = document.createElement("div");
    block.append(line);
    thread.append(block);
  }
})();
