// SPDX-License-Identifier: MIT
// Hungarian words to their stems, as Whoosh's whoosh.lang.snowball.hungarian has it, to the letter, but for ő and ű,
// which it spells õ and û.
"use strict";

dateline.analysis.stemmers.hu = (() => {
  const VOWELS = "aeiouöüáéíóőúű";
  const DOUBLE = "(?:bb|ccs?|dd|ff|ggy?|jj|kk|lly?|mm|nny?|pp|rr|ssz?|tty?|vv|zzs?)";
  const SHORT = { á: "a", é: "e" };
  const { rest } = dateline.regions;

  const CASE = new RegExp(
    "(?:képp(?:en)?|(?:[aeo]n)?ként|b[ae]n?|n[ae]k|v[ae]l|[brt][óő]l|h[eoö]z|n[áé]l|ért|kor|r[ae]|ig|[aeoö]?t|[uü]l|" +
      "v[áé]|[aeoö]?n)$",
  );
  // A long vowel in brackets is made short where the ending goes.
  const SPECIAL_CASE = /(?:(á)n(?:ként)?|(é)n)$/;
  const OTHER_CASE = /(?:(á)stul|(é)stül|a?stul|e?stül)$/;
  const OWNED = /(?:([áé])ké|([áé])éi|(é)é|[aeoö]?ké|éi?)$/;
  const OWNER = /(?:(á)juk|(é)jük|([áé])(?:nk|m|d)?|[uü]?nk|j?[uü]k|[aeo]?m|[aeoö]?d|j?[ae]|o)$/;
  const OWNERS = /(?:(?:(á)|j?a)i(?:tok|nk|[mdk])?|(?:(é)|j?e)?i(?:tek|nk|[mdk])?)$/;
  const PLURAL = /(?:([áé])|[aeoö]?)k$/;

  function regionOf(word) {
    if (!VOWELS.includes(word[0])) return rest(word.slice(1), new RegExp(`[${VOWELS}]`));
    const digraph = ["cs", "dz", "gy", "ly", "ny", "ty", "zs"].find((letters) => word.includes(letters, 1));
    return digraph ? word.slice(word.indexOf(digraph[1]) + 1) : rest(word.slice(1), new RegExp(`[^${VOWELS}]`));
  }

  function stem(plain) {
    let word = plain;
    let r1 = regionOf(word);

    function cut(length, instead = "") {
      [word, r1] = [word, r1].map((part) => part.slice(0, -length) + instead);
    }
    function cutIf(pattern, part) {
      const [ending, ...long] = pattern.exec(part) ?? [];
      if (ending && r1.endsWith(ending)) cut(ending.length, SHORT[long.find(Boolean)]);
    }
    /** Take off an ending behind a double consonant, and one of the two. */
    function undouble(ending) {
      const double = new RegExp(`${DOUBLE}(?=${ending}$)`).exec(word)?.[0];
      const simple = (part) => part.slice(0, -ending.length - 2) + part.at(-ending.length - 1);
      if (double && r1.endsWith(double + ending)) r1 = simple(r1);
      if (double) word = simple(word);
    }

    if (/[ae]l$/.test(r1)) undouble(r1.slice(-2));
    const ending = CASE.exec(word)?.[0];
    if (ending && r1.endsWith(ending)) {
      cut(ending.length);
      if (/[áé]$/.test(r1)) cut(1, SHORT[r1.at(-1)]);
    }
    cutIf(SPECIAL_CASE, r1);
    cutIf(OTHER_CASE, r1);
    if (/[áé]$/.test(r1)) undouble(r1.at(-1));
    cutIf(OWNED, r1);
    cutIf(OWNER, word);
    cutIf(OWNERS, word);
    cutIf(PLURAL, word);
    return word;
  }

  return { letters: /^[a-záéíóöúüőű]{3,}$/, stem };
})();
