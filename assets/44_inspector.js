/**
 * How an answer came about, folded away below it: the query as it was searched, the passages found, the
 * time, the model. What of it the model was given can be unticked, and the question asked again without it.
 */
(function (footnote) {
  "use strict";

  const { t, inspection } = footnote;
  const { make, button, icon } = footnote.paint;

  /** @param {object} state the reducer's, of an answer that has ended @param {object} answer @returns {?HTMLElement} */
  function inspector(state, answer) {
    if (!state.retrieved && !state.done) return null;
    const box = make("details", "inspection", make("summary", "", make("span", "", t("inspection.title"))));
    box.addEventListener("toggle", () => {
      if (box.open && box.childElementCount === 1) box.append(...content(state, answer)); // few are ever opened
    });
    return box;
  }

  function content(state, answer) {
    return [
      ...(state.retrieved ? [part("queries", queries(state.retrieved)), part("found", ...found(state, answer))] : []),
      ...(state.done ? [part("time", ...time(state.done.timings))] : []), part("facts", facts(state, answer)),
    ];
  }

  function part(name, ...children) {
    return make("section", `inspection-${name}`, make("h3", "", t(`inspection.${name}`)), ...children);
  }

  function queries({ queries: asked }) {
    if (!asked.length) return make("p", "", t("inspection.own_search"));
    return make("ol", "", ...asked.map((query) => {
      const item = make("li", "", query);
      item.dir = "auto";
      return item;
    }));
  }

  // --- what was found -------------------------------------------------------------------------

  function found(state, answer) {
    const rows = inspection.rows(state.retrieved);
    const out = new Set();
    const whole = new Set();
    const wholes = make("div", "inspection-wholes");
    const ask = button("button leading", "");
    ask.hidden = true;
    ask.onclick = () => footnote.again.within(answer, inspection.leftOut(answer.filter, [...out], [...whole]));
    const told = () => {
      const single = [...out].filter(({ recording_id }) => !whole.has(recording_id)).length;
      const says = [[whole.size, "inspection.whole_documents"], [single, "inspection.sources"]];
      const what = says.filter(([count]) => count).map(([count, key]) => t(key, { count }));
      ask.hidden = !out.size;
      ask.textContent = t("inspection.ask_without", { what: new Intl.ListFormat(t.locale).format(what) });
    };
    const changed = () => {
      offerWholes(wholes, [...out], whole, told);
      told();
    };
    const kept = rows.filter((row) => row.kept);
    const dropped = rows.filter((row) => !row.kept);
    if (!rows.length) return [make("p", "", t("inspection.nothing"))];
    if (!state.retrieved.queries.length) return [table("own", kept, ({ passage }) => make("span", "rank", String(passage.n)), answer)];
    const { candidates } = state.retrieved;
    const chosen = candidates ? [make("p", "inspection-chosen", t("inspection.chosen", { count: candidates }))] : [];
    const used = table("kept", kept, (row) => choice(row, out, changed), answer);
    const others = table("dropped", dropped, ({ rank }) => make("span", "rank", String(rank)), answer);
    return [...chosen, ...(kept.length ? [used, wholes, ask] : []), ...(dropped.length ? [others] : [])];
  }

  /** @param {"kept"|"dropped"|"own"} name @param {function(object): HTMLElement} first what stands first in a row */
  function table(name, rows, first, answer) {
    const scored = rows.some(({ passage }) => passage.score); // a model that searches by itself may tell no score
    const columns = [{ kept: "use", dropped: "rank", own: "number" }[name], "passage", ...(scored ? ["score"] : [])];
    const heads = columns.map((head) => make("th", `found-${head}`, t(`inspection.${head}`)));
    for (const head of heads) head.scope = "col";
    const caption = make("caption", "", t(`inspection.${name}`, { count: rows.length }));
    const body = make("tbody", "", ...rows.map((row) => line(row, first(row), answer, scored)));
    return make("table", `found ${name}`, caption, make("thead", "", make("tr", "", ...heads)), body);
  }

  /** A box that is ticked while the passage is used. */
  function choice({ passage }, out, changed) {
    const box = make("input", "");
    box.type = "checkbox";
    box.checked = true;
    box.setAttribute("aria-label", t("inspection.use_source", { n: String(passage.n), title: passage.recording_title }));
    box.onchange = () => {
      if (box.checked) out.delete(passage);
      else out.add(passage);
      changed();
    };
    return make("label", "found-choice", box, make("span", "number", String(passage.n)));
  }

  function line({ passage, share }, first, answer, scored) {
    const title = opens(passage, answer);
    const where = footnote.sources.whereabouts(passage).join(" · ");
    const bar = make("span", "score-bar", make("span", ""));
    bar.firstChild.style.width = `${100 * share}%`;
    bar.setAttribute("aria-hidden", "true");
    const figure = passage.score.toLocaleString(t.locale, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
    return make(
      "tr", "", make("td", "", first), make("td", "", title, make("span", "found-where", where)),
      ...(scored ? [make("td", "found-score", figure, bar)] : []),
    );
  }

  /** The passage's title, which opens it in its place. */
  function opens(passage, answer) {
    const title = button("found-title", passage.recording_title);
    title.dir = "auto";
    const place = {
      document: passage.recording_id, passage: passage.passage_id, n: passage.n && String(passage.n), answer: answer.id,
    };
    const cited = answer.state.citations?.find((citation) => citation.n === passage.n);
    title.onclick = () => footnote.sources.open({ url: cited?.url }, place);
    return title;
  }

  /** Of what was unticked, the whole document can be left out instead. */
  function offerWholes(place, out, whole, told) {
    const titles = new Map(out.map(({ recording_id, recording_title }) => [recording_id, recording_title]));
    for (const id of [...whole]) if (!titles.has(id)) whole.delete(id);
    place.replaceChildren(...[...titles].map(([id, title]) => {
      const box = make("input", "");
      box.type = "checkbox";
      box.checked = whole.has(id);
      box.onchange = () => {
        if (box.checked) whole.add(id);
        else whole.delete(id);
        told();
      };
      return make("label", "", box, make("span", "", t("inspection.without_whole", { title })));
    }));
  }

  // --- time, model, tokens --------------------------------------------------------------------

  function time(timings) {
    const spans = inspection.spans(timings);
    const bar = make("div", "time-bar", ...spans.map(({ name, ms }) => {
      const span = make("span", `time-${name}`);
      span.style.flexGrow = String(ms);
      return span;
    }));
    bar.setAttribute("aria-hidden", "true");
    const listed = spans.map(({ name, ms }) => term(`time-${name}`, t(`inspection.${name}`), duration(ms)));
    return [bar, make("dl", "", ...listed, term("", t("inspection.total"), duration(timings.total_ms)))];
  }

  function duration(ms) {
    const [value, unit, digits] = ms < 1000 ? [ms, "millisecond", 0] : [ms / 1000, "second", 1];
    return value.toLocaleString(t.locale, { style: "unit", unit, maximumFractionDigits: digits });
  }

  function term(className, name, value) {
    return make("div", className, make("dt", "", name), make("dd", "", value));
  }

  function facts(state, answer) {
    const { input_tokens, output_tokens } = state.done?.usage ?? {};
    const count = (tokens) => (Number.isInteger(tokens) ? tokens.toLocaleString(t.locale) : t("inspection.not_told"));
    const model = state.model === "extractive" ? t("inspection.extractive") : (state.model ?? t("inspection.not_told"));
    const copy = footnote.copying.isPossible() ? [copyTool(state, answer)] : [];
    const list = make("dl", "", term("", t("inspection.model"), model), term("", t("inspection.tokens_in"), count(input_tokens)),
      term("", t("inspection.tokens_out"), count(output_tokens)), term("", t("inspection.id"), make("code", "", answer.id)));
    return make("div", "", list, ...copy);
  }

  function copyTool(state, answer) {
    const text = () => JSON.stringify(inspection.data(answer, state), null, 2);
    return footnote.copying.copyButton({
      class: "tool copy-inspection", icon: "copy", word: t("inspection.copy"), label: t("inspection.copy_json"),
      told: t("inspection.copied"), write: () => navigator.clipboard.writeText(text()),
    });
  }

  footnote.inspector = { inspector };
})(window.footnote);
