// SPDX-License-Identifier: MIT
// Italian words to their stems, as Whoosh's whoosh.lang.snowball.italian has it, to the letter.
"use strict";

dateline.analysis.stemmers.it = (() => {
  const REGION = /[aeiouàèìòù][^aeiouàèìòù]/;
  const GRAVE = { á: "à", é: "è", í: "ì", ó: "ò", ú: "ù" };
  const { regionOfVerb, rest } = dateline.regions;

  // Longer endings come first: the first that fits decides, whether or not it may go.
  const PRONOUN = /(?:gli(?:e(?:l[aeio]|ne))?|sene|[cmtv]e(?:l[aeio]|ne)|l[aeio]|[cmstv]i|ne)$/;
  const NOUN = new RegExp(
    "(?:atric[ei]|(?:az|uz|us)ion[ei]|[ai]ment[oi]|amente|[ai]bil[ei]|mente|ator[ei]|logi[ae]|[ae]nz[ae]|ich[ei]|" +
      "ism[oi]|ist[aeiàèì]|ant[ei]|ic[oiae]|os[oiae]|ità|iv[oiae])$",
  );
  const VERB = new RegExp(
    "(?:[ei]rebbero|[aei]ssero|assimo|[ei]ranno|[ei]rebbe|[ei]remmo|[ei]rest[ei]|isc[ao]no|[aei]rono|" +
      "[aei]va(?:mo|no|te)|[ei]remo|[ei]rete|[aei]mmo|ando|ass[ei]|end[aeio]|[ei]r[ae]i|[Yi]amo|isc[aeio]|ano|" +
      "[aei]re|at[aeio]|[aei]v[aio]|[ei]r[àò]|ete|[iu]t[aeio]|ono|[ai]r)$",
  );

  function stem(plain) {
    let word = plain.replace(/[áéíóú]/g, (letter) => GRAVE[letter]).replaceAll("qu", "qU");
    word = word.replace(/([aeiouàèìòù])([iu])(?=[aeiouàèìòù])/g, (pair) => pair[0] + pair[1].toUpperCase());
    let r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    let rv = regionOfVerb(word, "aeiouàèìòù");

    function cut(length, instead = "") {
      [word, r1, r2, rv] = [word, r1, r2, rv].map((part) => part.slice(0, -length) + instead);
    }
    function cutIf(pattern) {
      const length = pattern.exec(r2)?.[0].length;
      if (length) cut(length);
      return Boolean(length);
    }

    let ending = PRONOUN.exec(rv)?.[0];
    if (ending) {
      const head = rv.slice(0, -ending.length);
      if (/[ae]ndo$/.test(head)) cut(ending.length);
      else if (/[aei]r$/.test(head)) cut(ending.length, "e");
    }

    ending = NOUN.exec(word)?.[0] ?? "";
    const region = ending === "amente" ? r1 : /^[ai]ment/.test(ending) ? rv : r2;
    if (ending && region.endsWith(ending)) {
      if (ending.startsWith("logi")) cut(2);
      else if (/^u[zs]/.test(ending)) cut(5);
      else if (ending.startsWith("enz")) cut(2, "te");
      else {
        cut(ending.length);
        if (ending === "amente") {
          if (cutIf(/iv$/)) cutIf(/at$/);
          else cutIf(/(?:os|ic|abil)$/);
        } else if (/^a(?:zi|to)/.test(ending)) cutIf(/ic$/);
        else if (ending === "ità") cutIf(/(?:ic|iv|abil)$/);
        else if (ending.startsWith("iv") && cutIf(/at$/)) cutIf(/ic$/);
      }
    } else {
      ending = VERB.exec(rv)?.[0];
      if (ending) cut(ending.length);
    }

    if (/[aeioàèìò]$/.test(rv)) cut(rv.at(-2) === "i" ? 2 : 1);
    if (/[cg]h$/.test(rv)) cut(1);
    return word.toLowerCase();
  }

  return { letters: /^[a-zàáèéìíîïòóùú]{3,}$/, stem };
})();
