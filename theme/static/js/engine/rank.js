// SPDX-License-Identifier: MIT
// A plan against the shards: the articles that it finds, and their scores, as plugins/dateline/search/evaluate.py has
// them. Sums are taken in halves there and here, so that they agree to the bit.
"use strict";

dateline.rank = (() => {
  const K1 = 1.2;
  const B = 0.75;
  const TITLE_WEIGHT = 1.5;
  const MAX_BUSY = 20; // milliseconds at one go, so that a page without a worker stays alive
  const { shards } = dateline;
  const NOTHING = { documents: new Uint32Array(0), scores: new Float64Array(0) };
  let begun = performance.now();

  /** The articles that a plan finds, in archive order, with their scores: {documents, scores}. */
  async function evaluate([kind, ...rest]) {
    await rested();
    if (EVALUATE[kind]) return EVALUATE[kind](rest);
    await dateline.lazy("filters");
    return dateline.filters[kind](rest);
  }

  const EVALUATE = {
    term: ([field, term, boost]) => evaluateTerm(field, term, boost),
    phrase: (phrase) => dateline.lazy("phrases").then(() => dateline.phrases.evaluate(phrase)),
    or: async (parts) => inHalves(union, await all(parts, evaluate)),
    and: evaluateAnd,
    none: () => NOTHING,
  };

  const all = (parts, each) => Promise.all(parts.map(each));

  /** Let the page breathe where it has been kept busy. */
  function rested() {
    if (performance.now() - begun < MAX_BUSY) return;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel(); // sooner than a timer
      port1.onmessage = () => {
        begun = performance.now();
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });
  }

  async function evaluateAnd(parts) {
    if (parts.some(([kind]) => kind === "not")) return dateline.lazy("filters").then(() => dateline.filters.and(parts));
    return inHalves(intersection, await all(parts, evaluate));
  }

  const familyOf = (field) => (field === "title" || field === "body" ? "text" : field);

  async function evaluateTerm(field, key, boost) {
    const entry = await shards.term(familyOf(field), key);
    return entry ? scored(field, entry, await shards.postings(entry), boost) : NOTHING;
  }

  /** BM25F, each step as in scoring.py; of the postings that have the field. */
  async function scored(field, { df, family }, { documents, title, body, lengths }, boost, average) {
    const { averages, documents: total } = await shards.meta();
    average ??= averages[family];
    const weight = idf(df, total);
    const titleWeight = field === "body" ? 0 : TITLE_WEIGHT;
    const bodyWeight = field === "title" ? 0 : 1;
    const scores = new Float64Array(documents.length);
    for (let at = 0; at < scores.length; at += 1) {
      const count = titleWeight * title[at] + bodyWeight * body[at];
      scores[at] = weight * ((count * (K1 + 1)) / (count + K1 * (1 - B + (B * lengths[at]) / average))) * boost;
    }
    await rested();
    return family === field || family !== "text" ? { documents, scores } : filtered({ documents, scores }, (at) => scores[at]);
  }

  const idf = (df, documents) => naturalLog(documents / (df + 1)) + 1;

  /** fdlibm's e_log.c by IEEE steps alone, as in scoring.py: browsers' own logarithms differ in the last bit. */
  const view = new DataView(new ArrayBuffer(8));
  function naturalLog(x) {
    view.setFloat64(0, x);
    let high = view.getUint32(0);
    let k = (high >>> 20) - 1023;
    high &= 0xfffff;
    const i = (high + 0x95f64) & 0x100000;
    k += i >>> 20;
    view.setUint32(0, high | (i ^ 0x3ff00000));
    const f = view.getFloat64(0) - 1;
    const s = f / (2 + f);
    const z = s * s;
    const w = z * z;
    const t1 = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
    const t2 =
      z *
      (6.66666666666673513e-1 +
        w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
    const half = 0.5 * f * f;
    return k * 6.9314718036912381649e-1 - (half - (s * (half + (t2 + t1)) + k * 1.90821492927058770002e-10) - f);
  }

  /** Where in sorted numbers one stands, -1 where it does not. */
  function placeOf(documents, document) {
    let low = 0;
    let high = documents.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (documents[middle] < document) low = middle + 1;
      else high = middle;
    }
    return documents[low] === document ? low : -1;
  }

  function inHalves(operation, parts) {
    if (parts.length <= 1) return parts[0] ?? NOTHING;
    const middle = parts.length >> 1;
    return operation(inHalves(operation, parts.slice(0, middle)), inHalves(operation, parts.slice(middle)));
  }

  const union = (a, b) => merged(a, b, true, true, true);
  const intersection = (a, b) => merged(a, b, false, true, false);

  /** Walk two lists in step and keep what is in the left alone, in both, in the right alone, with the sum of scores. */
  function merged(a, b, left, both, right) {
    const [as, bs] = [a.documents, b.documents];
    const size = (left ? as.length : 0) + (right ? bs.length : 0) || Math.min(as.length, bs.length);
    const documents = new Uint32Array(size);
    const scores = new Float64Array(size);
    let count = 0;
    for (let i = 0, j = 0; i < as.length || j < bs.length; ) {
      const one = i < as.length ? as[i] : Infinity;
      const other = j < bs.length ? bs[j] : Infinity;
      const [keep, document, score] =
        one < other ? [left, one, a.scores[i]]
        : one > other ? [right, other, b.scores[j]]
        : [both, one, a.scores[i] + b.scores[j]];
      if (keep) {
        documents[count] = document;
        scores[count++] = score;
      }
      if (one <= other) i += 1;
      if (other <= one) j += 1;
    }
    return { documents: documents.subarray(0, count), scores: scores.subarray(0, count) };
  }

  function filtered({ documents, scores }, isWanted) {
    const kept = documents.map((_, at) => (isWanted(at) ? 1 : 0));
    return { documents: documents.filter((_, at) => kept[at]), scores: scores.filter((_, at) => kept[at]) };
  }

  /** Numbers of places, the best score first, equal ones in archive order; no more than `most`. */
  function bestFirst({ scores }, most) {
    const places = Uint32Array.from(scores, (_, at) => at);
    let least = -Infinity;
    if (most < scores.length / 4) least = scores.slice().sort()[scores.length - most]; // typed arrays sort by number
    return places.filter((at) => scores[at] >= least).sort((a, b) => scores[b] - scores[a] || a - b);
  }

  /**
   * The first `most` articles that a plan of a single term finds, as far as its 64 best tell them for sure:
   * {documents, scores, total}, best first; else null.
   */
  async function best([kind, field, key, boost], most) {
    if (kind !== "term" || familyOf(field) !== field) return null;
    const entry = await shards.term(field, key);
    if (!entry || entry.df <= most) return null;
    const { averages } = await shards.meta();
    const average = averages[entry.family];
    const reference = 2 ** (Math.floor(Math.log2(average) * 64 + 0.5) / 64); // as in postings.py
    const found = await scored(field, entry, entry.best, boost);
    // No other article has more under the reference; under the true average it may have more by as much as that is.
    const least = entry.list ? Math.min(...(await scored(field, entry, entry.best, boost, reference)).scores) : -1;
    const bound = least * Math.max(1, average / reference) * (1 + 1e-9);
    const order = bestFirst(found, most).subarray(0, most);
    if (order.length < most || found.scores[order[most - 1]] <= bound) return null;
    const pick = (column) => column.constructor.from(order, (at) => column[at]);
    return { documents: pick(found.documents), scores: pick(found.scores), total: entry.df };
  }

  /** The chunk of an article's text with the most different `terms`, the first of several. */
  async function chunkOf(document, terms, isBest) {
    const counts = new Array(32).fill(0);
    for (const term of terms) {
      const entry = await shards.term("text", term);
      const { documents, masks } = (entry && (isBest ? entry.best : await shards.postings(entry))) ?? {};
      const at = masks ? placeOf(documents, document) : -1;
      for (let chunk = 0, mask = at < 0 ? 0 : masks[at]; mask; chunk += 1, mask >>>= 1) counts[chunk] += mask & 1;
    }
    return counts.indexOf(Math.max(...counts));
  }

  return { all, best, bestFirst, chunkOf, evaluate, filtered, idf, inHalves, intersection, merged, placeOf, rested, scored, union };
})();
