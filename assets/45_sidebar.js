/**
 * Paints the list of conversations. A title is what somebody wrote: it is only ever put in as text.
 *
 * Items are kept by their conversation's id, so that a list that comes anew leaves the focus and
 * the scrolling where they are.
 */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;

  /** @type {Map<string, {root: HTMLElement, link: HTMLAnchorElement, name: HTMLElement, mark: HTMLElement, more: HTMLElement}>} */
  const items = new Map();
  let painted = "";

  /**
   * @param {HTMLElement} place
   * @param {{groups: {label: string, items: object[]}[], more: number, openId: ?string, search: string,
   *   failed: boolean, loaded: boolean}} view
   */
  function paint(place, view) {
    const signature = JSON.stringify(view);
    if (signature === painted) return;
    painted = signature;
    const focused = document.activeElement;
    const { scrollTop } = place;
    const ids = new Set(view.groups.flatMap((group) => group.items.map((c) => c.session_id)));
    for (const id of [...items.keys()]) if (!ids.has(id)) items.delete(id);
    place.replaceChildren(...view.groups.map((group, n) => section(group, n, view.openId)), ...behind(view));
    place.scrollTop = scrollTop;
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  }

  function section(group, n, openId) {
    const heading = make("h3", "history-day", group.label);
    heading.id = `history-day-${n}`;
    const list = make("ul", "history-items", ...group.items.map((conversation) => item(conversation, openId)));
    list.setAttribute("role", "list"); // Safari takes a list without bullets for none
    list.setAttribute("aria-labelledby", heading.id);
    return make("section", "", heading, list);
  }

  function item(conversation, openId) {
    const id = conversation.session_id;
    if (!items.has(id)) items.set(id, made(id));
    const { root, link, name, mark, more } = items.get(id);
    name.textContent = conversation.title;
    link.title = conversation.title;
    more.setAttribute("aria-label", t("history.more_for", { title: conversation.title }));
    mark.hidden = !conversation.running;
    if (id === openId) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    return root;
  }

  function made(id) {
    const name = make("span", "past-name");
    name.dir = "auto";
    const mark = make("span", "past-running", make("span", "unseen", t("history.running")));
    const link = make("a", "past-link", name, mark);
    link.href = footnote.at(`/c/${id}`);
    const more = button("icon-button past-more", t("history.more"), icon("more"));
    more.setAttribute("aria-haspopup", "menu");
    more.setAttribute("aria-expanded", "false");
    const root = make("li", "past", link, more);
    root.dataset.session = id;
    return { root, link, name, mark, more };
  }

  /** What stands below the groups, or in their place. */
  function behind(view) {
    const parts = [];
    if (view.failed) {
      const again = button("button history-again", t("history.try_again"));
      parts.push(make("div", "history-empty", make("p", "", t("history.failed")), again));
    } else if (view.loaded && !view.groups.length) {
      parts.push(view.search ? nothingFound(view.search) : make("p", "history-empty", t("history.empty")));
    }
    if (view.more) parts.push(button("button history-more", t("history.show_more", { count: Math.min(view.more, footnote.history.PAGE) })));
    return parts;
  }

  function nothingFound(search) {
    const [before, behind] = t("history.nothing_found", { search: "\n" }).split("\n");
    const text = make("p", "", before, make("bdi", "", search), behind);
    return make("div", "history-empty", text, button("button history-clear", t("history.clear")));
  }

  /** The parts of a conversation's item, while it is in the list. */
  const part = (sessionId) => items.get(sessionId) ?? null;

  footnote.sidebar = { paint, part };
})(window.footnote);
