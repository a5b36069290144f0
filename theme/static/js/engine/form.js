// SPDX-License-Identifier: MIT
// The form “Narrow down”: place, actor, topic and time in fields of their own, written into the query.
"use strict";

dateline.form = (() => {
  const FIELDS = ["place", "actor", "topic"];
  const MOST_NAMES = 200;
  const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/;
  const { go, make, read } = dateline.page;
  const form = document.getElementById("narrow-form");
  const input = (name) => document.getElementById(`narrow-${name}`);

  const taken = () => dateline.compose.filters(read().query);

  // Whether the reader has typed what was not yet asked for, perhaps before this script was there.
  let edited = ["place", "actor", "topic", "from", "to"].some((name) => input(name).value);

  /** Put into the fields what the query has of them. */
  async function fill() {
    await dateline.page.compose();
    if (edited) return;
    const { filters, from, to, undated } = taken();
    for (const field of FIELDS) {
      const { labels = [] } = filters.find((filter) => filter.field === field) ?? {};
      input(field).value = labels.length === 1 ? labels[0] : "";
      input(field).placeholder = labels.length > 1 ? `${labels.length} are chosen` : "";
    }
    input("from").value = from ?? "";
    input("to").value = to ?? "";
    input("undated").checked = undated === "yes";
  }

  let archive; // the counts of the whole archive

  /** Offer the most frequent names of the results; where there are none, of the archive. */
  async function suggest(field) {
    const result = dateline.page.result();
    const { told } = dateline.facetsView ?? {};
    let counts = told?.counts;
    if (!result?.total) counts = await (archive ??= dateline.page.facets(""));
    else if (told?.result !== result) counts = await dateline.page.facets(result.query);
    const options = (counts[field] ?? []).slice(0, MOST_NAMES).map(({ label }) => make("option", { value: label }));
    input(`${field}-names`).replaceChildren(...options);
  }

  /** What is wrong with a date, or "". */
  function fault(name) {
    const text = input(name).value.trim();
    if (!text) return "";
    const [, year, month, day] = DATE.exec(text) ?? [];
    const real = year && (!day || new Date(Date.UTC(year, month - 1, day)).getUTCDate() === Number(day));
    return real ? "" : `“${text}” is no date: write a year (1987), a month (1987-03) or a day (1987-03-22).`;
  }

  function submit(event) {
    event.preventDefault();
    const [from, to] = ["from", "to"].map((name) => input(name).value.trim());
    const order = from && to && from.slice(0, to.length) > to ? "The end is before the beginning." : "";
    const wrong = fault("from") || fault("to") || order;
    input("error").textContent = wrong;
    for (const name of ["from", "to"]) input(name).setAttribute("aria-invalid", String(Boolean(order || fault(name))));
    if (wrong) return;
    edited = false;
    const { filters, words } = taken();
    const changed = FIELDS.flatMap((field) => {
      const old = filters.find((filter) => filter.field === field);
      const label = input(field).value.trim();
      if (!label) return old?.labels.length > 1 ? [old] : []; // several are changed in the lists beside the results
      return [{ field, labels: [label], op: "or" }];
    });
    const others = filters.filter((filter) => !FIELDS.includes(filter.field));
    const undated = input("undated").checked;
    const time = undated ? { undated: "yes" } : { from, to };
    go({ query: dateline.compose.write({ words, filters: [...changed, ...others], ...time }) });
  }

  for (const field of FIELDS) {
    input(field).addEventListener("focus", () => suggest(field));
    if (document.activeElement === input(field)) suggest(field); // a reader who was quicker than this script
  }
  form.addEventListener("input", () => (edited = true));
  form.addEventListener("submit", submit);
  return { fill };
})();
