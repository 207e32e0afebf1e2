/**
 * Keys for what is done often, and the dialog that lists them. Single keys do nothing while somebody
 * types, and can be switched off for who speaks to the machine (WCAG 2.1.4).
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;
  const KEPT = "footnote-shortcuts";
  /** Where a letter is a letter, or belongs to a part with keys of its own. */
  const OWN_KEYS = "input, textarea, select, dialog, [contenteditable], [role=menu], [role=listbox], [role=grid]";
  const byId = (id) => document.getElementById(id);
  const isSeen = (element) => element.checkVisibility();

  let on = remembered() !== "off";
  let dialog = null;

  /** What each key does; `again` where holding it down goes on. */
  const KEYS = {
    __proto__: null,
    "?": { does: show },
    "/": { does: toQuestion },
    n: { does: () => footnote.history.startOver() },
    f: { does: toSearch },
    l: { does: () => press(document.querySelector('[data-goes="library"]')) },
    j: { does: () => step(1), again: true },
    k: { does: () => step(-1), again: true },
    o: { does: toSources },
    e: { does: () => press(current()?.querySelector(".edit")) },
    c: { does: () => press(current()?.querySelector(".copy")) },
    s: { does: () => press(byId("stop")) },
  };

  /** The dialog's list: the keys, and what they do. */
  const LIST = {
    shortcuts_asking: [
      ["/", "to_question"], ["enter", "send"], ["shift + enter", "new_line"], ["s", "stop"], ["esc", "stop_in_box"],
      ["n", "new"],
    ],
    shortcuts_reading: [["j", "next"], ["k", "before"], ["o", "sources"], ["c", "copy"], ["e", "edit"]],
    shortcuts_sources: [
      ["← →", "chip"], ["↑ ↓", "chip_source"], ["enter", "open_source"], ["shift + enter", "found_before"],
    ],
    shortcuts_around: [["f", "search"], ["l", "library"], ["?", "list"], ["esc", "close"]],
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target.id === "query") return press(byId("stop"));
    if (footnote.source.isOver()) return; // what the keys are for stands behind it
    const shortcut = on && KEYS[event.key];
    if (!shortcut || (event.repeat && !shortcut.again) || event.target.closest?.(OWN_KEYS)) return;
    event.preventDefault(); // the letter is not to stand in what gets the focus
    shortcut.does();
  });

  // --- what they do -------------------------------------------------------------------------

  /** As a click does, where there is something to click. */
  function press(element) {
    if (element && isSeen(element) && !element.disabled) element.click();
  }

  function toQuestion() {
    const field = [...document.querySelectorAll(".view input[type=search]")].find(isSeen);
    if (!field) footnote.views.toConversation();
    (field ?? byId("query")).focus();
  }

  function toSearch() {
    if (!isSeen(byId("history"))) byId("history-toggle").click();
    byId("history-query").focus();
  }

  function turns() {
    return [...document.querySelectorAll("#thread .turn")].filter(isSeen);
  }

  /** The turn that has the focus, else the one that stands at the top of what is seen. */
  function current() {
    const all = turns();
    const top = byId("scroll").getBoundingClientRect().top;
    return all.find((turn) => turn.contains(document.activeElement))
      ?? all.find((turn) => turn.getBoundingClientRect().bottom > top + 1)
      ?? all.at(-1);
  }

  function step(by) {
    const all = turns();
    const at = all.indexOf(current());
    const inside = all[at]?.contains(document.activeElement);
    const to = all[inside ? Math.min(Math.max(at + by, 0), all.length - 1) : at];
    if (!to) return;
    footnote.scroll.to(to);
    to.querySelector(".question").focus({ preventScroll: true });
  }

  function toSources() {
    const sources = current()?.querySelector(".sources");
    if (!sources) return;
    sources.open = true;
    sources.querySelector("summary").focus();
  }

  // --- the dialog ---------------------------------------------------------------------------

  /** The list; it keeps the focus until it is closed, and gives it back. */
  function show() {
    dialog?.remove();
    dialog = made();
    dialog.showModal();
  }

  function made() {
    const heading = make("h2", "", t("shortcuts.heading"));
    heading.id = "shortcuts-heading";
    const close = button("icon-button shortcuts-close", t("shortcuts.close_list"), icon("close"));
    close.onclick = () => dialog.close();
    const groups = Object.entries(LIST).map(([name, rows]) => group(name, rows));
    const box = make("dialog", "shortcuts", make("div", "shortcuts-head", heading, close), ...groups, switching());
    box.setAttribute("aria-labelledby", heading.id);
    box.addEventListener("click", ({ target }) => target === box && box.close()); // beside it
    document.body.append(box);
    return box;
  }

  function group(name, rows) {
    const list = make("dl", "shortcuts-list", ...rows.map(([keys, does]) => row(keys, t(`shortcuts.${does}`))));
    return make("section", "", make("h3", "", t(`shortcuts.${name}`)), list);
  }

  function row(keys, does) {
    const caps = keys.split(" + ").flatMap((key, n) => [...(n ? [" + "] : []), make("kbd", "", named(key))]);
    return make("div", "", make("dt", "", does), make("dd", "", ...caps));
  }

  /** What stands on the key. */
  function named(key) {
    const name = `shortcuts.key_${key}`;
    return t.has(name) ? t(name) : key;
  }

  /** Whether single keys do something, with its name. */
  function switching() {
    const choice = make("input", "");
    choice.type = "checkbox";
    choice.checked = on;
    choice.onchange = () => remember(choice.checked);
    return make("label", "shortcuts-switch", choice, t("shortcuts.switch"));
  }

  function remembered() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null; // a browser that keeps nothing
    }
  }

  function remember(chosen) {
    on = chosen;
    try {
      localStorage.setItem(KEPT, on ? "on" : "off");
    } catch {
      // Then it is chosen anew each time.
    }
  }

  document.addEventListener("click", ({ target }) => target.closest("#shortcuts") && show());

  footnote.shortcuts = { switching };
})(window.footnote);
