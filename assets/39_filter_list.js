/** The list that a filter is made from, and the two days that it may be made from instead. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button } = footnote.paint;

  /**
   * @param {{choose: function(object), range: function()}} does what happens with a choice
   * @param {{id: string, label: string}} called by its field
   * @returns {{box: HTMLElement, paint: function, move: function(number), active: function(): ?HTMLElement, take: function}}
   */
  function list(does, { id, label }) {
    const nothing = make("p", "filter-nothing", t("filter.nothing"));
    const options = make("div", "filter-options");
    options.id = id;
    options.setAttribute("role", "listbox");
    options.setAttribute("aria-multiselectable", "true");
    options.setAttribute("aria-label", label);
    let choices = [];
    let at = -1;

    const active = () => options.querySelector(".active");

    /** @param {object[]} groups @param {function(object): boolean} has whether a choice is made already */
    function paint(groups, has) {
      choices = groups.flatMap((group) => group.choices);
      let n = 0;
      options.replaceChildren(...groups.map((group) => section(group, has, () => n++, id)));
      options.hidden = !choices.length;
      nothing.hidden = choices.length > 0;
      activate(Math.min(at, choices.length - 1));
    }

    function activate(next) {
      active()?.classList.remove("active");
      at = next;
      const option = document.getElementById(`${id}-${at}`);
      option?.classList.add("active");
      option?.scrollIntoView({ block: "nearest" });
    }

    /** Up or down, round the ends. */
    function move(by) {
      if (choices.length) activate(at < 0 && by < 0 ? choices.length - 1 : (at + by + choices.length) % choices.length);
    }

    function take(n = at) {
      const choice = choices[n];
      if (choice) (choice.range ? does.range : does.choose)(choice);
    }

    options.addEventListener("click", ({ target }) => {
      const option = target.closest("[role=option]");
      if (option) take(Number(option.id.slice(id.length + 1)));
    });
    return { box: make("div", "", options, nothing), paint, move, active, take, forget: () => activate(-1) };
  }

  function section({ name, label, choices, more }, has, count, id) {
    const heading = make("p", "filter-group", make("span", "", label));
    heading.id = `${id}-${name}`;
    const group = make("div", "", heading, ...choices.map((choice) => option(choice, has(choice), `${id}-${count()}`)));
    if (more) heading.append(make("span", "filter-more", t("filter.more", { count: more })));
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", heading.id);
    return group;
  }

  function option({ label, count, group, range }, chosen, id) {
    const words = make("span", "filter-name", label);
    words.dir = "auto";
    const made = make("div", "filter-option", words);
    const isDocument = group === "documents";
    if (!isDocument && !range) made.append(make("span", "filter-count", count.toLocaleString(t.language)));
    made.id = id;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", String(chosen));
    return made;
  }

  /** From one day to another. @param {{apply: function(string, string), cancel: function()}} does */
  function range(does) {
    const [from, to] = [day(t("filter.from")), day(t("filter.to"))];
    const apply = button("button leading", t("filter.apply"));
    const cancel = button("button", t("filter.cancel"));
    const form = make("div", "filter-range", from.label, to.label, make("div", "ways", apply, cancel));
    apply.onclick = () => (from.input.value || to.input.value ? does.apply(from.input.value, to.input.value) : from.input.focus());
    cancel.onclick = does.cancel;
    form.onkeydown = (event) => {
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      apply.click();
    };
    const show = ({ since, until }) => {
      from.input.value = since ?? "";
      to.input.value = until ?? "";
      from.input.focus();
    };
    return { form, show };
  }

  function day(name) {
    const input = make("input", "filter-day");
    input.type = "date";
    return { input, label: make("label", "", make("span", "", name), input) };
  }

  footnote.filterList = { list, range };
})(window.footnote);
