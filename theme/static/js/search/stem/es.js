// SPDX-License-Identifier: MIT
// Spanish words to their stems, as Whoosh's whoosh.lang.snowball.spanish has it, to the letter.
"use strict";

dateline.analysis.stemmers.es = (() => {
  const REGION = /[aeiouáéíóúü][^aeiouáéíóúü]/;
  const PLAIN = { á: "a", é: "e", í: "i", ó: "o", ú: "u" };
  const { regionOfVerb, rest } = dateline.regions;

  // Longer endings come first: the first that fits decides, whether or not it may go.
  const PRONOUN = /(?:sel[ao]s?|l[aeo]s|nos|[ms]e|l[aeo])$/;
  const NOUN = new RegExp(
    "(?:[ai]mientos?|(?:ac|uc)iones|ador[ae]s|ancias?|logías?|encias?|amente|idad(?:es)?|anzas?|ismos?|[ai]bles?|" +
      "istas?|adora?|(?:ac|uc)ión|antes?|mente|ic[ao]s?|os[ao]s?|iv[ao]s?)$",
  );
  const Y_VERB = /(?:yeron|yendo|yamos|yais|yan|yen|yas|yes|ya|ye|yo|yó)$/;
  const VERB = new RegExp(
    "(?:aríamos|eríamos|iríamos|iéramos|iésemos|[aei]ríais|[aei]remos|ierais|ieseis|[ai]steis|áramos|ábamos|ásemos|" +
      "[aei]rían|[aei]rías|[aei]réis|ieran|iesen|ieron|iendo|ieras|ieses|abais|arais|aseis|éamos|[aei]rán|[aei]rás|" +
      "[aei]ría|iera|iese|[ai]ste|aban|aran|asen|aron|ando|abas|[ai]das|aras|ases|íais|[ai]dos|[aei]mos|[aei]rá|" +
      "[aei]ré|aba|[ai]da|ara|ase|ían|[ai]do|ías|áis|éis|ía|[aei]d|an|ió|[aei]r|as|ís|en|es)$",
  );

  function stem(plain) {
    let word = plain;
    let r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    let rv = regionOfVerb(word, "aeiouáéíóúü");

    function cut(length) {
      [word, r1, r2, rv] = [word, r1, r2, rv].map((part) => part.slice(0, -length));
    }
    function cutIf(pattern) {
      const length = pattern.exec(r2)?.[0].length;
      if (length) cut(length);
      return Boolean(length);
    }

    let ending = PRONOUN.exec(word)?.[0];
    if (ending && rv.endsWith(ending)) {
      const head = rv.slice(0, -ending.length);
      if (/(?:iéndo|ándo|[áéí]r)$/.test(head)) {
        cut(ending.length);
        [word, r1, r2, rv] = [word, r1, r2, rv].map((part) => part.replace(/[áéí]/g, (letter) => PLAIN[letter]));
      } else if (/(?:ando|iendo|[aei]r)$/.test(head)) cut(ending.length);
      else if (head.endsWith("yendo") && word.slice(0, -ending.length).endsWith("uyendo")) cut(ending.length);
    }

    ending = NOUN.exec(word)?.[0];
    const removed = ending && (ending === "amente" ? r1 : r2).endsWith(ending);
    if (removed) {
      const instead = { log: "log", uci: "u", enc: "ente" }[ending.slice(0, 3)];
      if (instead) [word, rv] = [word, rv].map((part) => part.replaceAll(ending, instead));
      else {
        cut(ending.length);
        if (ending === "amente") {
          if (cutIf(/iv$/)) cutIf(/at$/);
          else cutIf(/(?:os|ic|ad)$/);
        }
        if (/^(?:ador|aci|an(?:te|cia))/.test(ending)) cutIf(/ic$/);
        else if (ending === "mente") cutIf(/(?:ante|able|ible)$/);
        else if (ending.startsWith("idad")) cutIf(/(?:abil|ic|iv)$/);
        else if (/^iv/.test(ending)) cutIf(/at$/);
      }
    } else {
      ending = Y_VERB.exec(rv)?.[0];
      if (ending && word.slice(0, -ending.length).endsWith("u")) cut(ending.length);
      ending = VERB.exec(rv)?.[0];
      if (ending) {
        cut(ending.length);
        if (/^(?:en|es|éis|emos)$/.test(ending)) {
          if (word.endsWith("gu")) word = word.slice(0, -1);
          if (rv.endsWith("gu")) rv = rv.slice(0, -1);
        }
      }
    }

    ending = /(?:os|[aeoáéíó])$/.exec(rv)?.[0];
    if (ending) {
      cut(ending.length);
      if (/[eé]/.test(ending) && word.endsWith("gu") && rv.endsWith("u")) word = word.slice(0, -1);
    }
    return word.replace(/[áéíóú]/g, (letter) => PLAIN[letter]);
  }

  return { letters: /^[a-záéíóúüñ]{3,}$/, stem };
})();
