// SPDX-License-Identifier: MIT
// The whole list of results as a file: CSV for spreadsheets, RIS and BibTeX for reference managers.
"use strict";

dateline.exports = (() => {
  const BATCH = 100;
  const COLUMNS = ["title", "date", "topic", "url"];
  const FORMULA = /^[=+\-@\t\r]/; // how a spreadsheet knows a formula (OWASP, CSV injection)
  const SPACES = /\s+/g;
  const BIBTEX = { "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}" };

  const line = (text) => (text ?? "").replace(SPACES, " ").trim();

  /** Rows of comma-separated values (RFC 4180) that no spreadsheet runs as formulas. */
  function csv(hits) {
    const cell = (text) => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
    const rows = hits.map((hit) => COLUMNS.map((name) => cell(line(hit[name]))).join(","));
    return `\ufeff${[COLUMNS.join(","), ...rows, ""].join("\r\n")}`;
  }

  /** References in the format of Research Information Systems, each a newspaper article. */
  function ris(hits) {
    return hits.map(({ title, date, topic, url, slug }) => {
      const [, year, month = "", day = ""] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?/.exec(date ?? "") ?? [];
      const tags = [["TI", title], ["PY", year], ["DA", year && `${year}/${month}/${day}/`], ["KW", topic], ["ID", slug], ["UR", url]];
      const told = tags.filter(([, text]) => text).map(([tag, text]) => `${tag}  - ${line(text)}\r\n`);
      return `TY  - NEWS\r\n${told.join("")}ER  - \r\n`;
    }).join("\r\n"); // prettier-ignore
  }

  /** References for BibTeX and biblatex. */
  function bibtex(hits) {
    const escape = (text) => line(text).replace(/[\\{}&%$#_~^]/g, (sign) => BIBTEX[sign] ?? `\\${sign}`);
    return hits.map(({ title, date, topic, url, slug }) => {
      const fields = [["title", title && `{${escape(title)}}`], ["date", /^[\d/.-]+/.exec(date ?? "")?.[0]], ["keywords", topic && escape(topic)], ["url", line(url).replace(/[{}\\]/g, encodeURIComponent)]];
      const told = fields.filter(([, text]) => text).map(([name, text]) => `  ${name} = {${text}},\n`);
      return `@misc{${slug.replace(/[^\w:.-]/g, "-")},\n${told.join("")}}\n`;
    }).join("\n"); // prettier-ignore
  }

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
        button.textContent = `${label}: ${dateline.page.number(done)} of ${dateline.page.number(all)} – stop`;
        return go;
      });
      if (hits) hand(FORMATS[button.dataset.kind], hits);
    } finally {
      stopped = null;
      button.textContent = label;
    }
  }

  async function fetchAll(told) {
    const { query, sort, widen } = dateline.page.read();
    const hits = [];
    for (let offset = 0, all = 1; offset < all; offset += BATCH) {
      const result = await dateline.page.ask(query, { limit: BATCH, offset, sort, widen });
      all = result.total + (result.partial ?? 0);
      hits.push(...result.hits);
      if (!told(hits.length, all)) return null;
    }
    const root = document.querySelector("[data-search]").dataset.root;
    return hits.map((hit) => ({ ...hit, url: new URL(root + hit.url, document.baseURI).href }));
  }

  function hand({ write, type, name }, hits) {
    const href = URL.createObjectURL(new Blob([write(hits)], { type: `${type};charset=utf-8` }));
    dateline.page.make("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }

  return { bibtex, csv, ris, save };
})();
