// SPDX-License-Identifier: MIT
// Where a question finds nothing: which of its parts nothing has, and what would find something.
"use strict";

dateline.advice = (() => {
  const MOST = 6;
  const LOOSER = "Fewer words, OR between them, or the beginning of a word with a star (retreat*) may find more.";
  const OTHER = "Another spelling, or the beginning of the word with a star (retreat*), may find something.";
  const { ask, make, plural, read } = dateline.page;
  const { link } = dateline.remarks; // which stand where nothing is found
  const [list, about] = ["search-results", "search-about"].map((id) => document.getElementById(id));

  /** The words and phrases that a question asks for together; none where it asks for more than that. */
  function partsOf(words) {
    const parts = words.match(/[^\s"()]+|"[^"]*"/g) ?? [];
    return parts.length > MOST || /[()~^:]|\b(OR|NOT|AND)\b|^-| -/.test(words) ? [] : parts;
  }

  /** The question without each of its parts: without its filters, then without one word at a time. */
  function shorter({ filters, words, from, to, undated }, parts) {
    const narrowed = Boolean(filters.length || from || to || undated);
    const found = narrowed && words ? [{ words: "without the filters", query: words }] : [];
    if (parts.length < 2) return found;
    const others = parts.map((part, at) => {
      const rest = parts.filter((_, other) => other !== at).join(" ");
      const query = dateline.compose.write({ words: rest, filters, from, to, undated });
      return { words: `without “${part}”`, query };
    });
    return [...found, ...others];
  }

  async function counted(query) {
    const { total, error } = await ask(query, { limit: 1, widen: read().widen });
    return error ? 0 : total;
  }

  /** A sentence on those parts of a question that are in no article, or "". */
  async function missing(query) {
    await dateline.page.compose();
    const parts = partsOf(dateline.compose.filters(query).words);
    const counts = await Promise.all(parts.map(counted));
    const none = parts.filter((_, at) => !counts[at]).map((part) => `“${part.replaceAll('"', "")}”`);
    return none.length ? `No article has ${none.join(" or ")}.` : "";
  }

  /** From when to when the archive goes, for a question that asks for a time. */
  function span({ filters, from, to }) {
    const isTimed = from || to || filters.some(({ field }) => field === "date");
    return isTimed && about?.dataset.span ? `The dated articles of the archive: ${about.dataset.span}.` : "";
  }

  async function show(result) {
    await dateline.page.compose();
    const taken = dateline.compose.filters(result.query);
    const parts = partsOf(taken.words);
    const [none, kept] = await Promise.all([
      missing(result.query),
      Promise.all(shorter(taken, parts).map(async (part) => ({ ...part, count: await counted(part.query) }))),
    ]);
    if (dateline.page.result() !== result) return;
    const useful = kept.filter(({ count }) => count).sort((one, other) => other.count - one.count);
    const time = span(taken);
    const general = parts.length > 1 ? LOOSER : parts.length && OTHER;
    const lines = [
      none && make("p", {}, none),
      time && make("p", {}, time),
      ...useful.map(({ words, query, count }) => make("p", {}, link(words, { query }), `: ${plural(count)}`)),
      !useful.length && (general || !time) && make("p", {}, general || LOOSER),
    ];
    list.replaceChildren(make("li", { class: "search-advice" }, lines.filter(Boolean)));
  }

  return { missing, show };
})();
