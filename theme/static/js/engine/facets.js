// SPDX-License-Identifier: MIT
// What a result consists of: its articles by place, actor, topic, year and month, as plugins/dateline/search/facets.py
// counts them.
"use strict";

dateline.facets = (() => {
  const FIELDS = ["place", "actor", "topic"];
  const { rank, shards } = dateline;

  /** {place: [{key, label, count}], actor, topic, year: [{label, count}], months: [[month, count]]} of a query. */
  async function count({ tree, resolve, found }) {
    const { documents } = (await found()).found;
    const counted = {};
    for (const field of FIELDS) {
      counted[field] = await countValues(field, (await unfiltered(tree, field, resolve)) ?? documents);
      await rank.rested();
    }
    return { ...counted, ...(await countDates(documents)) };
  }

  /** Where a query chooses any of several values of a field, the articles without that choice. */
  async function unfiltered(tree, field, resolve) {
    const parts = tree[0] === "and" ? tree.slice(1) : [tree];
    const isChoice = ([op, ...leaves]) => op === "or" && leaves.every((leaf) => isLeaf(leaf) && leaf[2] === field);
    const others = parts.filter((part) => !isChoice(part));
    if (others.length === parts.length) return null;
    const plan = others.length ? (await resolve(others.length > 1 ? ["and", ...others] : others[0])).plan : ["all"];
    return (await rank.evaluate(plan)).documents;
  }

  const isLeaf = ([kind]) => !/^(and|or|not|date|undated)$/.test(kind);

  async function countValues(field, documents) {
    const { labels, keys, broader, starts, values } = await shards.column(field);
    const counts = new Uint32Array(keys.length);
    const last = new Int32Array(keys.length).fill(-1); // the article that each value was counted for
    const add = (value, document) => {
      if (last[value] === document) return;
      last[value] = document;
      counts[value] += 1;
    };
    for (const document of documents) {
      for (let at = starts[document]; at < starts[document + 1]; at += 1) {
        add(values[at], document);
        for (const above of broader[values[at]]) add(above, document);
      }
    }
    const present = keys.map((key, at) => ({ key, label: labels[at], count: counts[at] })).filter((entry) => entry.count);
    return present.sort((one, other) => other.count - one.count || shards.compare(one.label, other.label));
  }

  /** An article whose date spans years (or months) counts in none. */
  async function countDates(documents) {
    const { first, last } = await shards.column("dates");
    const known = new Map();
    const iso = (day) => {
      if (!known.has(day)) known.set(day, new Date(day * 864e5).toISOString().slice(0, 10));
      return known.get(day);
    };
    const counts = { 4: new Map(), 7: new Map() };
    for (const document of documents) {
      if (document >= first.length) continue;
      const [from, to] = [iso(first[document]), iso(last[document])];
      for (const size of [4, 7]) {
        const period = from.slice(0, size);
        if (period === to.slice(0, size)) counts[size].set(period, (counts[size].get(period) ?? 0) + 1);
      }
    }
    const sorted = (size) => [...counts[size]].sort(([one], [other]) => (one < other ? -1 : 1));
    return { year: sorted(4).map(([label, number]) => ({ label, count: number })), months: sorted(7) };
  }

  return { count };
})();
