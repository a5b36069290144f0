// SPDX-License-Identifier: MIT
// The form “Narrow down”: place, actor, topic and time in fields of their own, written into the query.
"use strict";

dateline.form = (() => {
  const FIELDS = ["place", "actor", "topic"];
  const MOST_NAMES = 200;
  const DATE = /^(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?$/;
  const UNKNOWN = /No (?:place|actor|topic) of the archive is called “.*?”\./;
  const INPUTS = [...FIELDS, "from", "to", "undated"];
  const { go, make, read } = dateline.page;
  const form = document.getElementById("narrow-form");
  const input = (name) => document.getElementById(`narrow-${name}`);

  const taken = () => dateline.compose.filters(read().query);

  // What the reader has changed since it was last asked for, perhaps before this script was there.
  const edited = new Set(INPUTS.filter((name) => input(name).value && name !== "undated"));

  /** Put into the fields what the query has of them, but for what the reader is about to change. */
  async function fill() {
    await dateline.page.compose();
    const { filters, from, to, undated } = taken();
    const set = (name, values) => edited.has(name) || Object.assign(input(name), values);
    for (const field of FIELDS) {
      const { labels = [] } = filters.find((filter) => filter.field === field) ?? {};
      const several = labels.length > 1;
      const [value, placeholder] = several ? ["", `${labels.length} are chosen`] : [labels[0] ?? "", ""];
      set(field, { value, placeholder });
    }
    set("from", { value: from ?? "" });
    set("to", { value: to ?? "" });
    set("undated", { checked: undated === "yes" });
  }

  let archive; // the counts of the whole archive

  /** Offer the most frequent names of the results; where there are none, of the archive. */
  async function suggest(field) {
    const result = dateline.page.result();
    await dateline.lazy("facets-view");
    const { facets, told } = dateline.facetsView;
    let counts = told?.counts;
    if (!result?.total) counts = await (archive ??= facets(""));
    else if (told?.result !== result) counts = await facets(result.query);
    const names = (counts?.[field] ?? []).slice(0, MOST_NAMES);
    const options = names.map(({ label }) => make("option", { value: label }));
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
    tellUnknown(go({ query: dateline.compose.write(asked()) }));
  }

  /** Say in the form, too, that the archive has no such name. */
  async function tellUnknown(answered) {
    await answered;
    input("error").textContent = UNKNOWN.exec(dateline.page.result()?.note)?.[0] ?? "";
    document.getElementById("search-status").scrollIntoView({ block: "nearest" });
  }

  /** The query, taken apart, with what was changed in the form; what is chosen elsewhere stays. */
  function asked() {
    const old = taken();
    const filters = old.filters.filter(({ field }) => !FIELDS.includes(field));
    for (const field of FIELDS) {
      const before = old.filters.find((filter) => filter.field === field);
      const label = input(field).value.trim();
      // Several are changed in the lists beside the results.
      const isKept = !edited.has(field) || (!label && before?.labels.length > 1);
      const after = isKept ? before : label && { field, labels: [label], op: "or" };
      if (after) filters.push(after);
    }
    const [from, to] = ["from", "to"].map((name) => (edited.has(name) ? input(name).value.trim() : old[name]));
    const isUndated = edited.has("undated") ? input("undated").checked : old.undated === "yes";
    const dated = old.undated === "no" ? "no" : null;
    const time = isUndated ? { from: null, to: null, undated: "yes" } : { from, to, undated: dated };
    edited.clear();
    return { ...old, filters, ...time };
  }

  for (const field of FIELDS) {
    input(field).addEventListener("focus", () => suggest(field));
    if (document.activeElement === input(field)) suggest(field); // a reader who was quicker than this script
  }
  form.addEventListener("input", ({ target }) => edited.add(target.id.replace("narrow-", "")));
  form.addEventListener("submit", submit);
  return { fill };
})();
