// SPDX-License-Identifier: MIT
// A server that answers as the shards do; once it fails, the page goes on without.
"use strict";

dateline.server = (() => {
  const MAX_LIMIT = 100; // of one answer
  let { api } = document.querySelector("[data-search]").dataset;

  /** The answer as the engine gives it, with `facets` too if wanted; nothing where the shards are to be asked. */
  async function ask(query, { limit = 10, offset = 0, sort = "relevance", widen = true, facets = false }) {
    if (!api || limit > MAX_LIMIT) return;
    const asked = new URLSearchParams({ q: query, limit, offset, sort });
    if (!widen) asked.set("names", "exact");
    if (facets) asked.set("facets", "yes");
    try {
      const response = await fetch(`${api}?${asked}`);
      if (response.ok) return inUnits(await response.json());
    } catch {} // the server is down, or a policy forbids to ask it
    api = null;
  }

  /** An answer with marks as JavaScript counts letters: one beyond U+FFFF is two. */
  function inUnits(answer) {
    for (const hit of answer.hits) {
      hit.marks = counted(hit.snippet, hit.marks);
      hit.title_marks = counted(hit.title, hit.title_marks);
    }
    return answer;
  }

  function counted(text, marks) {
    if (!/[\ud800-\udbff]/.test(text)) return marks;
    const letters = [...text];
    return marks.map((mark) => mark.map((place) => letters.slice(0, place).join("").length));
  }

  return { ask };
})();
