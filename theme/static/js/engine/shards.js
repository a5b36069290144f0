// SPDX-License-Identifier: MIT
// The exported index, loaded shard by shard: plugins/dateline/search/shards/__init__.py describes what it holds.
// Shards are scripts, because a page opened from disk may load scripts and nothing else; a worker imports them.
"use strict";

dateline.shards = (() => {
  const DIGITS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(at + 32)).filter((char) => !'"\\'.includes(char));
  const VALUES = new Uint8Array(128);
  DIGITS.forEach((digit, value) => (VALUES[digit.charCodeAt(0)] = value));
  const FIELDS = ["place", "actor", "topic", "tag", "source", "author"];
  const BEST = 64;
  const SHARED_LENGTHS = 16;
  const CHUNK_WORDS = 250;
  const MAX_KEPT = 400; // decoded leaves and lists

  const received = new Map();
  const loading = new Map();
  const kept = new Map();
  let base;

  /** Called by every shard. */
  dateline.shard = (name, data) => received.set(name, data);

  /** Say where the shards lie; else the page says so. */
  function open(folder) {
    base = folder;
  }

  const folder = () => (base ??= document.querySelector("[data-search]").dataset.search);

  function once(key, start) {
    if (!loading.has(key)) {
      const started = start();
      loading.set(key, started);
      started.catch(() => loading.delete(key)); // so that a later query tries again
    }
    return loading.get(key);
  }

  function stale() {
    const error = new Error("The archive was updated: reload the page.");
    error.name = "StaleArchive";
    return error;
  }

  /** What a shard holds; it is not kept here once it is decoded. */
  function load(name) {
    return once(name, async () => {
      try {
        await dateline.lazy.run(`${folder()}${name}.js`);
      } catch {
        throw stale();
      }
      if (!received.has(name)) throw stale();
      const data = received.get(name);
      received.delete(name);
      return data;
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

  /** The next number of a column, from `cursor.at` on. */
  function next(cursor) {
    const { text } = cursor;
    const first = VALUES[text.charCodeAt(cursor.at++)];
    if (first < 76) return first;
    const digit = () => VALUES[text.charCodeAt(cursor.at++)];
    if (first < 88) return 76 + (first - 76) * 93 + digit();
    if (first < 91) return 1192 + ((first - 88) * 93 + digit()) * 93 + digit();
    if (first < 92) return 27139 + (digit() * 93 + digit()) * 93 + digit();
    return 831496 + ((digit() * 93 + digit()) * 93 + digit()) * 93 + digit();
  }

  const cursor = (text) => ({ text, at: 0 });

  /** A column of numbers. */
  function numbers(text) {
    const column = new Uint32Array(text.length);
    const from = cursor(text);
    let size = 0;
    while (from.at < text.length) column[size++] = next(from);
    return column.slice(0, size);
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

  /** The names of the leaves from where `key` would lie on. */
  async function* leafNames(tree, key) {
    const { level, keys, children } = await node(tree);
    for (let at = Math.max(0, find(keys, key)); at < children.length; at += 1) {
      if (level) yield* leafNames(children[at], key);
      else yield children[at];
    }
  }

  /** The entries [key, value] of a table that begin with `prefix`, by code point. */
  async function* entries(table, prefix) {
    for await (const name of leafNames((await meta()).roots[table], prefix)) {
      const [keys, values] = await decoded(name, ([texts, coded]) => [sorted(texts), list(coded)]);
      for (let at = Math.max(0, find(keys, prefix)); at < keys.length; at += 1) {
        if (keys[at].startsWith(prefix)) yield [keys[at], values[at]];
        else if (compare(keys[at], prefix) > 0) return;
      }
    }
  }

  /** The words of the archive that begin with `prefix`: {word, rank (of floor(log2(df))), terms}. */
  async function* words(prefix) {
    for await (const [word, value] of entries("words", prefix)) {
      const letters = [...word];
      const terms = value.slice(1).split(" ");
      yield {
        word,
        rank: VALUES[value.charCodeAt(0)],
        terms: terms.map((term) => letters.slice(0, VALUES[term.charCodeAt(0)] - 1).join("") + term.slice(1)),
      };
    }
  }

  /** The names of the archive that begin with `prefix`: {text, whole, field, key}. */
  async function* names_(prefix) {
    for await (const [text, value] of entries("names", prefix)) {
      for (const part of value.split("\x9f")) {
        const kind = VALUES[part.charCodeAt(0)];
        yield { text, whole: kind % 2 > 0, field: FIELDS[kind >> 1], key: part.slice(1) };
      }
    }
  }

  /** The next `size` postings of a block, as {documents, tf, lengths, masks} by field. */
  function postings(columns, size, family, byteLengths, shared) {
    const [gaps, shapes, titles, titleLengths, bodyLengths, masks] = columns;
    const documents = new Uint32Array(size);
    const column = () => new Uint16Array(size);
    const [title, body, titleLength, bodyLength] = [column(), column(), column(), column()];
    let chunks;
    for (let at = 0, document = -1; at < size; at += 1) documents[at] = document += next(gaps) + 1;
    for (let at = 0; at < size; at += 1) {
      const shape = next(shapes);
      const document = documents[at];
      if (shape & 1) {
        title[at] = next(titles) + 1;
        titleLength[at] = byteLengths[shared ? shared[0][document] : next(titleLengths)];
      }
      if (shape > 1) {
        body[at] = shape >> 1;
        bodyLength[at] = byteLengths[shared ? shared[1][document] : next(bodyLengths)];
        if (family === "text" && bodyLength[at] > CHUNK_WORDS) (chunks ??= new Uint32Array(size))[at] = next(masks);
      }
    }
    return family === "text"
      ? { documents, tf: { title, body }, lengths: { title: titleLength, body: bodyLength }, masks: chunks }
      : { documents, tf: { [family]: body }, lengths: { [family]: bodyLength } };
  }

  const sum = (column) => column.reduce((total, number) => total + number, 0);
  const present = (column) => column.reduce((total, number) => total + (number > 0), 0);

  /** The terms of a leaf, by key. */
  function leaf([positionsName, keys, heads, lists, ...block], { byteLengths, nameChars }) {
    const columns = block.map(cursor);
    const head = cursor(heads);
    const skipped = { title: 0, body: 0 };
    const found = new Map();
    let listed = 0;
    for (const key of sorted(keys)) {
      const family = key.includes(" ") ? key.slice(0, key.indexOf(" ")) : "text";
      const first = next(head);
      const df = first >> 2;
      const entry = { df, named: (first & 1) > 0, family };
      const long = first & 2;
      if (long) {
        [entry.df1, entry.df2] = [next(head), next(head)];
        entry.list = lists.slice(listed, (listed += nameChars));
      }
      entry.best = postings(columns, long ? BEST : df, family, byteLengths);
      const { title, body } = entry.best.tf;
      if (!long) {
        [entry.df1, entry.df2] = body ? [present(title), present(body)] : [0, df];
        if (body) {
          Object.assign(entry, { positionsName, skipped: { ...skipped } });
          skipped.title += sum(title);
          skipped.body += sum(body);
        }
      }
      found.set(key, entry);
    }
    return found;
  }

  /** A term of a family: {df, df1 (title), df2 (body, or the values), …}; null where no article has it. */
  async function term(family, key) {
    const figures = await meta();
    const { roots } = figures;
    const [tree, sought] = family === "text" ? [roots.text, key] : [roots.values, `${family} ${key}`];
    const name = await leafName(tree, sought);
    const entry = (await decoded(name, (data) => leaf(data, figures)))?.get(sought);
    if (!entry) return null;
    const { df, df1, df2, named } = entry;
    return {
      df,
      df1,
      df2,
      named, // whether a name of a place or an actor begins with it
      best: () => best(entry, figures),
      postings: async () => (entry.list ? fullList(entry, figures) : entry.best),
      positions: () => positions(entry, figures),
      contexts: () => contexts(entry, figures),
      neighbours: (common, offset) => neighbours(entry, figures, common, offset),
    };
  }

  async function fullList(entry, figures) {
    const shared = entry.family === "text" && entry.df * SHARED_LENGTHS > figures.documents && (await column("lengths"));
    return decoded(entry.list, (data) => {
      const found = postings(data.slice(0, 6).map(cursor), entry.df, entry.family, figures.byteLengths, shared);
      return Object.assign(found, { positionsName: data[6], contextsName: data[7] });
    });
  }

  const rounded = (value, steps) => 2 ** (Math.floor(Math.log2(value || 1) * steps + 0.5) / steps);
  const idf = (documents, df) => Math.log(documents / (df + 1)) + 1;

  /**
   * The best of a long list, as postings() gives all, with `bound`: no other article scores more. All postings of a
   * short one, its bound below every score. The bound holds for the family, not for title or body alone.
   */
  function best(entry, { documents, averages }) {
    if (!entry.list) return { ...entry.best, bound: -1 };
    const { tf, lengths } = entry.best;
    const fields = Object.keys(tf);
    const dfs = fields.length > 1 ? [entry.df1, entry.df2] : [entry.df];
    const weights = fields.map((field, at) => {
      const [average, reference] = [averages[field], rounded(averages[field], 64)];
      return { field, reference, idf: idf(rounded(documents, 8), dfs[at]), true: idf(documents, dfs[at]), average };
    });
    let least = Infinity;
    for (let at = 0; at < BEST; at += 1) {
      let score = 0;
      for (const weight of weights) {
        const count = tf[weight.field][at];
        if (!count) continue;
        const length = lengths[weight.field][at];
        score += (weight.idf * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * length) / weight.reference));
      }
      least = Math.min(least, score);
    }
    // How much a true score may exceed the reference: by the weight, and where true lengths count for less.
    const excess = weights.map((weight) => (weight.true / weight.idf) * Math.max(1, weight.average / weight.reference));
    return { ...entry.best, bound: least * Math.max(...excess) * (1 + 1e-9) };
  }

  /** Runs of places, one an article, from a column; `counts` says how many each has. */
  function places(text, counts, skipped) {
    const from = cursor(text);
    for (let at = 0; at < skipped; at += 1) next(from);
    const starts = new Uint32Array(counts.length + 1);
    const found = new Uint32Array(sum(counts));
    for (let at = 0, size = 0; at < counts.length; at += 1) {
      for (let left = counts[at], place = -1; left > 0; left -= 1) found[size++] = place += next(from) + 1;
      starts[at + 1] = size;
    }
    return { starts, places: found };
  }

  /** Where a term stands: {title, body}, each {starts, places} with the places of the n-th of postings() from starts[n] on. */
  async function positions(entry) {
    const all = await allOf(entry);
    return decoded(all.positionsName, (data) => data).then(([title, body]) => ({
      title: places(title, all.tf.title, all.skipped.title),
      body: places(body, all.tf.body, all.skipped.body),
    }));
  }

  async function allOf(entry) {
    if (!entry.list) return { ...entry.best, positionsName: entry.positionsName, skipped: entry.skipped };
    return { ...(await fullList(entry, await meta())), skipped: { title: 0, body: 0 } };
  }

  /** Common words beside a term: for each place four digits of base 93, of 2 and 1 before it, 1 and 2 after it. */
  async function contexts(entry) {
    const all = await allOf(entry);
    const { tf, skipped } = all;
    const data = await decoded(entry.list ? all.contextsName : all.positionsName, (strings) => strings);
    if (!data) return null; // a common word has none
    const of = (text, field) => text.slice(4 * skipped[field], 4 * (skipped[field] + sum(tf[field])));
    return { title: of(data.at(-2), "title"), body: of(data.at(-1), "body") };
  }

  /**
   * Where the common word `common` (of meta.common) stands `offset` (-2, -1, 1, 2) words from the term, as positions()
   * gives it and by the articles of the term: so a phrase needs no positions of a common word. Null where unknown.
   */
  async function neighbours(entry, { common: words_ }, common, offset) {
    const [own_, beside] = await Promise.all([positions(entry), contexts(entry)]);
    const digit = words_.indexOf(common) + 1;
    if (!beside || !digit) return null;
    const column_ = { [-2]: 0, [-1]: 1, 1: 2, 2: 3 }[offset];
    const of = ({ starts, places: all }, text) => {
      const kept_ = new Uint32Array(starts.length);
      const found = [];
      for (let at = 0; at + 1 < starts.length; at += 1) {
        for (let place = starts[at]; place < starts[at + 1]; place += 1) {
          if (VALUES[text.charCodeAt(4 * place + column_)] === digit) found.push(all[place] + offset);
        }
        kept_[at + 1] = found.length;
      }
      return { starts: kept_, places: Uint32Array.from(found) };
    };
    return { title: of(own_.title, beside.title), body: of(own_.body, beside.body) };
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

  const COLUMNS = {
    dates([days, more]) {
      const [steps, longer] = [numbers(days), numbers(more)];
      let day = -719163; // the day before the first of the year 1, from 1970 on
      const first = Int32Array.from(steps, (step) => (day += step & 1 ? -((step + 1) >> 1) : step >> 1));
      return { first, last: first.map((from, at) => from + longer[at]) };
    },
    groups([documents, groups]) {
      const found = new Map();
      const of = numbers(groups);
      let document = -1;
      numbers(documents).forEach((gap, at) => found.set((document += gap + 1), of[at]));
      return found;
    },
    lengths: ([title, body]) => [numbers(title), numbers(body)],
    values([labels, keys, urls, broader, counts, values]) {
      const from = cursor(broader);
      const others = list(keys).map(() => Array.from({ length: next(from) }, () => next(from)));
      const sizes = numbers(counts);
      const starts = new Uint32Array(sizes.length + 1);
      sizes.forEach((size, at) => (starts[at + 1] = starts[at] + size));
      const texts = (text) => (others.length ? text.split("\x7f") : []);
      return { labels: texts(labels), keys: list(keys), urls: texts(urls), broader: others, starts, values: numbers(values) };
    },
  };

  /**
   * What all articles have, loaded once. dates: {first, last} as days from 1970 on, of the dated articles; groups: a map
   * from articles to a group's number; a field of values: {labels, keys, urls, broader (places of broader values),
   * values (places), starts (of each article's own in it)}.
   */
  async function column(name) {
    return once(`column ${name}`, async () => (COLUMNS[name] ?? COLUMNS.values)(await load((await meta()).columns[name])));
  }

  return { card, column, compare, digits: DIGITS, folder, meta, names: names_, numbers, open, term, words };
})();
