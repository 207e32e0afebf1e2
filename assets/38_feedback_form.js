/** The buttons that say something of an answer or a source, and the small form that asks why. */
(function (footnote) {
  "use strict";

  const { opinions, feedback, t } = footnote;
  const { make, button, icon } = footnote.paint;
  const ICONS = { up: "thumb-up", down: "thumb-down", wrong_source: "flag" };
  const LONGEST = 2000;
  let made = 0;

  /** Thumbs for a whole answer. */
  function ofAnswer(answer) {
    return opinion({ answer, verdicts: ["up", "down"] });
  }

  /** “Wrong source” for one of its citations. @param {() => void} [grown] called when the form comes or goes */
  function ofSource(answer, n, grown) {
    return opinion({ answer, n, verdicts: ["wrong_source"], grown });
  }

  /** @param {{answer: object, n?: number, verdicts: string[], grown?: () => void}} about */
  function opinion(about) {
    const { answer, n, verdicts } = about;
    const box = make("div", "opinion");
    const why = button("tool why", t("feedback.why"));
    const buttons = verdicts.map((verdict) => toggle(verdict, () => press(box, about, verdict)));
    why.onclick = () => open(box, about);
    box.append(...buttons.map((one) => one.element), why);
    function draw() {
      const said = feedback.of(answer, n);
      for (const { verdict, element } of buttons) element.setAttribute("aria-pressed", String(said?.verdict === verdict));
      why.hidden = !said || Boolean(box.form);
      why.textContent = t(said?.reason || said?.comment ? "feedback.change" : "feedback.why");
    }
    box.draw = draw;
    box.drawing = feedback.drawn(answer, n, draw); // held for as long as the element is
    box.addEventListener("click", (event) => event.stopPropagation()); // around it, a click may open the source
    draw();
    return box;
  }

  function toggle(verdict, press) {
    const word = verdict === "wrong_source" ? [make("span", "", t("feedback.wrong_source"))] : [];
    const element = button("tool", t(`feedback.${verdict}`), icon(ICONS[verdict]), ...word);
    element.title = word.length ? "" : t(`feedback.${verdict}`);
    element.onclick = press;
    return { verdict, element };
  }

  async function press(box, about, verdict) {
    const { answer, n } = about;
    const said = opinions.pressed(feedback.of(answer, n), verdict, n);
    close(box, about);
    const keeping = feedback.say(answer, n, said);
    if (said) open(box, about, false);
    if (await keeping) footnote.chat.announce(t(said ? "feedback.kept_why" : "feedback.taken_back"));
    else failed(box, about);
  }

  /** Ask why. What was said before stands in the form. */
  function open(box, about, takesFocus = true) {
    const said = feedback.of(about.answer, about.n);
    if (!said) return;
    close(box, about);
    box.form = form(box, about, said);
    box.append(box.form);
    box.draw();
    if (takesFocus) box.form.querySelector("button").focus();
    about.grown?.();
    box.form.scrollIntoView({ block: "nearest" });
  }

  function close(box, about) {
    if (!box.form) return;
    const had = box.form.contains(document.activeElement);
    box.form.remove();
    box.form = null;
    box.draw();
    if (had) (box.querySelector(".tool[aria-pressed=true]") ?? box.querySelector(".tool")).focus();
    about.grown?.();
  }

  function form(box, about, said) {
    const id = `why-${(made += 1)}`;
    const asks = make("p", "why-asks", t(`feedback.asks_${said.verdict}`));
    asks.id = id;
    const reasons = chips(said);
    const comment = make("textarea", "why-comment");
    Object.assign(comment, { rows: 2, maxLength: LONGEST, value: said.comment ?? "", placeholder: t("feedback.comment") });
    comment.setAttribute("aria-label", t("feedback.comment"));
    const [save, later] = [button("button filled", t("feedback.save")), button("button", t("feedback.not_now"))];
    const element = make("form", "why-form", asks, reasons.element, comment, make("div", "ways", save, later));
    element.setAttribute("aria-labelledby", id);
    save.type = "submit";
    later.onclick = () => close(box, about);
    element.onsubmit = (event) => {
      event.preventDefault();
      explain(box, about, opinions.explained(said, reasons.chosen(), comment.value));
    };
    element.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      close(box, about);
    };
    return element;
  }

  /** The reasons, of which one can be chosen, or none. */
  function chips({ verdict, reason }) {
    let chosen = reason ?? null;
    const element = make("div", "why-reasons");
    const buttons = opinions.REASONS[verdict].map((name) => {
      const chip = button("why-reason", t(`feedback.reason_${name}`));
      chip.onclick = () => draw((chosen = chosen === name ? null : name));
      return { name, chip };
    });
    function draw() {
      for (const { name, chip } of buttons) chip.setAttribute("aria-pressed", String(name === chosen));
    }
    element.append(...buttons.map(({ chip }) => chip));
    draw();
    return { element, chosen: () => chosen };
  }

  async function explain(box, about, said) {
    if (!(await feedback.say(about.answer, about.n, said))) return failed(box, about); // what was typed stands there
    close(box, about);
    footnote.chat.announce(t("feedback.kept"));
  }

  /** Say that it was not kept, where it was said. */
  function failed(box, about) {
    const says = t("feedback.failed");
    footnote.chat.announce(says, true);
    if (box.form && !feedback.of(about.answer, about.n)) close(box, about);
    box.querySelector(".why-failed")?.remove();
    const note = make("p", "why-failed", says);
    (box.form ?? box).append(note);
    box.addEventListener("click", () => note.remove(), { once: true, capture: true });
    about.grown?.();
  }

  footnote.opinion = { ofAnswer, ofSource };
})(window.footnote);
