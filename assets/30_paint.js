/**
 * Paints an answer below its question, from the reducer's state. Only what is new is touched.
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
   * An answer's place in the thread, with nothing of it yet.
   * @param {{id: string, query: string, filter: object}} answer
   * @returns {object} the parts that `paint` writes into
   */
  function place(answer) {
    const stage = make("p", "stage");
    const versions = make("div", "versions");
    versions.hidden = true;
    const widen = button("button widen", footnote.t("scope.widen_all"));
    widen.hidden = true;
    widen.onclick = () => footnote.again.within(answer, footnote.filter.of());
    const blocks = make("div", "blocks");
    const tail = make("div", "tail");
    const body = make("div", "body", blocks, tail);
    body.dir = "auto";
    const end = make("div", "end");
    const box = make("div", "answer", make("div", "answer-head", stage, widen, versions), body, end);
    box.id = `a-${answer.id}`;
    box.setAttribute("aria-busy", "true");
    const question = make("h2", "question", answer.query);
    question.dir = "auto";
    question.tabIndex = -1;
    const edit = button("icon-button edit", footnote.t("question.edit"), icon("pencil"));
    edit.onclick = () => footnote.again.edit(answer);
    const asked = make("div", "asked", question, edit);
    const about = answer.context ? [footnote.about.line(answer.context)] : [];
    const root = make("article", answer.profile ? "turn interview" : "turn", asked, ...about, box);
    return { root, asked, question, edit, answer: box, stage, widen, versions, blocks, tail, end, painted: 0, cursor: null, look: null, endOf: null };
  }

  /**
   * Bring an answer's place up to its state.
   * @param {object} parts what `place` returned
   * @param {object} state the reducer's
   * @param {{answer: object, notice: ?string, library: {noun: string, titles: Object<string, string>}}} around
   */
  function paint(parts, state, around) {
    const status = state.status === "idle" ? "streaming" : state.status;
    look(parts, `answer ${status}`);
    stageLine(parts, state, around);
    footnote.chips.around(parts.answer, around.answer, state, () => text(parts, state));
    cursor(parts, status === "streaming");
    const key = `${status} ${state.citations ? state.citations.length : "-"} ${state.error?.message ?? ""}`;
    if (parts.endOf === key) return;
    parts.endOf = key;
    parts.answer.setAttribute("aria-busy", String(status === "streaming"));
    const focused = parts.end.contains(document.activeElement);
    parts.end.replaceChildren(...footnote.ending.ending(state, status, around.answer));
    if (focused) parts.question.focus({ preventScroll: true });
  }

  /** Put in the blocks that are new, and sketch what stands behind them; a focus in the sketch stays where it was. */
  function text(parts, { blocks, tail }) {
    const held = parts.tail.contains(document.activeElement) ? document.activeElement : null;
    const alike = () => (held ? [...parts.blocks.parentElement.querySelectorAll(held.localName)] : []);
    const at = alike().indexOf(held);
    for (; parts.painted < blocks.length; parts.painted += 1) {
      parts.blocks.insertAdjacentHTML("beforeend", blocks[parts.painted]);
      footnote.labels.direct(parts.blocks.lastElementChild);
      footnote.labels.name(parts.blocks.lastElementChild);
      footnote.code.dress(parts.blocks.lastElementChild);
    }
    footnote.patch.patch(parts.tail, footnote.sketch.sketch(tail));
    for (const block of parts.tail.children) footnote.labels.direct(block);
    // Its element may be gone with a finished block, or be drawn as one of the text behind that.
    const now = held && alike()[at];
    if (now && now !== document.activeElement) now.focus({ preventScroll: true });
  }

  /** Where the next letter will stand: in the tail or, between two blocks, in the last block, if there is one yet. */
  function cursor(parts, isWritten) {
    parts.tail.classList.toggle("written", isWritten);
    const block = isWritten && !parts.tail.childNodes.length ? (parts.blocks.lastElementChild ?? parts.blocks) : null;
    if (block === parts.cursor) return;
    parts.cursor?.removeAttribute("data-cursor");
    block?.setAttribute("data-cursor", "");
    parts.cursor = block;
  }

  function stageLine(parts, state, { answer, notice, library }) {
    if (parts.retrying !== state.retrying) {
      parts.retrying = state.retrying;
      parts.retryAt = Date.now() + 1000 * (state.retrying?.wait_s ?? 0);
    }
    const text = notice ?? footnote.stage.line(state, {
      filter: answer.filter, library, ended: footnote.reducer.ended(state), now: Date.now(), retryAt: parts.retryAt,
    });
    parts.answer.classList.toggle("whole", Boolean(state.progress));
    parts.stage.classList.toggle("begun", Boolean(state.text));
    say(parts.stage, text);
    hide(parts.widen, !(answer.arrived && footnote.reducer.ended(state) && footnote.filter.limits(answer.filter)));
    if (state.library) say(parts.widen, footnote.t("scope.widen", { count: state.library }));
  }

  // What is written as it stands already costs a look at its style all the same.

  function look(parts, className) {
    if (parts.look !== className) parts.answer.className = parts.look = className;
  }

  function say(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function hide(element, isHidden) {
    if (element.hidden !== isHidden) element.hidden = isHidden;
  }

  /** Draw the eye to an element for a moment. */
  function mark(element) {
    element.classList.remove("shown");
    void element.offsetWidth; // starts the animation anew
    element.classList.add("shown");
  }

  footnote.paint = { place, paint, mark, make, button, icon, hide };
})((window.footnote = window.footnote || {}));
