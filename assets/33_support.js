/**
 * What the check of an answer's statements came to: “5 of 6 statements supported”, the doubtful ones in a list,
 * and an underline below each of them in the text.
 */
(function (root) {
  "use strict";

  const BORNE_OUT = ["quoted", "supported"];
  /** As many as the server checks of one answer. */
  const MOST = 200;
  const LONGEST = 160;

  /**
   * The line that says how many statements are borne out. Pure.
   * @param {{verdict: string, unfound: object[]}[]} statements
   * @param {(key: string, values?: object) => string} t the texts
   */
  function line(statements, t) {
    const count = statements.length;
    const supported = statements.filter(({ verdict }) => BORNE_OUT.includes(verdict)).length;
    const unfound = statements.reduce((sum, statement) => sum + statement.unfound.length, 0);
    const told = [verdictOn(statements, supported, t)];
    if (unfound) told.push(t("support.unfound_count", { count: unfound }));
    if (count >= MOST) told.push(t("support.first", { count }));
    return told.join(" · ");
  }

  function verdictOn(statements, supported, t) {
    const count = statements.length;
    const all = (verdict) => statements.every((statement) => statement.verdict === verdict);
    if (all("quoted")) return t("support.quoted", { count });
    if (all("uncited")) return t("support.uncited", { count });
    if (supported === count) return t("support.all", { count });
    return supported ? t("support.some", { supported, count }) : t("support.none", { count });
  }

  /** What stands below an answer's text; its underlines are drawn, and its list is filled, as soon as there is time. */
  function support(state, answer) {
    const { make, icon } = root.footnote.paint;
    const { t, supportMarks } = root.footnote;
    const doubtful = [...state.statements.entries()].filter(
      ([, statement]) => !BORNE_OUT.includes(statement.verdict) || statement.unfound.length,
    );
    const says = [icon(doubtful.length ? "doubt" : "borne-out"), make("span", "", line(state.statements, t))];
    if (!doubtful.length) return make("p", "support", ...says);
    const list = make("ul", "");
    supportMarks.mark(supportMarks.bodyOf(answer), state).then((found) =>
      list.append(...doubtful.map(([number, statement]) => item(state.text, statement, found[number]))),
    );
    return make("details", "support", make("summary", "", ...says), list, make("p", "support-how", t("support.how")));
  }

  /** A doubtful statement, what is doubtful about it, and what of it stands in no source. */
  function item(text, statement, place) {
    const { make } = root.footnote.paint;
    const { t } = root.footnote;
    const why = make("p", "support-why", t(statement.verdict === "weak" ? "support.is_weak" : "support.is_uncited"));
    const values = statement.unfound.map((part, number) => way(part, text, place?.unfound[number], "support-value"));
    if (values.length) why.append(" ", t("support.not_there"), " ", ...values);
    const says = way(statement, text, place?.ranges, "support-statement");
    says.dir = "auto";
    return make("li", statement.verdict, says, why);
  }

  /** A part of the answer, in its own words, that leads to where it stands. */
  function way(part, text, ranges, className) {
    const { make, button } = root.footnote.paint;
    const said = ranges?.length ? wordsOf(ranges) : [...text].slice(part.start, part.end).join("");
    const words = said.length > LONGEST ? `${said.slice(0, LONGEST).trimEnd()}…` : said;
    if (!ranges?.length) return make("span", className, words);
    const leads = button(className, words);
    leads.onclick = () => root.footnote.supportMarks.show(ranges);
    return leads;
  }

  function wordsOf(ranges) {
    return ranges.map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset)).join("").trim();
  }

  if (typeof module !== "undefined") module.exports = { line };
  else root.footnote.support = { line, support };
})(typeof window === "undefined" ? globalThis : window);
