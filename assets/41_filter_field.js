/**
 * The field beside the question's box: what limits the next question stands in it as chips, and more is
 * found by typing. A combobox as the ARIA practices describe it; the focus stays in the field.
 */
(function (footnote) {
  "use strict";

  const { t, filter, filterChoices, scopeWords } = footnote;
  const { make, button, icon } = footnote.paint;

  /** What the field is told of: by whom what was chosen is kept, and the library refreshed. */
  let does = null;
  let parts = null;
  let chosen = filter.of();
  let library = { documents: [], noun: "document", titles: {} };

  /** Put the field into its place. @param {HTMLElement} place @param {{choose: function, refresh: function}} wanted */
  function start(place, wanted) {
    does = wanted;
    const input = field();
    const chips = make("ul", "chips");
    chips.setAttribute("role", "list");
    const left = make("span", "filter-left");
    const clear = button("icon-button filter-clear", t("filter.clear"), icon("close"));
    const rest = make("span", "filter-rest", left, clear);
    clear.onclick = () => change(filter.of(), t("filter.cleared", { left: leaves(filter.of()) }));
    const list = footnote.filterList.list({ choose: toggle, range: showRange });
    const range = footnote.filterList.range({ apply, cancel: showList });
    const popup = make("div", "filter-popup", list.box, range.form);
    popup.hidden = true;
    popup.addEventListener("pointerdown", (event) => list.box.contains(event.target) && event.preventDefault());
    parts = { place, input, chips, left, rest, list, range, popup };
    place.append(icon("filter"), chips, input, rest, popup);
    place.addEventListener("focusout", ({ relatedTarget }) => place.contains(relatedTarget) || close());
    place.addEventListener("keydown", escaped);
  }

  function field() {
    const input = make("input", "filter-input");
    const says = {
      role: "combobox", "aria-label": t("filter.label"), "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": footnote.filterList.ID, autocomplete: "off", spellcheck: "false", maxlength: "200",
    };
    for (const [name, value] of Object.entries(says)) input.setAttribute(name, value);
    input.addEventListener("click", open);
    input.addEventListener("input", () => (parts.list.forget(), open()));
    input.addEventListener("keydown", pressed);
    return input;
  }

  // --- the list -------------------------------------------------------------------------------

  const isOpen = () => !parts.popup.hidden;

  function open() {
    if (!isOpen()) does.refresh();
    parts.popup.hidden = false;
    parts.input.setAttribute("aria-expanded", "true");
    showList();
  }

  function close() {
    if (!isOpen()) return;
    parts.popup.hidden = true;
    parts.input.setAttribute("aria-expanded", "false");
    parts.input.value = "";
    parts.list.forget();
    point();
  }

  function showList() {
    const focused = parts.range.form.contains(document.activeElement);
    parts.range.form.hidden = true;
    parts.list.box.hidden = false;
    const around = {
      words: (choice) => scopeWords.name(choice, library), group: (name) => t(`filter.group_${name}`), today: new Date(),
    };
    const groups = filterChoices.groups(library.documents, parts.input.value, around);
    parts.list.paint(groups, (choice) => filter.has(chosen, choice));
    if (focused) parts.input.focus();
    point();
  }

  function showRange() {
    parts.list.box.hidden = true;
    parts.range.form.hidden = false;
    parts.range.show(chosen);
  }

  function apply(since, until) {
    parts.input.focus();
    close();
    plus({ group: "dates", value: `${since}/${until}` });
  }

  /** Which option the keys are at. */
  function point() {
    const active = isOpen() ? parts.list.active() : null;
    if (active) parts.input.setAttribute("aria-activedescendant", active.id);
    else parts.input.removeAttribute("aria-activedescendant");
  }

  // --- keys -----------------------------------------------------------------------------------

  function pressed(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (steps[event.key]) {
      event.preventDefault();
      if (!isOpen()) open();
      parts.list.move(steps[event.key]);
      point();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!isOpen()) return open();
      if (!parts.list.active() && parts.input.value) parts.list.move(1);
      parts.list.take();
    } else if (event.key === "Backspace" && !parts.input.value) {
      const last = filter.items(chosen).at(-1);
      if (last) minus(last);
    }
  }

  function escaped(event) {
    if (event.key !== "Escape" || !isOpen()) return;
    event.preventDefault();
    event.stopPropagation();
    parts.input.focus();
    close();
  }

  // --- what is chosen -------------------------------------------------------------------------

  function toggle(choice) {
    parts.input.value = "";
    if (filter.has(chosen, choice)) minus(choice);
    else plus(choice);
  }

  function plus(item) {
    const next = filter.plus(chosen, item);
    change(next, t("filter.added", { name: words(item), left: leaves(next) }));
  }

  function minus(item) {
    const next = filter.minus(chosen, item);
    change(next, t("filter.removed", { name: words(item), left: leaves(next) }));
  }

  function change(next, says) {
    const focused = parts.place.contains(document.activeElement);
    does.choose(next);
    footnote.chat.announce(says);
    if (focused) parts.input.focus();
  }

  const words = (item) => scopeWords.words(item, library, Date.now());

  /** 14 of 35 documents. */
  function leaves(next) {
    const left = filter.left(next, library.documents);
    return t(`filter.left_${library.noun}s`, { left, count: library.documents.length });
  }

  /** Show what is chosen, and how much of the library it leaves. */
  function paint(next, itsLibrary) {
    [chosen, library] = [next, itsLibrary];
    const { place, input, chips, left, rest } = parts;
    const items = filter.items(chosen);
    const limited = items.length > 0;
    chips.replaceChildren(...items.map(chip));
    chips.hidden = rest.hidden = !limited;
    left.textContent = limited ? leaves(chosen) : "";
    place.classList.toggle("empties", limited && filter.left(chosen, library.documents) === 0);
    input.placeholder = limited ? t("filter.further") : t(`filter.everything_${library.noun}s`, { count: library.documents.length });
    if (isOpen() && !parts.list.box.hidden) showList();
  }

  function chip(item) {
    const name = make("span", "chip-name", words(item));
    name.dir = "auto";
    const remove = button("chip-remove", t("filter.remove", { name: name.textContent }), icon("close"));
    remove.onclick = () => minus(item);
    return make("li", "chip", name, remove);
  }

  footnote.filterField = { start, paint };
})(window.footnote);
