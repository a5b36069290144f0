// SPDX-License-Identifier: MIT
// The search page beyond its first results and its single key: loaded with the button or the list that asks for it.
"use strict";

dateline.controls = (() => {
  const { add, address, ask, isOff, make, number, read, result, MOST, SHORTCUT, STEP } = dateline.page;
  const [list, partly, more, slash, side] = ["results", "partly", "more", "slash", "facets"].map((id) =>
    document.getElementById(`search-${id}`),
  );

  const links = () => document.querySelectorAll(".result > .result-title a");

  /** Add the next results. */
  async function extend() {
    if (more.disabled) return;
    const { query, sort, shown, widen } = read();
    if (shown >= MOST) return end();
    const before = result();
    const next = Math.min(shown + STEP, MOST);
    more.disabled = true;
    try {
      const added = await ask(query, { limit: next - shown, offset: shown, sort, widen });
      await dateline.lazy("remarks"); // where versions are folded
      await dateline.lazy("facets-view");
      if (result() !== before) return;
      history.replaceState(null, "", address({ shown: next }));
      const known = new Set(links());
      add(added.hits, added);
      partly.hidden = !partly.querySelector("li");
      dateline.facetsView.tally(added);
      more.hidden = next >= added.total + (added.partial ?? 0);
      [...links()].find((each) => !known.has(each))?.focus();
    } finally {
      more.disabled = false;
    }
  }

  /** Say that the list ends here: a page of many thousand results would be slow. */
  function end() {
    const words = `${number(MOST)} are listed: narrow the results down, or save the whole list.`;
    const item = make("li", { class: "search-advice", tabindex: -1 }, words);
    more.hidden = true;
    list.append(item);
    item.focus();
  }

  /** Lead to the lists that narrow the results, where they stand below. */
  function reach() {
    side.focus({ preventScroll: true });
    side.scrollIntoView();
  }

  /** Show how the single keys stand. */
  function offer() {
    slash.checked = !isOff();
  }

  slash.addEventListener("change", () => {
    try {
      localStorage.setItem(SHORTCUT, slash.checked ? "0" : "1");
    } catch {} // storage is refused: the key works
  });
  return { extend, offer, reach };
})();
