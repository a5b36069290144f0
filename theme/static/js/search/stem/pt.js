// SPDX-License-Identifier: MIT
// Portuguese words to their stems, as Whoosh's whoosh.lang.snowball.portugese has it, to the letter: it works on a
// spelling where ã and õ are a~ and o~.
"use strict";

dateline.analysis.stemmers.pt = (() => {
  const REGION = /[aeiouáéíóúâêô][^aeiouáéíóúâêô]/;
  const { regionOfVerb, rest } = dateline.regions;

  // Longer endings come first: the first that fits decides, whether or not it may go.
  const NOUN = new RegExp(
    "(?:[ai]mentos?|uciones|ador(?:[ae]s|a)?|aço~es|aça~o|logías?|ências?|amente|idades?|ismos?|istas?|antes?|ância|" +
      "ución|mente|ezas?|ic[oa]s?|[áí]vel|os[oa]s?|iv[oa]s?|iras?)$",
  );
  const VERB = new RegExp(
    "(?:[aei]ríamos|[áêí]ssemos|[aei]ríeis|[áéí]sseis|[áéí]ramos|ávamos|[aei]remos|[aei]riam|[aei]ssem|[aei]ra~o|" +
      "[aei]rias|[aei]rdes|[aei]sses|[aei]stes|[áaéeíi]reis|áveis|íamos|[aei]rmos|[aei]ria|[aei]sse|[aei]ste|" +
      "[aei]rei|[aei]ram|avam|[aei]rem|[aei]ndo|[ai]d[ao]s|[aei]r[áae]s|avas|íeis|[áaei]mos|[ai]d[ao]|[aei]r[áa]|" +
      "ava|iam|ias|[ae]is|ia|ei|[ae]m|[aei][rs]|[eio]u)$",
  );

  function stem(plain) {
    let word = plain.replaceAll("ã", "a~").replaceAll("õ", "o~");
    const r1 = rest(word, REGION);
    let r2 = rest(r1, REGION);
    let rv = regionOfVerb(word, "aeiouáéíóúâêô");

    function cut(length, instead = "") {
      [word, r2, rv] = [word, r2, rv].map((part) => part.slice(0, -length) + instead);
    }
    function cutIf(pattern) {
      const length = pattern.exec(r2)?.[0].length;
      if (length) cut(length);
      return Boolean(length);
    }

    let ending = NOUN.exec(word)?.[0] ?? "";
    const { length } = ending;
    if (/^iras?$/.test(ending) && rv.endsWith(ending) && word.at(-length - 1) === "e") cut(length, "ir");
    else if (ending && (ending === "amente" ? r1 : r2).endsWith(ending)) {
      if (ending.startsWith("log")) cut(2);
      else if (ending.startsWith("uci")) cut(length, "u");
      else if (ending.startsWith("ênc")) cut(length, "ente");
      else {
        cut(length);
        if (ending === "amente") {
          if (cutIf(/iv$/)) cutIf(/at$/);
          else cutIf(/(?:os|ic|ad)$/);
        } else if (ending === "mente") cutIf(/(?:ante|[aí]vel)$/);
        else if (ending.startsWith("idade")) cutIf(/(?:ic|iv|abil)$/);
        else if (ending.startsWith("iv")) cutIf(/at$/);
      }
    } else {
      ending = VERB.exec(rv)?.[0];
      if (ending) cut(ending.length);
    }

    if (ending) {
      if (rv.endsWith("i") && word.endsWith("ci")) cut(1);
    } else {
      ending = /(?:os|[aioáíó])$/.exec(rv)?.[0];
      if (ending) cut(ending.length);
    }

    if (/[eéê]$/.test(rv)) {
      cut(1);
      if ((word.endsWith("gu") && rv.endsWith("u")) || (word.endsWith("ci") && rv.endsWith("i"))) cut(1);
    } else if (word.endsWith("ç")) word = `${word.slice(0, -1)}c`;
    return word.replaceAll("a~", "ã").replaceAll("o~", "õ");
  }

  return { letters: /^[a-zàáâãçéêíóôõúü]{3,}$/, stem };
})();
