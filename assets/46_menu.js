/** A menu that a button opens: arrow keys, Home and End move, Escape and Tab close it. */
(function (footnote) {
  "use strict";

  const { make, icon } = footnote.paint;
  const GAP_PX = 4;

  let opened = null;
  let pressedOpen = null;

  /**
   * @param {HTMLElement} trigger
   * @param {{label: string, icon: string, act?: function(): void, href?: string, danger?: boolean}[]} entries
   * @param {function(): void} onClose called before an entry's own act
   */
  function open(trigger, entries, onClose) {
    if (pressedOpen === trigger) return; // this very click has closed it
    const menu = make("div", "menu", ...entries.map((entry) => row(entry)));
    menu.setAttribute("role", "menu");
    menu.setAttribute("aria-label", trigger.getAttribute("aria-label"));
    menu.popover = "auto";
    (trigger.closest("nav, main, header, section[aria-label]") ?? document.body).append(menu); // within its landmark
    trigger.setAttribute("aria-expanded", "true");
    menu.addEventListener("beforetoggle", ({ newState }) => newState === "closed" && closed(trigger, onClose));
    menu.addEventListener("toggle", ({ newState }) => newState === "closed" && menu.remove());
    menu.addEventListener("keydown", (event) => key(event, menu));
    menu.showPopover();
    place(menu, trigger.getBoundingClientRect());
    menu.firstChild.focus();
    opened = { menu, trigger };
  }

  function row(entry) {
    const item = make(entry.href ? "a" : "button", entry.danger ? "menu-item danger" : "menu-item", icon(entry.icon), entry.label);
    item.setAttribute("role", "menuitem");
    item.tabIndex = -1;
    if (entry.href) {
      item.href = entry.href;
      item.download = "";
    } else item.type = "button";
    item.addEventListener("click", () => {
      close();
      entry.act?.();
    });
    return item;
  }

  /** Below the button, or above it where there is no room; always whole on the screen. */
  function place(menu, at) {
    const { offsetWidth: width, offsetHeight: height } = menu;
    const below = at.bottom + GAP_PX;
    const top = below + height > innerHeight ? at.top - height - GAP_PX : below;
    menu.style.top = `${Math.max(GAP_PX, top)}px`;
    menu.style.left = `${Math.max(GAP_PX, Math.min(at.left, innerWidth - width - GAP_PX))}px`;
  }

  function key(event, menu) {
    const rows = [...menu.children];
    const at = rows.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) rows.at(to % rows.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Close what is open; the focus goes back to its button. */
  function close() {
    if (!opened) return;
    const { menu, trigger } = opened;
    trigger.focus();
    menu.hidePopover();
  }

  function closed(trigger, onClose) {
    trigger.setAttribute("aria-expanded", "false");
    opened = null;
    onClose();
  }

  // A press outside closes the menu before the click arrives, also where it is on the menu's own button.
  document.addEventListener("pointerdown", (event) => {
    pressedOpen = opened && opened.trigger.contains(event.target) ? opened.trigger : null;
  }, true);
  document.addEventListener("keydown", () => (pressedOpen = null), true);
  document.addEventListener("scroll", (event) => event.target.id === "history-list" && close(), true);
  window.addEventListener("resize", () => close());

  footnote.menu = { open, close, isOpen: () => Boolean(opened) };
})(window.footnote);
