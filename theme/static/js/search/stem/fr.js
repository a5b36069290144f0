// SPDX-License-Identifier: MIT
// French words to their stems, as Whoosh's whoosh.lang.snowball.french has it, to the letter.
"use strict";

dateline.analysis.stemmers.fr = (() => {
  const VOWEL = /[aeiouyâàëéêèïîôûù]/;
  const REGION = /[aeiouyâàëéêèïîôûù][^aeiouyâàëéêèïîôûù]/;
  const { rest } = dateline.regions;

  // Longer endings come first, as a search finds them: one decides, whether or not it may go.
  const NOUN = new RegExp(
    "(?:issements?|atrices?|ateurs?|ations?|logies?|usions?|utions?|ements?|[ae]mment|ances?|iqUes?|ismes?|" +
      "ables?|istes?|ences?|euses?|ments?|ités?|ives?|eaux|eux|ifs?|aux)$",
  );
  const I_VERB = new RegExp(
    "(?:issaIent|issantes?|iraIent|issants?|issions|irions|issai[st]|issent|issiez|issons|irai[st]|irent|iriez|" +
      "irons|iront|isse[sz]|î[mt]es|ira[is]?|irez|isse|ies?|ît|i[rst]?)$",
  );
  const E_VERB = /(?:eraIent|erions|èrent|erai[st]|eriez|erons|eront|era[is]?|erez|ées?|iez|és|er|ez|é)$/;
  const A_VERB = /(?:assions|assent|assiez|aIent|antes?|ants?|asses?|â[mt]es|ai[st]?|ât|as|a)$/;

  function marked(plain) {
    const letters = [...plain.replaceAll("qu", "qU")];
    for (let i = 1; i < letters.length - 1; i += 1) {
      const around = VOWEL.test(letters[i - 1]) + VOWEL.test(letters[i + 1]);
      if ((around === 2 && /[ui]/.test(letters[i])) || (around && letters[i] === "y")) {
        letters[i] = letters[i].toUpperCase();
      }
    }
    return letters.join("");
  }

  function regionOfVerb(word) {
    if (/^(?:par|col|tap)/.test(word) || (VOWEL.test(word[0]) && VOWEL.test(word[1]))) return word.slice(3);
    return rest(word[0].replace(VOWEL, "-") + word.slice(1), VOWEL);
  }

  function stem(plain) {
    let word = marked(plain);
    const r1 = rest(word, REGION);
    const r2 = rest(r1, REGION);
    let rv = regionOfVerb(word);
    let removed = false;
    let verbal = true;

    function put(length, instead = "") {
      word = word.slice(0, word.length - length) + instead;
      removed = true;
    }
    /** Take off a further ending that R2 has; else put something in its place. */
    function further(ending, instead) {
      if (!word.endsWith(ending)) return false;
      if (r2.includes(ending)) put(ending.length);
      else if (instead !== undefined) put(ending.length, instead);
      return r2.includes(ending);
    }

    const noun = NOUN.exec(word)?.[0] ?? "";
    const { length } = noun;
    const [in1, in2, inVerb] = [r1, r2, rv].map((region) => region.includes(noun));
    if (noun === "eaux") put(1);
    else if (/^euse/.test(noun)) {
      if (in2) put(length);
      else if (in1) put(length, "eux");
    } else if (/^ement/.test(noun)) {
      if (inVerb) {
        put(length);
        if (word.endsWith("iv") && r2.includes("iv")) {
          if (further("iv")) further("at");
        } else if (word.endsWith("eus")) {
          if (r2.includes("eus")) put(3);
          else if (r1.includes("eus")) put(1, "x");
        } else if (/(?:abl|iqU)$/.test(word)) {
          if (/abl|iqU/.test(r2)) put(3);
        } else if (/[iI]èr$/.test(word) && /[iI]èr/.test(rv)) put(3, "i");
      }
    } else if (/^[ae]mment$/.test(noun)) {
      if (inVerb) {
        word = word.slice(0, -6) + noun[0] + "nt";
        if (noun[0] === "a") rv = rv.slice(0, -6) + "ant";
        removed = false;
      }
    } else if (/^ment/.test(noun)) {
      if (inVerb && !rv.startsWith(noun) && VOWEL.test(rv.at(rv.lastIndexOf(noun) - 1))) {
        word = word.slice(0, -length);
        rv = rv.slice(0, -length);
      }
    } else if (noun === "aux") {
      if (in1) put(2, "l");
    } else if (/^issement/.test(noun)) {
      if (in1 && !VOWEL.test(word.at(-length - 1))) put(length);
    } else if (noun && in2) {
      if (/^log/.test(noun)) put(length, "log");
      else if (/^u/.test(noun)) put(length, "u");
      else if (/^enc/.test(noun)) put(length, "ent");
      else {
        put(length);
        if (/^at/.test(noun)) further("ic", "iqU");
        else if (/^ité/.test(noun)) {
          if (word.endsWith("abil")) {
            if (r2.includes("abil")) put(4);
            else put(2, "l");
          } else if (word.endsWith("ic")) further("ic", "iqU");
          else further("iv");
        } else if (/^i[fv]/.test(noun) && further("at")) further("ic", "iqU");
      }
    }

    if (!removed) {
      const ending = I_VERB.exec(word)?.[0];
      if (ending && rv.length > ending.length && rv.includes(ending) && !VOWEL.test(rv.at(rv.lastIndexOf(ending) - 1))) {
        put(ending.length);
        verbal = false;
      }
      if (verbal) {
        const [e, a] = [E_VERB, A_VERB].map((pattern) => pattern.exec(rv)?.[0] ?? "");
        if (rv.endsWith("ions") && !/(?:ass|er)ions$/.test(rv)) {
          if (r2.includes("ions")) put(4);
        } else if (e.length > a.length) put(e.length);
        else if (a) put(a.length + (rv.slice(0, -a.length).endsWith("e") ? 1 : 0));
      }
    }

    if (removed) word = word.replace(/Y$/, "i").replace(/ç$/, "c");
    else {
      word = word.replace(/([^aiouès])s$/, "$1");
      const ending = ["ière", "Ière", "ion", "ier", "Ier", "e", "ë"].find(
        (candidate) => word.endsWith(candidate) && rv.includes(candidate),
      );
      if (ending === "ion") word = r2.includes("ion") && /[st]/.test(rv.at(-4)) ? word.slice(0, -3) : word;
      else if (ending === "e" || (ending === "ë" && word.slice(-3, -1) === "gu")) word = word.slice(0, -1);
      else if (ending && ending !== "ë") word = word.slice(0, -ending.length) + "i";
    }

    word = word.replace(/(enn|onn|ett|ell|eill)$/, (double) => double.slice(0, -1));
    word = word.replace(/(.)[éè]([^aeiouyâàëéêèïîôûù]+)$/, "$1e$2");
    return word.replace(/[IUY]/g, (letter) => letter.toLowerCase());
  }

  return { letters: /^[a-zàâçéèêëîïôöùûüÿ]{3,}$/, stem };
})();
