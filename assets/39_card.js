/**
 * One card for all chips: what stands in the source that a chip names, shown beside the chip.
 *
 * It comes a moment after the pointer, at once with the keyboard's focus, and with a tap at the lower edge of a
 * touch screen. It isn't modal and takes no focus by itself: Tab leads into it and out again, Escape closes it.
 */
(function (footnote) {
  "use strict";

  const { chips, citing } = footnote;
  const { make } = footnote.paint;
  const OPENS_MS = 150;
  const CLOSES_MS = 200;
  const GAP_PX = 8;

  const card = make("div", "card");
  card.id = "card";
  card.hidden = true;
  card.setAttribute("role", "dialog");
  card.setAttribute("aria-labelledby", "card-title");

  /** @type {{chip: ?Element, by: ?("hover"|"focus"|"touch"), box: ?Element, at: number}} */
  const shown = { chip: null, by: null, box: null, at: -1 };
  let timer = 0;
  let pointer = "mouse";

  function open(chip, by) {
    clearTimeout(timer);
    const about = chips.about(chip);
    if (!about || (shown.chip === chip && shown.by === by)) return;
    close();
    Object.assign(shown, { chip, by, box: about.box, at: about.at });
    if (!card.isConnected) document.body.append(card);
    fill(about);
    card.classList.toggle("sheet", by === "touch");
    card.hidden = false;
    chip.classList.add("open");
    chip.setAttribute("aria-describedby", "card-says");
    place();
  }

  function fill(about) {
    footnote.cardContent.fill(card, about, { refill: () => shown.chip && refill(), source: leave, close: dismiss, grown: place });
  }

  /** The same card with what has come since. */
  function refill() {
    const about = chips.about(shown.chip);
    if (!about) return close();
    fill(about);
    place();
  }

  /** Close, and hand the focus back where the card has it. */
  function dismiss() {
    const { chip } = shown;
    const had = card.contains(document.activeElement);
    close();
    if (had) chip.focus({ preventScroll: true }), close();
  }

  function close() {
    clearTimeout(timer);
    if (!shown.chip) return;
    shown.chip.classList.remove("open");
    shown.chip.removeAttribute("aria-describedby");
    Object.assign(shown, { chip: null, by: null, box: null, at: -1 });
    card.hidden = true;
  }

  /** Go to the source itself. */
  function leave() {
    const { chip } = shown;
    close();
    chips.open(chip);
  }

  function place() {
    if (!shown.chip) return;
    if (shown.by === "touch") {
      card.removeAttribute("style");
      return footnote.cardContent.reveal();
    }
    card.style.maxHeight = "";
    const { left, top, height } = citing.placed(
      shown.chip.getBoundingClientRect(), { width: card.offsetWidth, height: card.offsetHeight },
      { width: document.documentElement.clientWidth, height: window.innerHeight }, GAP_PX,
    );
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
    card.style.maxHeight = `${height}px`;
    footnote.cardContent.reveal();
  }

  /** An answer was drawn: its chips may be others by now, and more may be known of them. */
  function refresh(box) {
    if (shown.box !== box) return;
    const chip = chips.all(box)[shown.at];
    if (!chip) return close();
    if (chip === shown.chip && !footnote.cardContent.isStale(chips.about(chip))) return;
    shown.chip = chip;
    chip.classList.add("open");
    chip.setAttribute("aria-describedby", "card-says");
    refill();
  }

  // --- what opens and closes it ---------------------------------------------------------------

  const chipOf = (target) => target?.closest?.(".body .cite") ?? null;
  const isAt = (target) => Boolean(target) && (card.contains(target) || Boolean(shown.chip?.contains(target)));

  function later(act, wait) {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  }

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch" || shown.by === "focus") return;
    const chip = chipOf(target);
    if (chip && chip !== shown.chip) later(() => chip.isConnected && open(chip, "hover"), OPENS_MS);
    else if (isAt(target)) clearTimeout(timer);
    else if (shown.by === "hover") later(close, CLOSES_MS);
    else if (!shown.chip) clearTimeout(timer);
  });
  document.documentElement.addEventListener("pointerleave", () => shown.by === "hover" && later(close, CLOSES_MS));

  document.addEventListener("focusin", ({ target }) => {
    const chip = chipOf(target);
    if (shown.by === "hover" && card.contains(target)) shown.by = "focus"; // what is begun there is not taken away
    if (chip?.matches(":focus-visible")) open(chip, "focus");
    else if (shown.by === "focus" && !isAt(target)) close();
  });

  document.addEventListener("focusout", ({ relatedTarget }) => {
    if (shown.by === "focus" && !isAt(relatedTarget) && !chipOf(relatedTarget)) close();
  });

  document.addEventListener(
    "pointerdown",
    ({ target, pointerType }) => {
      pointer = pointerType;
      if (shown.chip && !isAt(target)) close();
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const chip = chipOf(event.target);
    if (!chip || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const isTouch = event.detail > 0 && pointer === "touch";
    if (isTouch && shown.chip !== chip) return open(chip, "touch");
    close();
    chips.open(chip);
  });

  document.addEventListener(
    "keydown",
    (event) => {
      if (!shown.chip) return;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation(); // what is open behind the card stays open
        dismiss();
      } else if (event.key === "Tab") tab(event);
    },
    true,
  );

  /** Tab goes from the chip through the card and on behind the chip. */
  function tab(event) {
    const stops = [...card.querySelectorAll("button, textarea, [tabindex='0']")].filter((stop) => stop.offsetParent);
    const at = stops.indexOf(document.activeElement);
    if (at < 0 && (document.activeElement !== shown.chip || event.shiftKey)) return;
    const next = stops[at + (event.shiftKey ? -1 : 1)];
    if (next) {
      event.preventDefault();
      next.focus();
    } else if (event.shiftKey) {
      event.preventDefault();
      shown.chip.focus();
    } else shown.chip.focus({ preventScroll: true }); // and Tab goes on from there
  }

  // Where the text moves the card goes along with the focus, and away from a pointer that isn't in it.
  document.addEventListener(
    "scroll",
    ({ target }) => {
      if (!shown.chip || card.contains(target) || shown.by === "touch") return;
      if (shown.by === "hover") return void (card.matches(":hover") || close());
      const { top, bottom } = shown.chip.getBoundingClientRect();
      const view = document.getElementById("scroll").getBoundingClientRect();
      if (bottom < view.top || top > view.bottom) close();
      else place();
    },
    true,
  );
  // A screen's keyboard comes and goes while a comment is written: the card stays, and a pointer's goes.
  window.addEventListener("resize", () => (shown.by === "hover" ? close() : place()));

  footnote.card = { refresh, close };
})(window.footnote);
