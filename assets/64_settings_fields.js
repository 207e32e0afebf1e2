/** The parts of the settings' form: each keeps its own value, says that it was kept, and can take it back. */
(function (footnote) {
  "use strict";

  const { t, problems } = footnote;
  const { make, button } = footnote.paint;
  let fields = 0;

  /**
   * A field with its name, a hint, and the place where it says what became of a change.
   * @param {string} name of the texts @param {HTMLElement} control what is labelled
   * @param {{hint?: boolean, group?: boolean}} [how] a group is several controls under one name
   */
  function field(name, control, { hint = false, group = false } = {}) {
    const id = `setting-${(fields += 1)}`;
    const label = make(group ? "span" : "label", "setting-name", t(`settings.${name}`));
    const says = make("span", "");
    says.setAttribute("role", "status");
    const undo = button("tool", t("settings.undo"));
    undo.hidden = true;
    const hints = hint ? [make("p", "setting-hint", t(`settings.${name}_hint`))] : [];
    for (const element of hints) element.id = `${id}-hint`;
    [control.id, label.id, says.id] = [id, `${id}-name`, `${id}-says`];
    if (group) control.setAttribute("role", "group");
    if (group) control.setAttribute("aria-labelledby", label.id);
    else label.htmlFor = id;
    control.setAttribute("aria-describedby", [...hints, says].map((element) => element.id).join(" "));
    const head = make("div", "setting-head", label, make("span", "setting-says", says, undo));
    return { root: make("div", "setting", head, ...hints, control), control, says, undo };
  }

  /**
   * Keep a value, say what became of it, and offer to take it back.
   * @param {object} made the field @param {function(*): Promise} keep shows the value, too, once it is kept
   * @param {*} value @param {*} [before] what it was; without it nothing can be taken back
   */
  async function save(made, keep, value, before) {
    tell(made, t("settings.saving"));
    try {
      await keep(value);
    } catch (problem) {
      return tell(made, problems.says(problem), true);
    }
    tell(made, t("settings.saved"));
    made.undo.hidden = before === undefined;
    made.undo.onclick = async () => {
      (made.focus ?? (() => made.control.focus()))();
      await save(made, keep, before);
    };
  }

  function tell({ root, control, says, undo }, text, wrong = false) {
    says.textContent = text;
    undo.hidden = true;
    root.classList.toggle("wrong", wrong);
    if (control.matches("input, select")) control.setAttribute("aria-invalid", String(wrong));
  }

  /** A line of text. @param {number} most characters */
  function line(value, most) {
    const input = make("input", "setting-line");
    input.type = "text";
    input.value = value;
    input.maxLength = most;
    input.dir = "auto";
    return input;
  }

  /** One of several, by value. @param {[string, string][]} choices values and what they are called */
  function select(value, choices) {
    const options = choices.map(([of, name]) => Object.assign(make("option", "", name), { value: of }));
    const box = make("select", "setting-line", ...options);
    box.value = value;
    return box;
  }

  footnote.settingsFields = { field, save, tell, line, select };
})(window.footnote);
