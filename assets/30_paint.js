/**
 * Paints a turn: a question and its answer, from the reducer's state. Only what is new is touched.
 *
 * The server's blocks are the one thing that is put in as HTML: they were made safe there, and the
 * page's policy lets nothing in them run. All else is text.
 */
(function (footnote) {
  "use strict";

  /** An element with a class and children; strings become text. */
  function make(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  function button(className, label, ...children) {
    const element = make("button", className, ...(children.length ? children : [label]));
    element.type = "button";
    if (children.length) element.setAttribute("aria-label", label);
    return element;
  }

  function icon(name) {
    const element = make("span", `icon icon-${name}`);
    element.setAttribute("aria-hidden", "true");
    return element;
  }

  /**
   * A turn's place in the thread, with nothing of the answer yet.
   * @param {{id: string, query: string, filter: string[]}} turn
   * @returns {object} the parts that `paint` writes into
   */
  function place(turn) {
    const stage = make("p", "stage");
    const blocks = make("div", "blocks");
    const tail = make("div", "tail");
    const body = make("div", "body", blocks, tail);
    body.dir = "auto";
    const end = make("div", "end");
    const answer = make("div", "answer", stage, body, end);
    answer.id = `a-${turn.id}`;
    answer.setAttribute("aria-busy", "true");
    const question = make("h2", "question", turn.query);
    question.dir = "auto";
    const root = make("article", "turn", question, answer);
    return { root, answer, stage, blocks, tail, end, painted: 0, endOf: null, stageText: "" };
  }

  /**
   * Bring a turn's place up to its state.
   * @param {object} parts what `place` returned
   * @param {object} state the reducer's
   * @param {{turn: object, notice: ?string, library: {noun: string, titles: Object<string, string>}}} around
   */
  function paint(parts, state, around) {
    const status = state.status === "idle" ? "streaming" : state.status;
    parts.answer.className = `answer ${status}`;
    stageLine(parts, state, around);
    for (; parts.painted < state.blocks.length; parts.painted += 1) {
      parts.blocks.insertAdjacentHTML("beforeend", state.blocks[parts.painted]);
    }
    footnote.patch.patch(parts.tail, footnote.sketch.sketch(state.tail));
    const key = `${status} ${state.citations ? state.citations.length : "-"} ${around.notice ?? ""}`;
    if (parts.endOf !== key) {
      parts.endOf = key;
      parts.answer.setAttribute("aria-busy", String(status === "streaming"));
      parts.end.replaceChildren(...ending(state, status, around));
    }
  }

  function stageLine(parts, state, around) {
    const text = around.notice ?? stageText(state, around);
    if (text === parts.stageText) return;
    parts.stageText = text;
    parts.stage.textContent = text;
  }

  function stageText(state, around) {
    if (footnote.reducer.ended(state)) return scope(state, around);
    if (state.text) return scope(state, around);
    const { stage, searched, found } = state.stage ?? {};
    if (!stage) return "Sending…";
    if (stage === "retrieval" && found === undefined) return `Searching ${counted(searched, around.library.noun)}…`;
    if (stage === "retrieval") return `Found ${counted(found, "passage")}…`;
    return stage === "reranking" ? "Choosing the best passages…" : "Writing…";
  }

  /** What the answer searched: by name where it was limited to a few. */
  function scope(state, { turn, library }) {
    if (state.searched === null || state.searched === undefined) return "";
    const named = turn.filter.map((id) => library.titles[id] ?? id);
    if (named.length === 0) return `Searched ${counted(state.searched, library.noun)}`;
    if (named.length <= 3) return `Searched ${named.join(", ")}`;
    return `Searched ${named.slice(0, 2).join(", ")} and ${named.length - 2} more`;
  }

  function counted(n, noun) {
    return `${(n ?? 0).toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
  }

  /** What stands below the text: an error or a stop, the sources, what can be done. */
  function ending(state, status, around) {
    const parts = [];
    if (status === "error") parts.push(problem(state.error, around.turn));
    if (status === "cancelled") parts.push(make("p", "stopped", icon("stop"), "Stopped. What was written is kept."));
    if (state.citations?.length) parts.push(sources(state.citations, around.turn.id));
    if (footnote.reducer.ended(state)) parts.push(tools(state, status, around.turn.id));
    return parts;
  }

  function problem(error, turn) {
    const text = make("p", "", error.message);
    const box = make("div", "problem", icon("alert"), make("div", "", text));
    box.dataset.code = error.code;
    if (error.retryable) box.lastChild.append(retry(error, turn));
    return box;
  }

  /** Retry, after the wait that the server asked for. */
  function retry(error, turn) {
    const again = button("retry", "Try again");
    again.dataset.turn = turn.id;
    const until = Date.now() + 1000 * (error.retry_after_s ?? 0);
    (function tick() {
      const wait = Math.ceil((until - Date.now()) / 1000);
      again.disabled = wait > 0;
      again.textContent = wait > 0 ? `Try again in ${wait} s` : "Try again";
      if (wait > 0) setTimeout(tick, 250);
    })();
    return again;
  }

  function tools(state, status, turnId) {
    const row = make("div", "answer-tools");
    if (status === "complete" && state.text && navigator.clipboard) row.append(copyButton(state));
    row.append(footnote.permalinks.offer(turnId));
    return row;
  }

  /** The browser's clipboard is there only over HTTPS or on this machine. */
  function copyButton(state) {
    const copy = button("copy", "Copy the answer", icon("copy"), make("span", "", "Copy"));
    copy.onclick = async () => {
      await navigator.clipboard.writeText(`${state.text.trim()}\n${references(state.citations)}`);
      copy.lastChild.textContent = "Copied";
      setTimeout(() => (copy.lastChild.textContent = "Copy"), 2000);
    };
    return copy;
  }

  /** The cited sources as lines of text, for a copied answer. */
  function references(citations) {
    return (citations ?? [])
      .filter((c) => c.cited)
      .map((c) => `\n[${c.n}] ${[c.recording_title, ...whereabouts(c)].join(", ")}: “${c.excerpt.trim()}”`)
      .join("");
  }

  function sources(citations, turnId) {
    const cited = citations.filter((c) => c.cited);
    const others = citations.filter((c) => !c.cited);
    const section = make("details", "sources");
    section.open = cited.length > 0;
    section.append(
      make("summary", "", make("span", "", cited.length ? `${counted(cited.length, "source")} cited` : "No source cited")),
    );
    if (cited.length) section.append(list(cited, turnId));
    if (others.length) {
      const more = make("details", "others", make("summary", "", `${counted(others.length, "passage")} found, not cited`));
      more.append(list(others, turnId));
      section.append(more);
    }
    return section;
  }

  function list(citations, turnId) {
    return make("ol", "source-list", ...citations.map((citation) => card(citation, turnId)));
  }

  function card(citation, turnId) {
    const number = make("span", "number", String(citation.n));
    const title = make("span", "source-title", citation.recording_title);
    const where = whereabouts(citation).map((place) => make("span", "", place));
    const quote = make("blockquote", "", citation.excerpt.trim());
    quote.dir = "auto";
    const item = make("li", "source", number, make("div", "", make("p", "source-head", title, ...where), quote));
    item.id = `s-${turnId}-${citation.n}`;
    item.tabIndex = -1;
    return item;
  }

  /** Speaker, page and time, as far as the source has them. */
  function whereabouts(citation) {
    const places = [];
    if (citation.speaker) places.push(citation.speaker);
    if (citation.page !== undefined) places.push(`page ${citation.page}`);
    if (citation.start_s !== undefined) places.push(clock(citation.start_s));
    return places;
  }

  /** Seconds as 4:05 or 1:04:05. */
  function clock(seconds) {
    const whole = Math.floor(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const tail = String(rest).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
  }

  /** Show the source that a marker names: open its section, bring it into view, mark it. */
  function showSource(turnId, n) {
    const source = document.getElementById(`s-${turnId}-${n}`);
    if (!source) return;
    for (let at = source.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    source.scrollIntoView({ block: "nearest" });
    source.focus({ preventScroll: true });
    mark(source);
  }

  /** Draw the eye to an element for a moment. */
  function mark(element) {
    element.classList.remove("shown");
    void element.offsetWidth; // starts the animation anew
    element.classList.add("shown");
  }

  footnote.paint = { place, paint, showSource, mark, make, button, icon };
})((window.footnote = window.footnote || {}));
