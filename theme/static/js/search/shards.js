// SPDX-License-Identifier: MIT
// The exported index, fetched shard by shard: plugins/dateline/search/export.py describes what it holds.
// Shards are scripts, because a page opened from disk may load scripts and nothing else.
"use strict";

dateline.shards = (() => {
  const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const VALUES = new Uint8Array(128);
  [...DIGITS].forEach((digit, value) => (VALUES[digit.charCodeAt(0)] = value));

  const received = new Map();
  const loading = new Map();
  const decoded = new Map();

  /** Called by meta.js. */
  function open(meta) {
    received.set("meta", meta);
  }

  /** Called by every other shard. */
  function receive(name, data) {
    received.set(name, data);
  }

  /** Where the page says that the shards lie: "search/", or the way there from another folder. */
  function folder() {
    return document.querySelector("[data-search]").dataset.search;
  }

  function load(name, path) {
    if (!loading.has(name)) loading.set(name, insertScript(name, path));
    return loading.get(name);
  }

  function insertScript(name, path) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = folder() + path;
      script.onload = () => {
        script.remove();
        if (received.has(name)) resolve(received.get(name));
        else script.onerror();
      };
      script.onerror = () => {
        script.remove();
        loading.delete(name); // so that a later query tries again
        reject(new Error("The search data could not be loaded; please reload the page."));
      };
      document.head.append(script);
    });
  }

  /** The archive's figures, and with which term or word each shard begins. */
  function meta() {
    return load("meta", "meta.js");
  }

  async function shard(name) {
    const { generation } = await meta();
    return load(name, `${generation}/${name}.js`);
  }

  /** What results show of an article. */
  async function card(document) {
    const [url, title, topic, date, text] = await shard(`card-${document}`);
    return { url, title, topic, date, text };
  }

  /** The postings of a term: {idf, documents, frequencies, lengths, positions()}; null where there are none. */
  async function postings(field, term) {
    const { families, lengths } = await meta();
    const [name, family] = Object.entries(families).find(([, { fields }]) => fields.includes(field));
    const number = shardNumber(family.terms, term);
    if (number < 0) return null;
    const blocks = decodedTerms(`${name}-terms-${number}`, await shard(`${name}-terms-${number}`), family.fields, lengths);
    const found = blocks.get(term)?.[field];
    if (!found) return null;
    return { ...found, positions: () => positions(`${name}-positions-${number}`, blocks, found) };
  }

  function decodedTerms(name, [terms, numbers, idf], fields, lengths) {
    if (decoded.has(name)) return decoded.get(name);
    const next = reader(numbers);
    const column = (length, value) => Array.from({ length }, value);
    const blocks = new Map();
    let skipped = 0; // how many numbers of the positions shard belong to the postings before
    for (const term of terms) {
      const block = {};
      for (const field of fields) {
        const df = next();
        if (!df) continue;
        let document = 0;
        const documents = column(df, () => (document += next()));
        const frequencies = column(df, next);
        block[field] = {
          idf: idf[df],
          documents,
          frequencies,
          lengths: column(df, () => lengths[next()]),
          skipped,
        };
        skipped += frequencies.reduce((sum, frequency) => sum + frequency, 0);
      }
      blocks.set(term, block);
    }
    decoded.set(name, blocks);
    return blocks;
  }

  /** Where a term stands in each document of its postings, as sets. */
  async function positions(name, blocks, { frequencies, skipped }) {
    const next = reader(await shard(name));
    for (let number = 0; number < skipped; number += 1) next();
    return frequencies.map((length) => {
      let position = 0;
      return new Set(Array.from({ length }, () => (position += next())));
    });
  }

  /** The first `limit` words that begin with `prefix`, by code point. */
  async function words(familyName, prefix, limit) {
    const { words: starts } = (await meta()).families[familyName];
    const found = [];
    for (let number = Math.max(0, shardNumber(starts, prefix)); number < starts.length; number += 1) {
      const part = await shard(`${familyName}-words-${number}`);
      found.push(...part.filter((word) => word.startsWith(prefix)));
      const beyond = !part.at(-1).startsWith(prefix) && compare(part.at(-1), prefix) > 0;
      if (beyond || found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  /** Which shard holds `text`, if any does; -1 when all begin after it. */
  function shardNumber(starts, text) {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(starts[middle], text) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Order by code point, as Python's strings; JavaScript's own order goes by UTF-16 units. */
  function compare(left, right) {
    const a = Array.from(left, (char) => char.codePointAt(0));
    const b = Array.from(right, (char) => char.codePointAt(0));
    const differs = a.findIndex((point, place) => point !== b[place]);
    if (differs < 0) return a.length - b.length;
    return differs < b.length ? a[differs] - b[differs] : 1;
  }

  /** A function that gives the numbers of a base-64 VLQ string one by one. */
  function reader(text) {
    let at = 0;
    return () => {
      let number = 0;
      let shift = 0;
      for (;;) {
        const digit = VALUES[text.charCodeAt(at++)];
        number |= (digit & 31) << shift;
        if (digit < 32) return number;
        shift += 5;
      }
    };
  }

  return { card, folder, meta, open, postings, receive, words };
})();
