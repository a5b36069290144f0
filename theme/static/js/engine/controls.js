// SPDX-License-Identifier: MIT
// The search page by keyboard, and beyond its first results: loaded with the first key or button that asks for it.
"use strict";

dateline.controls = (() => {
  const SHORTCUT = "dateline-no-slash"; // in localStorage when the single key is switched off (WCAG 2.1.4)
  const { add, address, ask, fail, go, read, result, STEP } = dateline.page;
  const root = document.querySelector("[data-search]");
  const [box, partly, more, slash] = ["q", "search-partly", "search-more", "search-slash"].map((id) =>
    document.getElementById(id),
  );

  const links = () => [...root.querySelectorAll(".result > .result-title a, details[open] .result-title a")];

  /** Add the next results. */
  async function extend() {
    const { query, sort, shown, widen } = read();
    const before = result();
    more.disabled = true;
    try {
      const added = await ask(query, { limit: STEP, offset: shown, sort, widen });
      if (result() !== before) return;
      history.replaceState(null, "", address({ shown: shown + STEP }));
      const first = links().length;
      add(added.hits, added);
      partly.hidden = !partly.querySelector("li");
      more.hidden = shown + STEP >= added.total + (added.partial ?? 0);
      links()[first]?.focus();
    } catch (error) {
      if (result() === before) fail(error);
    } finally {
      more.disabled = false;
    }
  }

  /** Arrows go through the results, a slash to the box; Escape empties it. */
  function key(event) {
    const { key: pressed, target } = event;
    const typing = target.closest?.("input, select, textarea, [contenteditable]");
    if (pressed === "/" && !typing && !stored()) {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (pressed === "Escape" && target === box) {
      event.preventDefault();
      box.value = "";
      go({ query: "" }, { replace: true });
    } else if (pressed === "Escape" && target.closest?.(".result")) box.focus();
    else if ((pressed === "ArrowDown" || pressed === "ArrowUp") && (target === box || target.closest?.(".result"))) {
      const stops = [box, ...links()];
      const next = stops[stops.indexOf(target) + (pressed === "ArrowDown" ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  /** Whether the single key is switched off; a value is kept for later visits. */
  function stored(value) {
    try {
      if (value !== undefined) localStorage.setItem(SHORTCUT, value);
      return localStorage.getItem(SHORTCUT) === "1";
    } catch {
      return false; // storage is refused: the key works
    }
  }

  /** Show how the single key stands. */
  function offer() {
    slash.checked = !stored();
  }

  slash.addEventListener("change", () => stored(slash.checked ? "0" : "1"));
  return { extend, key, offer };
})();
