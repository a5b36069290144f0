// SPDX-License-Identifier: MIT
// Romanian words to their stems, as Whoosh's whoosh.lang.snowball.romanian has it, to the letter, but for ș and ț with
// a comma, which it knows with a cedilla alone.
"use strict";

dateline.analysis.stemmers.ro = (() => {
  const REGION = /[aeiouăâî][^aeiouăâî]/;
  const { regionOfVerb, rest } = dateline.regions;

  // Longer endings come first: the first that fits decides, whether or not it may go.
  const PLURAL = /(?:iilor|ului|[ei]lor|iile|atei|aţi[ea]|aua|[ei]le|iua|iei|ul|ea|ii)$/;
  const COMBINED = new RegExp(
    "(?:abilit(?:at[ei]|ăţi|ăi)|ibilitate|i[vc]it(?:at[ei]|ăţi|ăi)|[ai]ţiune|[aăi]toare|" +
      "ic(?:atori?|(?:iv|al)[aeiă]?)|[ai]tiv[aeiă]?|[aăi]tori?)$",
  );
  const STANDARD = new RegExp(
    "(?:[ai]bil[aeiă]?|atori?|itat[ei]|ită(?:ţi|i)|oas[aăe]|ant[aeiă]?|iun[ei]|isme?|ist[aeiă]?|işti|[aiu]t[aăei]?|" +
      "ic[aeiă]?|o[sş]i|os|iv[aeiă]?)$",
  );
  const VERB = new RegExp(
    "^(?:(?:se|[aiuâ])?se(?:ră(?:ţi|m)?|şi)?|(?:se|[aiuâ])sem|sei|ească|[aiuâ]ră(?:ţi|m)?|[iâ]ndu?|ează|[eă]şt[ei]|" +
      "[ei]aţi|[aeiâ]re|ez[ei]?|[eă]sc|[ei]a[miu]?|[aiuâ]şi|[aeiâ]ţi|a[miu]|[uâ]i|[ăeiâ]m)$",
  );
  const BARE_VERB = /^(?:(?:se)?se(?:ră(?:ţi|m)?|şi)?|sesem|sei|[aeiâ]ţi|[ăeiâ]m)$/; // goes behind a vowel too

  function stem(plain) {
    let word = plain.replaceAll("ș", "ş").replaceAll("ț", "ţ");
    word = word.replace(/([aeiouăâî])([iu])(?=[aeiouăâî])/g, (pair) => pair[0] + pair[1].toUpperCase());
    const r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    let rv = regionOfVerb(word, "aeiouăâî");

    // Whoosh looks for an ending anywhere in a region, which need not be the word's end any more.
    const put = (part, ending, instead) => part.slice(0, -ending.length) + instead;

    let ending = PLURAL.exec(word)?.[0];
    if (ending && r1.includes(ending)) {
      if (/^(?:aua|atei|ile)$/.test(ending)) word = /abile$/.test(word) ? word : word.slice(0, -2);
      else if (/^aţi/.test(ending)) word = word.slice(0, -1);
      else {
        const instead = /^ul/.test(ending) ? "" : /^e[la]/.test(ending) ? "e" : "i";
        word = put(word, ending, instead);
        rv = rv.includes(ending) ? put(rv, ending, instead) : "";
      }
    }

    let removed = false;
    while ((ending = COMBINED.exec(word)?.[0])) {
      removed = r1.includes(ending);
      if (!removed) break;
      const instead = /^(?:[ai]bil|i[vc]|.[tţ])/.exec(ending)[0].replace("ă", "a").replace("ţ", "t");
      word = put(word, ending, instead);
      if (instead.endsWith("t") && r2.includes(ending)) r2 = put(r2, ending, instead);
    }

    ending = STANDARD.exec(word)?.[0];
    if (ending && r2.includes(ending)) {
      removed = true;
      if (/^iun/.test(ending)) word = word.replace(/ţiun.$/, "t");
      else word = put(word, ending, /^i(?:s[mt]|şt)/.test(ending) ? "ist" : "");
    }

    if (!removed) {
      ending = [8, 7, 6, 5, 4, 3, 2]
        .map((length) => word.slice(-length))
        .find((candidate) => VERB.test(candidate) && rv.includes(candidate));
      if (BARE_VERB.test(ending)) [word, rv] = [word, rv].map((part) => put(part, ending, ""));
      else if (ending && /[^aeioăâî]/.test(rv[rv.indexOf(ending) - 1] ?? "a")) word = put(word, ending, "");
    }

    ending = /(?:ie|[aeiă])$/.exec(word)?.[0];
    if (ending && rv.includes(ending)) word = put(word, ending, "");
    return word.toLowerCase();
  }

  return { letters: /^[a-zâîăşţșț]{3,}$/, stem };
})();
