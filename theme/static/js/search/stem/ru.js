// SPDX-License-Identifier: MIT
// Russian words to their stems, as Whoosh's whoosh.lang.snowball.russian has it, to the letter: it works on a
// spelling in Latin letters, where й is i`, ц t^s, ъ '', ь ', э e`, ю i^u, я i^a.
"use strict";

dateline.analysis.stemmers.ru = (() => {
  const LATIN = "a b v g d e zh z i i` k l m n o p r s t u f kh t^s ch sh shch '' y ' e` i^u i^a".split(" ");
  const SOUND = /i\^u|i\^a|shch|kh|t\^s|ch|e`|i`|sh|zh|''|[a-z']/g;
  const VOWEL = /[AUEaeiouy]/;
  const REGION = /[AUEaeiouy][^AUEaeiouy]/;
  const { rest } = dateline.regions;

  // A search finds the longest of the endings that may go; some only after an а or я.
  const ADJECTIVAL = "(?:[yieo]e|[ioye]m|[oiey]i`|[oe]mu|[iy]mi|[iy]kh|[oe]go|ai\\^a|[uoe]i\\^u|i\\^ui\\^u|i\\^ai\\^a)";
  const GERUND = /(?:[iy]v|(?<=a)v)(?:shi(?:s')?)?$/;
  const ADJECTIVE = new RegExp(
    `(?:ui\\^ushch(?:(?!ai\\^a)${ADJECTIVAL}|aia)|[iy]vsh${ADJECTIVAL}|(?<=a)(?:i\\^ushch|shch|vsh|em|nn)${ADJECTIVAL}|` +
      `${ADJECTIVAL})$`,
  );
  const VERB = new RegExp(
    "(?:[eu]i`te|ui\\^ut|ish'|[iy]l[aio]|en[aoy]|ite|i\\^at|uet|[iy]t'|ui\\^u|[eu]i`|[iy][lmt]|en|i\\^u|" +
      "(?<=a)(?:esh'|ete|i`te|i\\^ut|nno|l[aio]?|n[aoy]?|em|et|t'|i`))$",
  );
  const NOUN = /(?:(?:i?i\^)?a(?:mi|kh|m)|iei`|i?em|[i']?i\^[ua]|[eo]v|[i']e|[ei]i|[eoi]?i`|om|[aeiouy'])$/;

  function stem(plain) {
    let word = [...plain].map((letter) => LATIN["абвгдежзийклмнопрстуфхцчшщъыьэюя".indexOf(letter)] ?? "e").join("");
    const sounds = word.replaceAll("i^a", "A").replaceAll("i^u", "U").replaceAll("e`", "E");
    let [rv, r2] = [rest(sounds, VOWEL), rest(rest(sounds, REGION), REGION)].map((region) =>
      region.replaceAll("A", "i^a").replaceAll("U", "i^u").replaceAll("E", "e`"),
    );

    function cut(pattern) {
      const length = pattern.exec(rv)?.[0].length;
      if (length) [word, rv, r2] = [word, rv, r2].map((part) => part.slice(0, -length));
      return length;
    }

    if (!cut(GERUND)) {
      cut(/(?:si\^a|s')$/);
      if (!cut(ADJECTIVE) && !cut(VERB)) cut(NOUN);
    }
    cut(/i$/);
    const derived = /ost'?$/.exec(r2);
    if (derived) word = word.slice(0, -derived[0].length);
    if (word.endsWith("nn")) word = word.slice(0, -1);
    else if (/ei`she?$/.test(word)) word = word.replace(/ei`she?$/, "").replace(/nn$/, "n");
    else word = word.replace(/'$/, "");
    return word.replace(SOUND, (sound) => "абвгдежзийклмнопрстуфхцчшщъыьэюя"[LATIN.indexOf(sound)] ?? sound);
  }

  return { letters: /^[а-яё]{3,}$/, stem };
})();
