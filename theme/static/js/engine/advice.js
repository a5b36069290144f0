// SPDX-License-Identifier: MIT
// Where a question finds nothing: which of its parts nothing has, and what would find something.
"use strict";

dateline.advice = (() => {
  const MOST = 6;
  const LOOSER = "Fewer words, OR between them, or the beginning of a word with a star (retreat*) may find more.";
  const { ask, make, plural, read } = dateline.page;
  const { link } = dateline.remarks; // which stand where nothing is found
  const list = document.getElementById("search-results");

  /** The question without each of its parts: without its filters, then without one word at a time. */
  function shorter(query) {
    const { filters, words, from, to, undated } = dateline.compose.filters(query);
    const narrowed = Boolean(filters.length || from || to || undated);
    const found = narrowed && words ? [{ words: "without the filters", query: words }] : [];
    const plain = words.match(/[^\s"()]+|"[^"]*"/g) ?? [];
    const isList = plain.length > 1 && plain.length <= MOST && !/[()]|\b(OR|NOT|AND)\b|^-| -/.test(words);
    if (!isList) return { found, plain: [] };
    const parts = plain.map((part, at) => {
      const rest = plain.filter((_, other) => other !== at).join(" ");
      const left = dateline.compose.write({ words: rest, filters, from, to, undated });
      return { words: `without “${part}”`, query: left };
    });
    return { found: [...found, ...parts], plain };
  }

  async function counted(query) {
    const { total, error } = await ask(query, { limit: 1, widen: read().widen });
    return error ? 0 : total;
  }

  async function show(result) {
    await dateline.page.compose();
    const { found, plain } = shorter(result.query);
    const [missing, kept] = await Promise.all([
      Promise.all(plain.map(async (part) => [part, await counted(part)])),
      Promise.all(found.map(async (part) => ({ ...part, count: await counted(part.query) }))),
    ]);
    if (dateline.page.result() !== result) return;
    const none = missing.filter(([, count]) => !count).map(([part]) => `“${part}”`);
    const useful = kept.filter(({ count }) => count).sort((one, other) => other.count - one.count);
    const lines = [
      none.length && make("p", {}, `Nothing in the archive has ${none.join(" or ")}.`),
      ...useful.map(({ words, query, count }) => make("p", {}, link(words, { query }), `: ${plural(count)}`)),
      !useful.length && make("p", {}, LOOSER),
    ];
    list.replaceChildren(make("li", { class: "search-advice" }, lines.filter(Boolean)));
  }

  return { show };
})();
