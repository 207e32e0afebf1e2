/** One document of the library's table: what is said of it, and what can be done with it. */
(function (footnote) {
  "use strict";

  const { t, libraryRows: rows } = footnote;
  const { make, button, icon } = footnote.paint;
  const LONGEST_TAG = 60;
  const MOST_TAGS = 20;

  /**
   * A document's row.
   * @param {object} document
   * @param {number} now
   */
  function row(document, now) {
    const cells = [
      cell("title", null, opener(document), ...heard(document)),
      cell("kind", "library.kind", t(`library.kind_${document.kind}`)),
      cell("date", "library.date", rows.date(document.date)),
      cell("length", "library.length", rows.length(document)),
      cell("tags", "library.tags", tagged(document)),
      cell("status", "library.status", ...status(document, now)),
      cell("acts", null, ...acts(document)),
    ];
    const made = make("tr", "holding", ...cells);
    made.setAttribute("role", "row");
    made.dataset.id = document.id;
    return made;
  }

  /** A cell; on a narrow screen, where the columns' heads are away, it says what it tells. */
  function cell(name, label, ...children) {
    const said = label ? [make("span", "holding-label", t(label))] : [];
    const made = make("td", `holding-${name}`, ...said, ...children);
    made.setAttribute("role", "cell");
    made.classList.toggle("nothing", children.every((child) => child === "" || child.childNodes?.length === 0));
    return made;
  }

  function opener(document) {
    const open = make("button", "holding-open", document.title);
    open.type = "button";
    open.dir = "auto";
    open.title = document.file;
    open.addEventListener("click", () => footnote.source?.open({ document: document.id }));
    return open;
  }

  function heard({ speakers }) {
    if (!speakers.length) return [];
    const names = make("span", "holding-speakers", speakers.join(", "));
    names.dir = "auto";
    return [names];
  }

  function status({ indexed_at: at }, now) {
    const since = at ? [make("span", "holding-since", t("library.since", { time: footnote.scopeWords.moment(new Date(at), now) }))] : [];
    return [make("span", "holding-state", t("library.searchable")), ...since];
  }

  function acts(document) {
    const ask = button("icon-button", t("library.ask", { title: document.title }), icon("ask"));
    ask.title = t("library.ask_short");
    ask.addEventListener("click", () => {
      footnote.chat.startOver();
      footnote.scope.only([document.id]);
    });
    if (!document.removable) return [ask];
    const remove = button("icon-button", t("library.remove", { title: document.title }), icon("bin"));
    remove.title = t("library.remove_short");
    remove.addEventListener("click", () => footnote.removal.confirm(document));
    return [ask, remove];
  }

  // --- tags ---------------------------------------------------------------------------------

  function tagged(document) {
    const place = make("div", "holding-tagged");
    place.append(...tagsOf(document, place));
    return place;
  }

  function tagsOf(document, place) {
    const tags = document.tags.map((tag) => {
      const made = make("span", "tag", tag);
      made.dir = "auto";
      return made;
    });
    if (!document.removable) return tags;
    const edit = button("icon-button tag-edit", t("library.edit_tags", { title: document.title }), icon(tags.length ? "pencil" : "plus"));
    edit.title = t("library.edit_tags_short");
    edit.addEventListener("click", () => editTags(document, place));
    return [...tags, edit];
  }

  /** Tags in one line, by commas: Enter or leaving the field keeps them, Escape the old ones. */
  function editTags(document, place) {
    const field = make("input", "tag-field");
    field.value = document.tags.join(", ");
    field.dir = "auto";
    field.placeholder = t("library.tags_placeholder");
    field.setAttribute("aria-label", t("library.edit_tags", { title: document.title }));
    const problem = make("p", "tag-problem");
    problem.setAttribute("role", "alert");
    place.replaceChildren(field, problem);
    field.focus();
    let over = false;
    const end = async (keep, refocus) => {
      if (over) return;
      const tags = rows.tags(field.value);
      const wrong = keep ? unfit(tags) : "";
      if (wrong) return void (problem.textContent = wrong);
      over = true;
      field.readOnly = true;
      try {
        if (keep && tags.join() !== document.tags.join()) await footnote.library.tag(document.id, tags);
        else place.replaceChildren(...tagsOf(document, place));
      } catch (failure) {
        over = false;
        field.readOnly = false;
        problem.textContent = footnote.problems.says(failure);
        return;
      }
      if (refocus) footnote.libraryTable.focus(document.id, ".tag-edit");
    };
    field.addEventListener("blur", () => window.document.hasFocus() && end(true, false));
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter", true);
    });
  }

  function unfit(tags) {
    if (tags.length > MOST_TAGS) return t("library.too_many_tags", { count: MOST_TAGS });
    return tags.some((tag) => [...tag].length > LONGEST_TAG) ? t("library.long_tag", { count: LONGEST_TAG }) : "";
  }

  footnote.libraryRow = { row };
})(window.footnote);
