// SPDX-License-Identifier: MIT
// What a result consists of: its articles by place, actor, topic, year and month, as plugins/dateline/search/facets.py
// counts them.
"use strict";

dateline.facets = (() => {
  const FIELDS = ["place", "actor", "topic"];
  const { rank, shards } = dateline;

  /**
   * {place: [{key, label, count, asked?}], actor, topic, year: [{label, count}], months: [[month, count]]} of a query;
   * `asked` is another name of a value, by which the query asks for it. Without a query, of the archive.
   */
  async function count(query) {
    const { tree, resolve, found } = query || { tree: ["all"], found: () => rank.evaluate(["all"]) };
    const { documents } = await found();
    const counted = {};
    for (const field of FIELDS) {
      const asked = await askedNames(tree, field, resolve);
      counted[field] = await countValues(field, (await unfiltered(tree, field, resolve)) ?? documents, asked);
      await rank.rested();
    }
    return { ...counted, ...(await countDates((await unfiltered(tree, "year", resolve)) ?? documents)) };
  }

  const partsOf = (tree) => (tree[0] === "and" ? tree.slice(1) : [tree]);

  /** By the keys of values, the names by which a query asks for them. */
  async function askedNames(tree, field, resolve) {
    const leaves = partsOf(tree).flatMap((part) => (part[0] === "or" ? part.slice(1) : [part]));
    const names = new Map();
    for (const leaf of leaves) {
      if (!/^(word|phrase)$/.test(leaf[0]) || leaf[2] !== field) continue;
      const { plan } = await resolve(leaf);
      for (const [, , term] of plan[0] === "or" ? plan.slice(1) : [plan]) {
        if (term) names.set(term.replace(/^</, ""), leaf[1]);
      }
    }
    return names;
  }

  /** The articles without the choice of a value of a facet, or any of several, that a ticked box writes; or null. */
  async function unfiltered(tree, facet, resolve) {
    const parts = partsOf(tree);
    const isChoice = ([op, ...leaves]) =>
      op === "or" ? leaves.every((leaf) => facetOf(leaf) === facet) : facetOf([op, ...leaves]) === facet;
    const others = parts.filter((part) => !isChoice(part));
    if (others.length !== parts.length - 1) return null; // those asked for one by one are all wanted
    const plan = others.length ? (await resolve(others.length > 1 ? ["and", ...others] : others[0])).plan : ["all"];
    return (await rank.evaluate(plan)).documents;
  }

  function facetOf([kind, , field, , boost]) {
    if (kind === "date") return "year";
    return (kind === "word" || kind === "phrase") && boost === 1 ? field : null;
  }

  async function countValues(field, documents, asked) {
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
    const entry = (key, at) => {
      const name = asked.get(key);
      return { key, label: labels[at], count: counts[at], ...(name && name !== labels[at] && { asked: name }) };
    };
    const present = keys.map(entry).filter(({ count: number }) => number);
    const { compare } = shards;
    return present.sort((a, b) => b.count - a.count || compare(a.label, b.label) || compare(a.key, b.key));
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
