/**
 * A button on every page that opens Footnote beside what is there. It stands outside of the app's own tree, in a
 * shadow: it stays while the app goes from page to page, and neither's style reaches the other. Nothing of Footnote
 * is loaded before it is opened.
 */
(function (host) {
  "use strict";

  const { t } = host;
  if (!host.hasDrawer) return;

  const WIDE = "footnote.drawer-wide";
  const narrow = matchMedia("(width <= 720px)");
  /** What had the focus before; it gets it back. @type {?Element} */
  let before = null;
  let frame = null;

  const place = document.createElement("footnote-drawer");
  const shadow = place.attachShadow({ mode: "open" });
  const launch = button("launch", t("drawer.open"), [icon("ask"), make("span", "launch-says", t("drawer.ask"))], toggle);
  const dialog = make("dialog", "drawer");
  const widen = button("tool widen", t("drawer.wider"), [icon("wider")], () => setWide(!dialog.hasAttribute("data-wide")));
  const whole = Object.assign(make("a", "tool", icon("whole")), { href: host.base, target: "_blank" });
  const close = button("tool", t("drawer.close"), [icon("close")], hide);
  const heading = make("h2", "name", t("drawer.heading"));
  const body = make("div", "body", make("p", "wait", t("drawer.loading")));
  build();

  function build() {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: host.style });
    for (const [element, label] of [[whole, t("drawer.whole")], [dialog, t("drawer.heading")]]) element.setAttribute("aria-label", label);
    whole.title = t("drawer.whole");
    dialog.append(make("div", "head", heading, widen, whole, close), body);
    // Unstyled, it would flash at the page's end.
    place.hidden = true;
    style.addEventListener("load", () => (place.hidden = false));
    shadow.append(style, launch, dialog);
    document.body.append(place);
    host.onScheme((scheme) => (place.dataset.scheme = scheme));
    setWide(kept());
  }

  function make(tag, className, ...parts) {
    const element = document.createElement(tag);
    element.className = className;
    element.append(...parts);
    return element;
  }

  function icon(name) {
    const drawn = make("span", `icon icon-${name}`);
    drawn.setAttribute("aria-hidden", "true");
    return drawn;
  }

  function button(className, label, parts, act) {
    const made = make("button", className, ...parts);
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  }

  function toggle() {
    if (dialog.open) hide();
    else show();
  }

  /** Open it, where it is not; the focus goes to the question's box. */
  function show() {
    load();
    if (!dialog.open) {
      before = document.activeElement === place ? launch : document.activeElement;
      if (narrow.matches) dialog.showModal();
      else dialog.show();
    }
    settle();
    tellPlace();
    frame.focus();
    host.say(frame, { kind: "shown" });
  }

  function hide() {
    if (!dialog.open) return;
    dialog.close();
  }

  dialog.addEventListener("close", () => {
    if (dialog.open) return; // opened anew for a window of another width
    settle();
    (before?.isConnected ? before : launch).focus();
  });

  /** The app's page makes room for it, unless it is to be wide. */
  function settle() {
    launch.setAttribute("aria-expanded", String(dialog.open));
    if (!dialog.open) delete document.documentElement.dataset.footnote;
    else document.documentElement.dataset.footnote = dialog.hasAttribute("data-wide") ? "over" : "beside";
  }

  function load() {
    if (frame) return;
    frame = Object.assign(make("iframe", "frame"), { src: host.base, title: "Footnote", name: "footnote-drawer", allow: "clipboard-write" });
    frame.addEventListener("load", () => body.classList.add("loaded"));
    body.append(frame);
  }

  function setWide(wide) {
    dialog.toggleAttribute("data-wide", wide);
    widen.setAttribute("aria-pressed", String(wide));
    settle();
    try {
      localStorage.setItem(WIDE, wide ? "wide" : "");
    } catch {
      // A browser that keeps nothing: as wide as at first on the next page.
    }
  }

  function kept() {
    try {
      return localStorage.getItem(WIDE) === "wide";
    } catch {
      return false;
    }
  }

  whole.addEventListener("pointerdown", tellPlace);
  whole.addEventListener("focus", tellPlace);

  /** The link leads to what the frame shows; to the beginning where that is another site's sign-in, or nothing yet. */
  function tellPlace() {
    whole.href = host.base;
    try {
      const { href, protocol } = frame.contentWindow.location;
      if (protocol.startsWith("http")) whole.href = href;
    } catch {
      // Another site's page doesn't tell where it is.
    }
  }

  // Where the app's page comes to show Footnote itself, the drawer isn't seen (90_host.css); open, it would be in the way.
  new ResizeObserver(() => !dialog.getClientRects().length && hide()).observe(dialog);
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && (event.preventDefault(), hide()));
  host.hear((kind, from) => kind === "escape" && from === frame && hide());
  narrow.addEventListener("change", () => {
    if (!dialog.open) return;
    const had = before;
    dialog.close();
    before = had;
    show();
  });

  host.drawer = { show, frame: () => (load(), frame), frames: () => (frame ? [frame] : []) };
})(window.footnoteHost);
