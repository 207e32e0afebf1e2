/**
 * The chips in an answer's text: what each is called, where it leads, and how the keys go through them.
 *
 * All chips of an answer are one stop of the Tab key, the one that was used last: a long answer is passed with
 * one key. Left and Right go from chip to chip as they are read, Up and Down from source to source, Home and End
 * to the first and the last.
 */
(function (footnote) {
  "use strict";

  const { citing } = footnote;

  /** The chips that may be new since the text was drawn last. */
  const UNDRESSED = ".tail .cite, .blocks .cite:not([tabindex])";

  /** What is known of the answer whose element this is. @type {WeakMap<Element, {answer: object, state: object}>} */
  const known = new WeakMap();

  /** All chips of an answer's text, as they are read. */
  function all(box) {
    return [...box.querySelectorAll(".body .cite")];
  }

  /**
   * Run what draws an answer's text, and give its chips what the text doesn't know. The card of a chip of the
   * tail that is drawn anew in its finished block stays.
   * @param {Element} box the answer's element @param {object} answer @param {object} state @param {() => void} draw
   */
  function around(box, answer, state, draw) {
    const before = known.get(box)?.state;
    draw();
    known.set(box, { answer, state });
    // In a long answer, to look at all of them with every word would take longer with each.
    const anew = before?.citations === state.citations ? box.querySelectorAll(UNDRESSED) : all(box);
    for (const chip of anew) dress(chip, state);
    const one = box.querySelector('.body .cite[tabindex="0"]') ?? box.querySelector(".body .cite");
    if (one && one.tabIndex !== 0) one.tabIndex = 0;
    footnote.card.refresh(box);
    footnote.source.refresh(answer);
  }

  /** Its name, once the source is known with its title, and an address for those who open it elsewhere. */
  function dress(chip, state) {
    const n = Number(chip.dataset.n);
    const source = state.citations && citing.sourceOf(state, n);
    const title = source?.recording_title;
    put(chip, "aria-label", title ? footnote.t("citations.chip_of", { n, title }) : footnote.t("markdown.source", { n: String(n) }));
    if (source) put(chip, "href", source.url ?? footnote.sourceAddress.write(footnote.sources.placeOf(source)));
    if (!chip.hasAttribute("tabindex")) chip.tabIndex = -1;
  }

  function put(chip, name, value) {
    if (chip.getAttribute(name) !== value) chip.setAttribute(name, value);
  }

  /** Let one of an answer's chips be the one that Tab stops at. */
  function stop(chips, one) {
    for (const chip of chips) if (chip.tabIndex !== (chip === one ? 0 : -1)) chip.tabIndex = chip === one ? 0 : -1;
  }

  /**
   * What a chip stands for.
   * @param {Element} chip
   * @returns {?{box: Element, answer: object, state: object, n: number, nth: number, at: number}} `nth` of its
   *   number and `at` of all, each from 0; null where the chip is in no answer
   */
  function about(chip) {
    const box = chip.closest(".answer");
    const found = box && known.get(box);
    if (!found) return null;
    const chips = all(box);
    const at = chips.indexOf(chip);
    const { n } = chip.dataset;
    const nth = chips.slice(0, at).filter((other) => other.dataset.n === n).length;
    return { ...found, box, n: Number(n), nth, at };
  }

  /** Where the answer's sources stand among themselves: the place of this one, from 1, and how many there are. */
  function order(box, n) {
    const numbers = sources(box);
    return { place: numbers.indexOf(n) + 1, count: numbers.length };
  }

  function sources(box) {
    return [...new Set(all(box).map((chip) => Number(chip.dataset.n)))].sort((one, other) => one - other);
  }

  /** The chip that a key leads to from another; null for a key that leads nowhere. */
  function towards(chip, key) {
    const box = chip.closest(".answer");
    const chips = all(box);
    const forward = getComputedStyle(chip).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key === "ArrowLeft" || key === "ArrowRight") {
      return chips[chips.indexOf(chip) + (key === forward ? 1 : -1)] ?? chip;
    }
    if (key === "Home") return chips[0];
    if (key === "End") return chips.at(-1);
    const numbers = sources(box);
    const next = numbers[numbers.indexOf(Number(chip.dataset.n)) + { ArrowUp: -1, ArrowDown: 1 }[key]];
    if (next !== undefined) return chips.find((other) => Number(other.dataset.n) === next);
    return key === "ArrowUp" || key === "ArrowDown" ? chip : null;
  }

  document.addEventListener("keydown", (event) => {
    const chip = event.target.closest?.(".body .cite");
    if (!chip || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = towards(chip, event.key);
    if (!next) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  });

  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".body .cite")) stop(all(target.closest(".answer")), target);
  });

  /** Open what a chip stands for beside the answer, at the words that count. */
  function open(chip) {
    const found = about(chip);
    const source = found && citing.sourceOf(found.state, found.n);
    if (!source) return;
    const place = footnote.sources.placeOf(source, found.answer.id);
    footnote.sources.open(source, { ...place, quote: citing.quoteOf(found.state, found.n, found.nth) ?? undefined });
  }

  footnote.chips = { around, about, all, order, open };
})(window.footnote);
