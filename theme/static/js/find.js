// SPDX-License-Identifier: MIT
// An article that was opened from the search: its address says what was sought (?find=), and the words are marked.
// data-scripts has the addresses of the scripts of analysis, which are loaded only then; data-languages the archive's.
"use strict";

(() => {
  const { scripts = "", languages = "" } = document.currentScript.dataset;
  const SHORTCUT = "dateline-no-slash"; // in localStorage when single keys are switched off (WCAG 2.1.4)
  const asked = new URLSearchParams(location.search);
  const sought = new Set(asked.get("find")?.split(" ").filter(Boolean));
  const text = document.querySelector(".prose");
  if (!sought.size || !text) return;

  const load = (path) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: path, onload: resolve, onerror: reject });
      document.head.append(script);
    });

  function mark(node, has) {
    const tokens = dateline.analysis.findTokens(node.data);
    const named = partsOfNames(tokens.map(({ word }) => word));
    for (const [place, { start, end }] of [...tokens.entries()].reverse()) {
      if (!named.has(place) && !has(node.data.slice(start, end))) continue;
      const found = document.createElement("mark");
      found.className = "hit";
      node.splitText(end);
      found.append(node.splitText(start));
      node.after(found);
    }
  }

  /** The places of words that stand together as a name that is sought: "islamic.state". */
  function partsOfNames(words) {
    const places = new Set();
    for (const name of [...sought].filter((each) => each.includes(".")).map((each) => each.split("."))) {
      words.forEach((_, place) => {
        if (name.every((word, at) => words[place + at] === word)) name.forEach((_, at) => places.add(place + at));
      });
    }
    return places;
  }

  /** The address of the results that led here, where the article's own tells it. */
  function results() {
    const { action } = document.querySelector("form[role=search]") ?? {};
    asked.delete("find");
    return action && asked.has("q") ? `${action}?${asked}` : "";
  }

  function isOff() {
    try {
      return localStorage.getItem(SHORTCUT) === "1";
    } catch {
      return false; // storage is refused: the keys work
    }
  }

  function bar(hits) {
    let at = -1;
    const add = (name, textContent, properties) => {
      const made = Object.assign(document.createElement(name), { textContent, ...properties });
      region.append(made);
      return made;
    };
    const button = (words, onclick, key) =>
      add("button", words, { type: "button", onclick, ariaKeyShortcuts: key, title: `key: ${key}` });
    const go = (step) => {
      hits[at]?.classList.remove("here");
      at = (at + step + hits.length) % hits.length;
      hits[at].classList.add("here");
      hits[at].scrollIntoView({ block: "center" });
      told.textContent = `${at + 1} of ${hits.length}`;
    };
    const previous = () => go(at < 0 ? 0 : -1);
    const next = () => go(1);
    const close = () => {
      hits.forEach((hit) => hit.replaceWith(...hit.childNodes));
      region.remove();
      removeEventListener("keydown", press);
      document.getElementById("main")?.focus();
    };
    const region = document.createElement("section");
    region.className = "find-bar";
    region.ariaLabel = "Words found";
    const press = ({ key, target, ctrlKey, metaKey, altKey }) => {
      if (ctrlKey || metaKey || altKey || target.closest?.("input, select, textarea, [contenteditable]")) return;
      const isInside = region.contains(target);
      if (isInside || !isOff()) ({ n: next, p: previous })[key]?.();
      if (isInside && key === "Escape") close();
    };
    const told = add("span", `${hits.length} hit${hits.length > 1 ? "s" : ""}`, { role: "status" });
    button("previous", previous, "p");
    button("next", next, "n");
    const href = results();
    if (href) add("a", "results", { href, ariaLabel: "back to the results" });
    button("close", close, "Escape");
    addEventListener("keydown", press);
    const skip = document.querySelector(".skip"); // after it, few steps of the Tab key from the opening
    skip ? skip.after(region) : document.body.prepend(region);
  }

  async function start() {
    for (const path of scripts.split(" ").filter(Boolean)) await load(path);
    const { analysis } = dateline;
    if (languages) analysis.languages = languages.split(" ");
    const has = (word) => [...analysis.termsOf(word), analysis.foldWord(word)].some((term) => sought.has(term));
    const nodes = [];
    for (const part of [document.querySelector("h1"), text]) {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) nodes.push(walker.currentNode);
    }
    nodes.forEach((node) => mark(node, has));
    const hits = [...document.querySelectorAll("mark.hit")];
    if (hits.length) bar(hits);
  }
  start();
})();
