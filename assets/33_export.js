/** Taking an answer along: copied with its footnotes, or as a file. All forms are written by the server. */
(function (footnote) {
  "use strict";

  const { t } = footnote;
  const { make, button, icon } = footnote.paint;
  const FORMS = ["markdown", "html", "docx"];

  /** Copies the answer, its emphasis, tables and footnotes; where only text is wanted, as Markdown. */
  function copyTool(state, answer) {
    if (!state.text || !footnote.copying.isPossible()) return null;
    return footnote.copying.copyButton({
      class: "tool copy", icon: "copy", word: t("copying.copy"), label: t("copying.copy_answer"),
      told: t("copying.answer_copied"), write: () => copy(rich(answer.id)),
    });
  }

  /** A menu of all the forms. */
  function exportTool(state, answer) {
    if (!state.text) return null;
    const tool = button("tool export", t("export.export_answer"), icon("save"), make("span", "", t("export.export")));
    tool.setAttribute("aria-haspopup", "menu");
    tool.setAttribute("aria-expanded", "false");
    tool.onclick = () => footnote.menu.open(tool, entries(answer, tool), () => {});
    return tool;
  }

  function entries(answer, tool) {
    const files = FORMS.map((form) => ({ label: t(`export.as_${form}`), icon: "save", href: footnote.at(`/api/chat${path(answer.id, form)}`) }));
    const onPaper = { label: t("export.print"), icon: "print", act: print };
    if (!footnote.copying.isPossible()) return [...files, onPaper];
    const about = { word: t("export.export"), told: t("copying.answer_copied"), write: () => copy(plain(answer.id)) };
    return [{ label: t("export.copy_markdown"), icon: "copy", act: () => footnote.copying.copied(tool, about) }, ...files, onPaper];
  }

  /** The whole conversation, also what of a long one is not on the page yet. */
  async function print() {
    await footnote.earlier.all();
    window.print();
  }

  const path = (id, form) => `/answers/${id}/export?format=${form}`;
  const copy = (item) => navigator.clipboard.write([item]);

  // A browser allows copying only at a click: it is given promises then, of what the server is still writing.
  const rich = (id) =>
    new ClipboardItem({ "text/html": blob(id, "html", "text/html", bodyOf), "text/plain": blob(id, "markdown", "text/plain") });
  const plain = (id) => new ClipboardItem({ "text/plain": blob(id, "markdown", "text/plain") });

  async function blob(id, form, type, part = (text) => text) {
    const response = await footnote.request.request(`${path(id, form)}&bare=true`);
    if (!response.ok) throw new Error("refused");
    return new Blob([part(await response.text())], { type });
  }

  /** What stands in the document, without its style: what it is pasted into has its own. */
  function bodyOf(html) {
    return new DOMParser().parseFromString(html, "text/html").body.innerHTML;
  }

  footnote.exporting = { copyTool, exportTool };
})(window.footnote);
