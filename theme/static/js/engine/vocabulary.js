// SPDX-License-Identifier: MIT
// The words and names of the archive, in order of code points. Loaded for names, for what stands for several words, and
// for suggestions.
"use strict";

dateline.vocabulary = (() => {
  const FIELDS = ["place", "actor", "topic", "tag", "source", "author"];
  const { compare, decoded, digits, find, list, meta, node, sorted } = dateline.shards;
  const valueOf = (text) => digits.indexOf(text[0]);

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

  /** The words that begin with `prefix`: {word, rank (of floor(log2(df))), terms}. */
  async function* words(prefix) {
    for await (const [word, value] of entries("words", prefix)) {
      const letters = [...word];
      const whole = (term) => letters.slice(0, valueOf(term) - 1).join("") + term.slice(1);
      yield { word, rank: valueOf(value), terms: value.slice(1).split(" ").map(whole) };
    }
  }

  /** The names that begin with `prefix`: {text, whole, field, key}. */
  async function* names(prefix) {
    for await (const [text, value] of entries("names", prefix)) {
      for (const part of value.split("\x9f")) {
        const kind = valueOf(part);
        yield { text, whole: kind % 2 > 0, field: FIELDS[kind >> 1], key: part.slice(1) };
      }
    }
  }

  return { names, words };
})();
