// SPDX-License-Identifier: MIT
// The search page beyond its first results and its single key: loaded with the button or the list that asks for it.
"use strict";

dateline.controls = (() => {
  const { add, address, ask, fail, isOff, read, result, SHORTCUT, STEP } = dateline.page;
  const [partly, more, slash] = ["search-partly", "search-more", "search-slash"].map((id) => document.getElementById(id));

  const links = () => document.querySelectorAll(".result > .result-title a");

  /** Add the next results. */
  async function extend() {
    if (more.disabled) return;
    const { query, sort, shown, widen } = read();
    const before = result();
    more.disabled = true;
    try {
      const added = await ask(query, { limit: STEP, offset: shown, sort, widen });
      await dateline.lazy("remarks"); // where versions are folded
      if (result() !== before) return;
      history.replaceState(null, "", address({ shown: shown + STEP }));
      const known = new Set(links());
      add(added.hits, added);
      partly.hidden = !partly.querySelector("li");
      more.hidden = shown + STEP >= added.total + (added.partial ?? 0);
      [...links()].find((each) => !known.has(each))?.focus();
    } catch (error) {
      if (result() === before) fail(error);
    } finally {
      more.disabled = false;
    }
  }

  /** Show how the single key stands. */
  function offer() {
    slash.checked = !isOff();
  }

  slash.addEventListener("change", () => {
    try {
      localStorage.setItem(SHORTCUT, slash.checked ? "0" : "1");
    } catch {} // storage is refused: the key works
  });
  return { extend, offer };
})();
