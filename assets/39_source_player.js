/** The player of a recording: from a turn's second on, with the turn that is heard marked, and followed unless the reader scrolls away. */
(function (footnote) {
  "use strict";

  const { t, places } = footnote;
  const { make } = footnote.paint;

  /**
   * @param {{media: {url: string, film: boolean}, parts: object[], title: string}} source
   * @param {function(string): void} tell what keeps it from playing
   */
  function player({ media, parts, title }, tell) {
    const element = make(media.film ? "video" : "audio", "player");
    element.controls = true;
    element.preload = "metadata";
    element.setAttribute("aria-label", t("source.player", { title }));
    element.src = media.url.startsWith("/api/") ? footnote.at(media.url) : media.url;
    let following = true;
    let heard = -1;
    let mark = () => null;

    /** Go to a second; only a person's click may begin to play. */
    function seek(second, plays = true) {
      following = true;
      element.currentTime = second;
      if (plays) element.play().catch(() => {}); // the browser or the file refuses: its controls say so
    }

    function told() {
      const now = element.paused && element.currentTime === 0 ? -1 : places.heardAt(parts, element.currentTime);
      if (now === heard) return;
      heard = now;
      const line = mark(now);
      if (line && following && !element.paused) footnote.sourceScroll.keep(line);
    }

    /** Mark what is heard by a reader of the source, until its reader scrolls away. */
    function follow(reader, body) {
      mark = reader.heard;
      for (const moved of ["wheel", "touchmove", "keydown"]) {
        body.addEventListener(moved, () => (following = false), { passive: true });
      }
    }

    /** Be silent, and fetch no more of it. */
    function stop() {
      element.removeEventListener("error", failed);
      element.pause();
      element.removeAttribute("src");
      element.load();
    }

    const failed = () => tell(t("source.not_played"));
    element.addEventListener("timeupdate", told);
    element.addEventListener("error", failed);
    return { element, seek, follow, stop };
  }

  footnote.sourcePlayer = { player };
})(window.footnote);
