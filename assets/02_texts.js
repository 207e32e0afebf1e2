/**
 * The page's texts in the language of the document: `footnote.t("sources.cited", { count: 3 })`.
 */
(function (root) {
  "use strict";

  /**
   * @param {{language: string, texts: Object<string, string|Object<string, string>>}} catalogue
   * @param {readonly string[]} [locales] the reader's, of which the first in that language says how dates are written
   */
  function texts({ language, texts }, locales = []) {
    const plural = new Intl.PluralRules(language);
    const number = new Intl.NumberFormat(language);
    const said = (value) => (typeof value === "number" ? number.format(value) : String(value));

    /** A text with its values in it, numbers as the language writes them; one with several forms is chosen by `count`. */
    function t(key, values = {}) {
      const text = texts[key];
      if (text === undefined) throw new Error(`no text is called ${key}`);
      const form = typeof text === "string" ? text : (text[plural.select(values.count)] ?? text.other);
      return form.replace(/\{(\w+)\}/g, (_, name) => said(values[name]));
    }

    t.language = language;
    t.locale = locales.find((locale) => locale.split("-")[0] === language) ?? language;
    t.has = (key) => Object.hasOwn(texts, key);
    return t;
  }

  /** The English texts, where the scripts run without a page. */
  function english() {
    const [fs, path] = [require("node:fs"), require("node:path")];
    const folder = path.join(__dirname, "../src/footnote/page/catalogue");
    const all = {};
    for (const file of fs.readdirSync(folder)) {
      const forms = JSON.parse(fs.readFileSync(path.join(folder, file), "utf-8"));
      for (const key of Object.keys(forms)) all[`${path.basename(file, ".json")}.${key}`] = forms[key].en;
    }
    return texts({ language: "en", texts: all });
  }

  if (typeof module !== "undefined") module.exports = { texts, english };
  else (root.footnote = root.footnote || {}).t = texts(root.footnote.catalogue, navigator.languages);
})(typeof window === "undefined" ? globalThis : window);
