/**
 * A field for what limits questions, beside their box and in the settings: what is chosen stands in it as
 * chips, and more is found by typing. A combobox as the ARIA practices describe it; the focus stays in it.
 */
(function (footnote) {
  "use strict";

  const { t, filter, filterChoices, scopeWords } = footnote;
  const { make, button, icon } = footnote.paint;

  let fields = 0;

  /**
   * Put a field into its place.
   * @param {HTMLElement} place @param {{choose: function(object), refresh: function()}} does by whom what was
   *   chosen is kept, and the library refreshed @param {string} [label] what it is called
   * @returns {{paint: function(object, object), focus: function()}}
   */
  function start(place, does, label = t("filter.label")) {
    const id = `filter-options-${(fields += 1)}`;
    const field = { place, does, chosen: filter.of(), library: { documents: [], noun: "document", titles: {} } };
    field.chips = make("ul", "chips");
    field.chips.setAttribute("role", "list");
    field.left = make("span", "filter-left");
    const clear = button("icon-button filter-clear", t("filter.clear"), icon("close"));
    field.rest = make("span", "filter-rest", field.left, clear);
    clear.onclick = () => change(field, filter.of(), t("filter.cleared", { left: leaves(field, filter.of()) }));
    field.list = footnote.filterList.list({ choose: (choice) => toggle(field, choice), range: () => showRange(field) }, { id, label });
    field.range = footnote.filterList.range({ apply: (since, until) => apply(field, since, until), cancel: () => showList(field) });
    field.popup = make("div", "filter-popup", field.list.box, field.range.form);
    field.popup.hidden = true;
    field.popup.addEventListener("pointerdown", (event) => field.list.box.contains(event.target) && event.preventDefault());
    field.input = input(field, { id, label });
    place.append(icon("filter"), field.chips, field.input, field.rest, field.popup);
    place.addEventListener("focusout", ({ relatedTarget }) => place.contains(relatedTarget) || close(field));
    place.addEventListener("keydown", (event) => escaped(field, event));
    return { paint: (next, library) => paint(field, next, library), focus: () => field.input.focus() };
  }

  function input(field, { id, label }) {
    const made = make("input", "filter-input");
    const says = {
      role: "combobox", "aria-label": label, "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": id, autocomplete: "off", spellcheck: "false", maxlength: "200",
    };
    for (const [name, value] of Object.entries(says)) made.setAttribute(name, value);
    made.addEventListener("click", () => open(field));
    made.addEventListener("input", () => (field.list.forget(), open(field)));
    made.addEventListener("keydown", (event) => pressed(field, event));
    return made;
  }

  // --- the list -------------------------------------------------------------------------------

  const isOpen = (field) => !field.popup.hidden;

  function open(field) {
    if (!isOpen(field)) field.does.refresh();
    field.popup.hidden = false;
    field.input.setAttribute("aria-expanded", "true");
    showList(field);
  }

  function close(field) {
    if (!isOpen(field)) return;
    field.popup.hidden = true;
    field.input.setAttribute("aria-expanded", "false");
    field.input.value = "";
    field.list.forget();
    point(field);
  }

  function showList(field) {
    const focused = field.range.form.contains(document.activeElement);
    field.range.form.hidden = true;
    field.list.box.hidden = false;
    const around = {
      words: (choice) => scopeWords.name(choice, field.library), group: (name) => t(`filter.group_${name}`), today: new Date(),
    };
    const groups = filterChoices.groups(field.library.documents, field.input.value, around);
    field.list.paint(groups, (choice) => filter.has(field.chosen, choice));
    if (focused) field.input.focus();
    point(field);
  }

  function showRange(field) {
    field.list.box.hidden = true;
    field.range.form.hidden = false;
    field.range.show(field.chosen);
  }

  function apply(field, since, until) {
    field.input.focus();
    close(field);
    plus(field, { group: "dates", value: `${since}/${until}` });
  }

  /** Which option the keys are at. */
  function point(field) {
    const active = isOpen(field) ? field.list.active() : null;
    if (active) field.input.setAttribute("aria-activedescendant", active.id);
    else field.input.removeAttribute("aria-activedescendant");
  }

  // --- keys -----------------------------------------------------------------------------------

  function pressed(field, event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (steps[event.key]) {
      event.preventDefault();
      if (!isOpen(field)) open(field);
      field.list.move(steps[event.key]);
      point(field);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!isOpen(field)) return open(field);
      if (!field.list.active() && field.input.value) field.list.move(1);
      field.list.take();
    } else if (event.key === "Backspace" && !field.input.value) {
      const last = filter.items(field.chosen).at(-1);
      if (last) minus(field, last);
    }
  }

  function escaped(field, event) {
    if (event.key !== "Escape" || !isOpen(field)) return;
    event.preventDefault();
    event.stopPropagation();
    field.input.focus();
    close(field);
  }

  // --- what is chosen -------------------------------------------------------------------------

  function toggle(field, choice) {
    field.input.value = "";
    if (filter.has(field.chosen, choice)) minus(field, choice);
    else plus(field, choice);
  }

  function plus(field, item) {
    const next = filter.plus(field.chosen, item);
    change(field, next, t("filter.added", { name: words(field, item), left: leaves(field, next) }));
  }

  function minus(field, item) {
    const next = filter.minus(field.chosen, item);
    change(field, next, t("filter.removed", { name: words(field, item), left: leaves(field, next) }));
  }

  function change(field, next, says) {
    const focused = field.place.contains(document.activeElement);
    field.does.choose(next);
    footnote.chat.announce(says);
    if (focused) field.input.focus();
  }

  const words = (field, item) => scopeWords.words(item, field.library, Date.now());

  /** 14 of 35 documents. */
  function leaves(field, next) {
    const left = filter.left(next, field.library.documents);
    return t(`filter.left_${field.library.noun}s`, { left, count: field.library.documents.length });
  }

  /** Show what is chosen, and how much of the library it leaves. */
  function paint(field, next, library) {
    Object.assign(field, { chosen: next, library });
    const { place, input, chips, left, rest } = field;
    const items = filter.items(next);
    const limited = items.length > 0;
    chips.replaceChildren(...items.map((item) => chip(field, item)));
    chips.hidden = rest.hidden = !limited;
    left.textContent = limited ? leaves(field, next) : "";
    place.classList.toggle("empties", limited && filter.left(next, library.documents) === 0);
    input.placeholder = limited ? t("filter.further") : t(`filter.everything_${library.noun}s`, { count: library.documents.length });
    if (isOpen(field) && !field.list.box.hidden) showList(field);
  }

  function chip(field, item) {
    const name = make("span", "chip-name", words(field, item));
    name.dir = "auto";
    const remove = button("chip-remove", t("filter.remove", { name: name.textContent }), icon("close"));
    remove.onclick = () => minus(field, item);
    return make("li", "chip", name, remove);
  }

  footnote.filterField = { start };
})(window.footnote);
