// SPDX-License-Identifier: MIT
// The parts of a plan that leave articles out and score 1: dates, what is undated, what is unwanted; as
// plugins/dateline/search/evaluate.py has them. Loaded by rank.js.
"use strict";

dateline.filters = (() => {
  const { rank, shards } = dateline;
  const { all, evaluate, inHalves, intersection, merged, union } = rank;
  const constant = (documents) => ({ documents, scores: new Float64Array(documents.length).fill(1) });

  async function everything() {
    const { documents } = await shards.meta();
    return constant(Uint32Array.from({ length: documents }, (_, document) => document));
  }

  async function and(parts) {
    const wanted = await all(parts.filter(([kind]) => kind !== "not"), evaluate);
    const unwanted = await all(parts.filter(([kind]) => kind === "not").map(([, part]) => part), evaluate);
    const found = wanted.length ? inHalves(intersection, wanted) : await everything();
    return merged(found, inHalves(union, unwanted), true, false, false);
  }

  async function undated() {
    const { dated, documents } = await shards.meta();
    return constant(Uint32Array.from({ length: documents - dated }, (_, at) => dated + at));
  }

  async function date(bounds) {
    const [from, to] = bounds.map((day) => day && Date.parse(day) / 864e5);
    const { first, last } = await shards.column("dates");
    const within = (_, at) => (from === null || first[at] >= from) && (to === null || last[at] <= to);
    return constant((await everything()).documents.subarray(0, first.length).filter(within));
  }

  return { all: everything, and, date, not: ([part]) => and([["not", part]]), undated };
})();
