// SPDX-License-Identifier: MIT
// The whole list of results as a file: CSV for spreadsheets, RIS and BibTeX for reference managers.
"use strict";

dateline.exports = (() => {
  const BATCH = 100;
  const COLUMNS = ["rank", "title", "date", "topic", "url"];
  const FORMULA = /^[=+\-@＝＋－＠]/; // how a spreadsheet knows a formula (OWASP, CSV injection)
  const SPACES = /\s+/g;
  const DATE = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/; // what is known of a date: of "1987-XX" the year
  const PERIOD = /^\d{4}(?:-\d\d){0,2}(?:\/\d{4}(?:-\d\d){0,2})?/;
  // Braces count for BibTeX even behind a backslash: one alone would run on over the entries that follow.
  const BIBTEX = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
  };
  const { archive, root } = document.querySelector("[data-search]").dataset;

  const line = (text) => String(text ?? "").replace(SPACES, " ").trim();
  const isTold = ([, text]) => text;

  function cell(text) {
    const shown = FORMULA.test(text) ? "'" + text : text;
    return `"${shown.replaceAll('"', '""')}"`;
  }

  /** Rows of comma-separated values (RFC 4180) that no spreadsheet runs as formulas. */
  function csv(hits) {
    const rows = hits.map((hit) => COLUMNS.map((name) => cell(line(hit[name]))).join(","));
    return `\ufeff${[COLUMNS.join(","), ...rows, ""].join("\r\n")}`;
  }

  /** References in the format of Research Information Systems, each an article of the archive (T2). */
  function ris(hits) {
    return hits.map(reference).join("\r\n");
  }

  function reference({ title, date, topic, url, slug }) {
    const [, year, month = "", day = ""] = DATE.exec(date ?? "") ?? [];
    const dates = [
      ["PY", year],
      ["DA", year && `${year}/${month}/${day}/`],
    ];
    const others = [
      ["KW", topic],
      ["ID", slug],
      ["UR", url],
    ];
    const tags = [["TY", "NEWS"], ["TI", title], ["T2", archive], ...dates, ...others].filter(isTold);
    const told = tags.map(([tag, text]) => `${tag}  - ${line(text)}\r\n`);
    return `${told.join("")}ER  - \r\n`;
  }

  /** References for BibTeX and biblatex. */
  function bibtex(hits) {
    return hits.map(entry).join("\n");
  }

  function entry({ title, date, topic, url, slug }) {
    const fields = [
      ["title", title && `{${escaped(title)}}`],
      ["journal", archive && `{${escaped(archive)}}`],
      ["date", PERIOD.exec(date ?? "")?.[0]],
      ["keywords", topic && escaped(topic)],
      ["url", line(url).replace(/[{}\\]/g, encodeURIComponent)],
    ].filter(isTold);
    const told = fields.map(([name, text]) => `  ${name} = {${text}},\n`);
    return `@article{${key(slug)},\n${told.join("")}}\n`;
  }

  const escaped = (text) => line(text).replace(/[\\{}&%$#_~^]/g, (sign) => BIBTEX[sign] ?? `\\${sign}`);

  /** A slug as BibTeX takes it for a key: a letter beyond ASCII by its number. */
  const key = (slug) => slug.replace(/[^\w:.-]/gu, (letter) => `u${letter.codePointAt(0).toString(16)}`);

  const FORMATS = {
    csv: { write: csv, type: "text/csv", name: "results.csv" },
    ris: { write: ris, type: "application/x-research-info-systems", name: "results.ris" },
    bibtex: { write: bibtex, type: "application/x-bibtex", name: "results.bib" },
  };

  let stopped = null; // of the list that is being fetched; pressed again, the button stops it

  /** Fetch all results of the question and hand them over as a file. */
  async function save({ target: button }) {
    if (stopped) return stopped();
    let go = true;
    stopped = () => (go = false);
    const label = button.textContent;
    try {
      const hits = await fetchAll((done, all) => {
        const [now, end] = [done, all].map(dateline.page.number);
        button.textContent = `${label}: ${now} of ${end} – stop`;
        return go;
      });
      if (hits) hand(FORMATS[button.dataset.kind], hits);
    } finally {
      stopped = null;
      button.textContent = label;
    }
  }

  /** The articles that have all of the query; those with some of its words are none of the results. */
  async function fetchAll(told) {
    const { query, sort, widen } = dateline.page.read();
    const hits = [];
    for (let offset = 0, all = 1; offset < all; offset += BATCH) {
      const result = await dateline.page.ask(query, { limit: BATCH, offset, sort, widen });
      if (result.error) throw new Error(result.error);
      all = result.total;
      hits.push(...result.hits.filter((hit) => !hit.partial));
      if (!told(hits.length, all)) return null;
    }
    return hits.map((hit) => ({ ...hit, url: new URL(root + hit.url, document.baseURI).href }));
  }

  function hand({ write, type, name }, hits) {
    const href = URL.createObjectURL(new Blob([write(hits)], { type: `${type};charset=utf-8` }));
    dateline.page.make("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }

  return { bibtex, csv, ris, save };
})();
