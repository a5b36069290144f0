// SPDX-License-Identifier: MIT
// The exported index, loaded shard by shard: plugins/dateline/search/shards/__init__.py describes what it holds.
// Shards are scripts, because a page opened from disk may load scripts and nothing else. A worker, which can import only
// one after another, has the page load them.
"use strict";

dateline.shards = (() => {
  const DIGITS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(at + 32)).filter((char) => !'"\\'.includes(char));
  const VALUES = new Uint8Array(128);
  DIGITS.forEach((digit, value) => (VALUES[digit.charCodeAt(0)] = value));
  const BEST = 64;
  const SHARED_LENGTHS = 16;
  const CHUNK_WORDS = 250;
  const MAX_KEPT = 400; // decoded leaves and lists

  const loading = new Map();
  const kept = new Map();
  let base;
  let metaName = "meta.js";
  let fetchShard = dateline.lazy.shard;

  /** Say where the shards lie, what tells a host's copies of the first of them apart, and how they are had. */
  function open(folder, generation = "", fetching = fetchShard) {
    base = folder;
    fetchShard = fetching;
    metaName = generation ? `meta.js?${generation}` : "meta.js";
  }

  const folder = () => base ?? document.querySelector("[data-search]").dataset.search;

  function once(key, start) {
    if (!loading.has(key)) {
      const started = start();
      loading.set(key, started);
      started.catch(() => loading.delete(key)); // so that a later query tries again
    }
    return loading.get(key);
  }

  function stale() {
    return Object.assign(new Error("The archive was updated: reload the page."), { name: "StaleArchive" });
  }

  /** What a shard holds; it is not kept here once it is decoded. */
  function load(name) {
    return once(name, async () => {
      try {
        return await fetchShard(folder() + (name === "meta" ? metaName : `${name}.js`), name);
      } catch (error) {
        throw /\.js/.test(error.message) ? stale() : error; // else it says what is wrong
      }
    });
  }

  /** The result of `decode` on a shard; the last used are kept. */
  async function decoded(name, decode) {
    if (!name) return null;
    let value = kept.get(name);
    if (value === undefined) {
      value = decode(await load(name));
      loading.delete(name);
    }
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value);
    return value;
  }

  /** The archive's figures and where everything lies. */
  function meta() {
    return once("decoded meta", async () => {
      const data = await load("meta");
      data.byteLengths = numbers(data.lengths);
      return data;
    });
  }

  /** A column of numbers. */
  function numbers(text) {
    const column = new Uint32Array(text.length);
    let size = 0;
    for (let at = 0; at < text.length; ) {
      let number = VALUES[text.charCodeAt(at++)];
      if (number > 75) {
        const more = number < 88 ? 1 : number < 91 ? 2 : number - 88;
        number -= [76, 88, 91, 92][more - 1];
        for (let left = more; left; left -= 1) number = number * 93 + VALUES[text.charCodeAt(at++)];
        number += [76, 1192, 27139, 831496][more - 1];
      }
      column[size++] = number;
    }
    return column.slice(0, size);
  }

  /** What gives the numbers of a column one by one. */
  function reader(text) {
    const column = numbers(text);
    let at = 0;
    return () => column[at++];
  }

  const list = (text) => (text ? text.split("\x7f") : []);

  /** Sorted texts that are front-coded. */
  function sorted(text) {
    let before = "";
    return list(text).map((coded) => {
      const shared = VALUES[coded.charCodeAt(0)];
      const head = /[\ud800-\udbff]/.test(before) ? [...before].slice(0, shared).join("") : before.slice(0, shared);
      return (before = head + coded.slice(1));
    });
  }

  const order = (unit) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

  /** Order by code point, as Python's strings; JavaScript's own order goes by UTF-16 units. */
  function compare(left, right) {
    const size = Math.min(left.length, right.length);
    for (let at = 0; at < size; at += 1) {
      const difference = left.charCodeAt(at) - right.charCodeAt(at);
      if (difference) return order(left.charCodeAt(at)) - order(right.charCodeAt(at));
    }
    return left.length - right.length;
  }

  /** Where among sorted keys the last lies that is not after `key`; -1 when all are. */
  function find(keys, key) {
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(keys[middle], key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  const names = (text, size) => text.match(new RegExp(`.{${size}}`, "g")) ?? [];

  /** A tree's root or node: {level, keys, children}. */
  async function node(tree) {
    const { nameChars } = await meta();
    const decode = ([level, keys, children]) => ({ level, keys: sorted(keys), children: names(children, nameChars) });
    return Array.isArray(tree) ? decode(tree) : decoded(tree, decode);
  }

  /** The name of the leaf where `key` would lie; "" in a table without leaves. */
  async function leafName(tree, key) {
    const { level, keys, children } = await node(tree);
    if (!children.length) return "";
    const child = children[Math.max(0, find(keys, key))];
    return level ? leafName(child, key) : child;
  }

  /**
   * The next `size` postings of a block: the articles, how often each has the term in the title and in the body (or how
   * often the value), their lengths, and bits for the chunks of long bodies that have it.
   */
  function postings(columns, size, family, { byteLengths, usualLength }, shared) {
    const [gap, shape, titled, length, mask] = columns;
    const isText = family === "text";
    const documents = new Uint32Array(size);
    const [title, body, lengths] = [documents, documents, documents].map(() => new Uint16Array(size));
    let masks;
    for (let at = 0, document = -1; at < size; at += 1) {
      documents[at] = document += gap() + 1;
      const form = shape();
      if (form & 1) title[at] = titled() + 1;
      body[at] = form >> 1;
      const byte = shared ? shared[document] : length();
      lengths[at] = byteLengths[isText ? (byte + usualLength) & 255 : byte];
      if (isText && form > 1 && lengths[at] > CHUNK_WORDS) (masks ??= new Uint32Array(size))[at] = mask();
    }
    return { documents, title, body, lengths, masks };
  }

  const sum = (column) => column.reduce((total, number) => total + number, 0);

  /** The terms of a leaf, by key. */
  function leaf([first, keys, heads, lists, ...block], figures) {
    const columns = block.map(reader);
    const head = reader(heads);
    const skipped = { title: 0, body: 0 };
    const labels = list(first);
    const found = new Map();
    let listed = 0;
    for (const key of sorted(keys)) {
      const space = key.indexOf(" ");
      const family = space < 0 ? "text" : key.slice(0, space);
      const number = head();
      const df = number >> 2;
      const entry = { df, family, named: (number & 1) > 0 }; // whether a name of a place or an actor begins with it
      if (number & 2) entry.list = lists.slice(listed, (listed += figures.nameChars));
      entry.best = postings(columns, entry.list ? BEST : df, family, figures);
      if (space < 0 && !entry.list) {
        Object.assign(entry, { positions: first, skipped: { ...skipped } });
        skipped.title += sum(entry.best.title);
        skipped.body += sum(entry.best.body);
      } else if (space >= 0 && key[space + 1] !== "<") entry.label = labels.shift();
      found.set(key, entry);
    }
    return found;
  }

  /** A term of a family: {df, family, named, label of a value, best: few postings, or the best of many}; else null. */
  async function term(family, key) {
    const figures = await meta();
    const { roots } = figures;
    const [tree, sought] = family === "text" ? [roots.text, key] : [roots.values, `${family} ${key}`];
    const name = await leafName(tree, sought);
    return (await decoded(name, (data) => leaf(data, figures)))?.get(sought) ?? null;
  }

  /** All postings of a term. */
  async function postingsOf({ best, df, family, list: name }) {
    if (!name) return best;
    const figures = await meta();
    const shared = family === "text" && df * SHARED_LENGTHS > figures.documents && (await column("lengths"));
    return decoded(name, (data) => {
      const found = postings(data.slice(0, 5).map(reader), df, family, figures, shared);
      return Object.assign(found, { positions: data[5], contexts: data[6] });
    });
  }

  /** What results show of an article: {slug, url, title, topic, date, label, group, text, chunk}. */
  async function card(document, chunk = 0) {
    const figures = await meta();
    const runs = await decoded(figures.runs, ([counts, coded]) => [numbers(counts), names(coded, figures.nameChars)]);
    let run_ = 0;
    let place = document;
    while (place >= runs[0][run_]) place -= runs[0][run_++];
    const name = `${runs[1][run_]}/${place}${chunk ? `-${chunk}` : ""}`;
    const [slug, url, title, topic, date, label, group, text] = await decoded(name, (data) => data);
    return { slug, url, title, topic, date, label, group, text, chunk };
  }

  /** What all articles have, loaded once, as columns.js has it; of "lengths", the numbers. */
  function column(name) {
    return once(`column ${name}`, async () => {
      const data = await load((await meta()).columns[name]);
      if (name === "lengths") return numbers(data[0]);
      await dateline.lazy("columns");
      return dateline.columns(name, data);
    });
  }

  return {
    card, column, compare, decoded, digits: DIGITS, find, folder, list, meta, node, numbers, open, postings: postingsOf,
    reader, sorted, sum, term,
  }; // prettier-ignore
})();
