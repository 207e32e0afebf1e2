/** A PDF by the pictures of its pages: the passage outlined, the sentence marked; their text is there for who can't see it. */
(function (footnote) {
  "use strict";

  const { t, places, boxes, marks } = footnote;
  const { make } = footnote.paint;
  /** The shape of a page before it is known: A4. */
  const SHAPE = 210 / 297;

  /** @param {{id: string, parts: object[]}} source @param {function(string): void} tell what keeps a page from showing */
  function pages(source, tell) {
    const { parts } = source;
    const byPage = places.byPage(parts);
    const known = new Map();
    const shown = [];
    const root = make("div", "pages");
    let cited = null;
    let hits = [];
    let wanted = "";
    grow(Math.max(...byPage.keys()));

    /** Places for so many pages; a picture is fetched when it comes near. */
    function grow(count) {
      while (shown.length < count) {
        const n = shown.length + 1;
        shown.push(place(source, n, byPage.get(n) ?? [], tell));
        root.append(shown.at(-1).root);
      }
    }

    /** The words of a page, asked for once. */
    function words(n) {
      if (!known.has(n)) {
        const asked = wordsOf(source.id, n).then((page) => {
          if (page) grow(page.pages);
          if (page) shown[n - 1].root.style.aspectRatio = page.width / page.height;
          return page?.words ?? [];
        });
        known.set(n, asked);
      }
      return known.get(n);
    }

    /** Mark a place and go there; whether it is here. */
    function mark(at) {
      for (const { spoken } of shown) marks.unmark([...spoken.querySelectorAll("mark")]);
      for (const { part, start, end } of places.quoted(parts, at)) {
        const { rows } = shown[(parts[part].page ?? 1) - 1];
        marks.mark(rows.get(part), start, end);
      }
      const within = places.partsOf(parts, at.passage);
      cited = within.length ? { ...at, page: parts[within[0]].page ?? 1, within } : null;
      if (!cited) return false;
      footnote.sourceScroll.to(shown[cited.page - 1].root);
      outline(cited);
      return true;
    }

    /** Outline the passage and mark its sentence, once it is known where they stand. */
    async function outline(mine) {
      const find = boxes.finder(await words(mine.page), true);
      if (cited !== mine) return;
      for (const { drawn } of shown) for (const old of drawn.querySelectorAll(".outline, .quote")) old.remove();
      const pieces = mine.within.flatMap((n) => parts[n].pieces.filter(({ passage_id: id }) => id === mine.passage));
      const around = boxes.joined(pieces.flatMap(({ text }) => find(text).slice(0, 1).map(boxes.around)));
      const quote = boxes.quoted(find, mine.quote ?? "");
      const drawn = [...around.map((box) => drawnBox("outline", box)), ...boxes.lines(quote).map((box) => drawnBox("quote", box))];
      if (!drawn.length) return;
      const page = shown[mine.page - 1];
      page.drawn.append(...drawn);
      footnote.sourceScroll.to(page.root, page.drawn.querySelector(".quote") ?? drawn[0]);
    }

    const find = places.finder(parts);

    function search(text) {
      wanted = text;
      clear();
      hits = text ? find(text).map(({ part }) => parts[part].page ?? 1) : [];
      return hits.length;
    }

    function clear() {
      for (const old of root.querySelectorAll(".found")) old.remove();
    }

    /** The first of what was found that stands on the page that is seen, or behind it. */
    function nearest() {
      const top = root.closest(".panel-body").getBoundingClientRect().top;
      const page = 1 + shown.findIndex(({ root: figure }) => figure.getBoundingClientRect().bottom > top);
      return Math.max(0, hits.findIndex((n) => n >= page));
    }

    /** Look at one of what was found: all on its page are marked, and this one more. */
    async function show(n) {
      const [page, text] = [hits[n], wanted];
      const all = boxes.finder(await words(page), false)(text);
      if (wanted !== text) return;
      clear();
      const nth = hits.slice(0, n).filter((other) => other === page).length;
      const drawn = all.map((found, at) => boxes.lines(found).map((box) => drawnBox(at === nth ? "found now" : "found", box)));
      shown[page - 1].drawn.append(...drawn.flat());
      footnote.sourceScroll.to(shown[page - 1].root, drawn[nth]?.[0]);
    }

    return { root, mark, search, nearest, show, heard: () => null };
  }

  /** A page's place: its picture, what is drawn on it, and the text of its parts. */
  function place(source, n, within, tell) {
    const picture = make("img", "page-picture");
    picture.loading = "lazy";
    picture.decoding = "async";
    picture.alt = t("source.page_picture", { page: String(n) });
    picture.src = footnote.at(address("page", source.id, n));
    const drawn = make("div", "page-marks");
    drawn.setAttribute("aria-hidden", "true");
    const rows = new Map(within.map((at) => [at, make("p", "", places.textOf(source.parts[at]))]));
    const spoken = make("div", "unseen page-text", ...rows.values());
    const root = make("div", "page-sheet awaited", picture, drawn, make("span", "page-number", String(n)), spoken);
    root.style.aspectRatio = SHAPE;
    picture.addEventListener("load", () => {
      root.classList.remove("awaited");
      root.style.aspectRatio = picture.naturalWidth / picture.naturalHeight;
    });
    picture.addEventListener("error", () => {
      root.classList.remove("awaited");
      root.classList.add("plain");
      spoken.classList.remove("unseen");
      tell(t("source.no_picture"));
    });
    return { root, drawn, spoken, rows };
  }

  function drawnBox(className, [x, y, width, height]) {
    const box = make("div", className);
    Object.assign(box.style, percent({ left: x, top: y, width, height }));
    return box;
  }

  const percent = (parts) => Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, `${100 * part}%`]));

  const address = (what, id, page) => `/api/library/${what}?id=${encodeURIComponent(id)}&page=${page}`;

  async function wordsOf(id, page) {
    try {
      const { ok, body } = await footnote.request.read(
        await footnote.request.request(address("words", id, page), { cache: "no-cache" }),
      );
      return ok ? body : null;
    } catch {
      return null; // the picture says that there is none
    }
  }

  footnote.sourcePages = { pages };
})(window.footnote);
