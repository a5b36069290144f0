// SPDX-License-Identifier: MIT
// Finnish words to their stems, as Whoosh's whoosh.lang.snowball.finnish has it, to the letter.
"use strict";

dateline.analysis.stemmers.fi = (() => {
  const REGION = /[aeiouyäö][^aeiouyäö]/;
  const LONG_VOWEL = /([aeiouäö])\1$/;
  const CASE = /(?:siin|tten|seen|h[aeioäö]n|den|tt[aä]|ss[aä]|st[aä]|l[lt][aä]|lle|ksi|ine|[tn][aä]|[aän])$/;
  const POSSESSED = /(?:(?:[tn]|ss|ll)(?:aan|ään)|(?:ll|in)een)$/;
  const { rest } = dateline.regions;

  /** The ending of a word's case that may go behind what it follows, "" for none. */
  function caseOf(word, r1) {
    const ending = CASE.exec(r1)?.[0] ?? "";
    if (/^(?:siin|tten|den)$/.test(ending)) return /[aeiouäö]i(?:siin|tten|den)$/.test(word) ? ending : "n";
    if (ending === "seen") return /([aeiouäö])\1seen$/.test(word) ? ending : "n";
    const fits =
      (!/^h/.test(ending) || /([aeioäö])h\1n$/.test(word)) &&
      (!/^tt/.test(ending) || /ett.$/.test(word)) &&
      (!/^[aä]/.test(ending) || /[bcdfghjklmnp-tvwxz][aeiouyäö].$/.test(word));
    return fits ? ending : "";
  }

  function stem(plain) {
    let word = plain;
    let r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);

    function cut(length) {
      [word, r1, r2] = [word, r1, r2].map((part) => part.slice(0, -length));
    }

    let ending = /(?:kaan|kään|sti|kin|h[aä]n|k[oö]|p[aä])$/.exec(r1)?.[0];
    if (ending === "sti" ? r2.endsWith(ending) : ending && /[ntaeiouyäö]$/.test(word.slice(0, -ending.length))) {
      cut(ending.length);
    }

    ending = /(?:ns[aä]|mme|nne|si|ni|[aäe]n)$/.exec(r1)?.[0];
    if (ending === "ni") {
      cut(2);
      [word, r1, r2] = [word, r1, r2].map((part) => part.replace(/kse$/, "ksi"));
    } else if (ending?.length === 3 || (ending === "si" && !word.endsWith("ksi"))) cut(ending.length);
    else if (ending && POSSESSED.test(word)) cut(2);

    const inflection = caseOf(word, r1);
    if (inflection) cut(inflection.length);
    if (inflection === "n" && (word.endsWith("ie") || LONG_VOWEL.test(word))) cut(1);

    ending = /(?:i?m[pm][iaä]|ej[aä])$/.exec(r2)?.[0];
    if (ending && !(ending.length === 3 && ending[0] === "m" && /po...$/.test(word))) cut(ending.length);

    if (inflection) {
      if (/[ij]$/.test(r1)) cut(1);
    } else if (/[aeiouyäö]t$/.test(r1)) {
      cut(1);
      if (r2.endsWith("imma")) cut(4);
      else if (/mma$/.test(r2) && r2.slice(-5, -3) !== "po") cut(3);
    }

    if (LONG_VOWEL.test(r1)) cut(1);
    if (/[bcdfghjklmnp-tvwxz][aäei]$/.test(r1)) cut(1);
    if (/[ou]j$/.test(r1)) cut(1);
    if (r1.endsWith("jo")) cut(1);
    return word.replace(/([bcdfghjklmnp-tvwxz])\1(?=[aeiouyäö]*$)/, "$1");
  }

  return { letters: /^[a-zåäöšž]{3,}$/, stem };
})();
