// SPDX-License-Identifier: MIT
// The columns of an export, as plugins/dateline/search/shards/columns.py has them. Loaded by shards.js for facets,
// dates and versions.
"use strict";

dateline.columns = (() => {
  const { list, numbers, reader } = dateline.shards;
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
    values([labels, keys, urls, broader, counts, values]) {
      const next = reader(broader);
      const others = list(keys).map(() => Array.from({ length: next() }, next));
      const sizes = numbers(counts);
      const starts = new Uint32Array(sizes.length + 1);
      sizes.forEach((size, at) => (starts[at + 1] = starts[at] + size));
      const texts = (text) => (others.length ? text.split("\x7f") : []);
      return { labels: texts(labels), keys: list(keys), urls: texts(urls), broader: others, starts, values: numbers(values) };
    },
  };

  /**
   * A column as it was loaded. dates: {first, last} as days from 1970 on, of the dated articles; groups: a map from
   * articles to a group's number; a field of values: {labels, keys, urls, broader (places of broader values), values
   * (places), starts (of each article's own in it)}.
   */
  return (name, data) => (COLUMNS[name] ?? COLUMNS.values)(data);
})();
