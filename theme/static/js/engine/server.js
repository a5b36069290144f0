// SPDX-License-Identifier: MIT
// A server that answers as the shards do. What it cannot read it says, and that is the answer; when it has too much to
// do, it is asked later, and the shards meanwhile; once it fails, the page goes on without.
"use strict";

dateline.server = (() => {
  const MAX_LIMIT = 100; // of one answer
  const MAX_OFFSET = 10000;
  const MOST_TRIES = 3;
  const LONGEST_WAIT = 5; // seconds
  let { api } = document.querySelector("[data-search]").dataset;
  let busyUntil = 0; // milliseconds

  /** The answer as the engine gives it, with `facets` too if wanted; nothing where the shards are to be asked. */
  async function ask(query, { limit = 10, offset = 0, sort = "relevance", widen = true, facets = false }) {
    if (location.protocol === "file:") return;
    if (limit > MAX_LIMIT || offset > MAX_OFFSET) return;
    const asked = new URLSearchParams({ q: query, limit, offset, sort });
    if (!widen) asked.set("names", "exact");
    if (facets) asked.set("facets", "yes");
    for (let tries = 0; tries < MOST_TRIES && api && Date.now() >= busyUntil; tries += 1) {
      const response = await get(asked);
      const answer = /^(200|400)$/.test(response?.status) && (await response.json().catch(() => null));
      if (answer?.hits) return inUnits(answer);
      const seconds = Number(response?.headers.get("Retry-After"));
      if (response?.status === 429) await wait(Math.min(seconds || 1, LONGEST_WAIT));
      else if (response?.status === 503 && seconds) busyUntil = Date.now() + seconds * 1000;
      else api = null;
    }
  }

  /** The server's response; nothing where it is down, or a policy forbids to ask it. */
  const get = (asked) => fetch(`${api}?${asked}`).catch(() => null);

  const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

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
