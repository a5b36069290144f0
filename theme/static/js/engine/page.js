// SPDX-License-Identifier: MIT
// The search page: its address holds the question, its box and lists change the address, its list shows the answer.
// Here is what a plain query needs; the rest comes with scripts of its own, some named by the elements that use them:
// data-click="exports save" loads exports.js and calls dateline.exports.save.
"use strict";

dateline.page = (() => {
  const STEP = 10;
  const MOST = 1000; // listed
  const PAUSE = 250; // milliseconds without a key, after which a question is asked while it is typed
  const SHORTCUT = "dateline-no-slash"; // in localStorage when the single key is switched off

  const at = (id) => document.getElementById(id);
  const number = (count) => count.toLocaleString("en");
  const plural = (count) => `${number(count)} article${count === 1 ? "" : "s"}`;

  const root = document.querySelector("[data-search]");
  const { search: folder = "", root: site = "", api = "", generation } = root?.dataset ?? {};
  const [box, order, status, list, partly, more] = ["q", "search-order", "search-status", "search-results",
    "search-partly", "search-more"].map(at); // prettier-ignore
  const { lazy } = dateline;
  const name = document.title;
  let client;
  let turn = 0; // answers to an older question than the last are dropped
  let current = null; // the answer that is shown
  let pause = 0;
  let maker = ""; // the control whose changes, one by one, are a single entry of the history
  let pointed = false; // the pointer moved over the list since the reader last did something
  let groups = new Map(); // the list item of each story that may have several versions

  /** An element with attributes and children. */
  function make(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.flat().filter((child) => child));
    return element;
  }

  /** What the address asks for. */
  function read() {
    const asked = new URLSearchParams(location.search);
    const sort = asked.get("sort");
    return {
      query: asked.get("q")?.trim() ?? "",
      sort: /^(newest|oldest)$/.test(sort) ? sort : "relevance",
      shown: Math.max(STEP, Math.min(Number.parseInt(asked.get("show"), 10) || 0, MOST)),
      widen: asked.get("names") !== "exact",
    };
  }

  /** The address of a question: the present one, but for what is given. */
  function address(changes) {
    const { query, sort, shown, widen } = { ...read(), shown: STEP, ...changes };
    const asked = new URLSearchParams({ q: query });
    if (sort !== "relevance") asked.set("sort", sort);
    if (shown > STEP) asked.set("show", shown);
    if (!widen) asked.set("names", "exact");
    return `?${asked}`;
  }

  /** Ask another question; those that one control makes on end replace one another in the history. */
  function go(changes, by = "") {
    history[by && by === maker ? "replaceState" : "pushState"](null, "", address(changes));
    const answered = answer();
    maker = by;
    return answered;
  }

  const engine = () => (client ??= dateline.client(folder, generation));

  /** The answer of the server, where the site has one and it answers. */
  const served = async (...question) => api && ((await lazy("server")), dateline.server.ask(...question));

  /** The answer to a query and {limit, offset, sort, widen}. */
  const ask = async (...question) => (await served(...question)) || engine().search(...question);

  /** What takes queries apart and puts them together stands when this resolves. */
  async function compose() {
    await client?.ready?.(); // on this page, the engine brings the analysis
    if (!dateline.analysis) await lazy("analysis");
    await lazy("parser");
    await lazy("compose");
  }

  async function answer() {
    clearTimeout(pause);
    maker = "";
    const mine = ++turn;
    const { query, sort, shown, widen } = read();
    if (box.value.trim() !== query) box.value = query;
    order.value = sort;
    document.title = query ? `${query} · ${name}` : name;
    dateline.form?.fill();
    if (!query) return location.search.includes("q=") ? clear("error", "Type a word or a name.") : clear("idle");
    status.dataset.state = "busy";
    list.ariaBusy = "true";
    try {
      const [result] = await Promise.all([
        ask(query, { limit: shown, sort, widen }),
        query.includes(":") && Promise.all([lazy("facets-view"), compose()]), // chips would move the list
      ]);
      if (isRemarkable(result, widen)) await lazy("remarks").then(() => dateline.remarks.prepare(result));
      // Nothing moves away under a pointer that is on its way over the list.
      while (pointed && list.matches(":hover") && mine === turn) await new Promise(requestAnimationFrame);
      if (mine === turn) show(result, { shown, widen });
    } catch (error) {
      if (mine === turn) clear("error", ...fault(error));
    }
  }

  /** Whether an answer has versions of one story, or more to be said than how many articles there are. */
  function isRemarkable({ total, partial, note, widened, suggestion, sort, hits }, widen) {
    const stories = new Set(hits.map(({ group, slug }) => group || slug));
    const isPlain = total && !partial && !note && !widened?.length && !suggestion;
    return !isPlain || sort !== "relevance" || !widen || stories.size < hits.length;
  }

  function clear(state, ...told) {
    current = null;
    empty(state);
    status.replaceChildren(...told);
    partly.hidden = more.hidden = true;
  }

  function empty(state) {
    status.dataset.state = state;
    root.dataset.found = state === "found" ? "some" : "none";
    dateline.facetsView?.settle(read().query);
    groups = new Map();
    list.replaceChildren();
    partly.lastElementChild.replaceChildren();
    list.ariaBusy = null;
  }

  function fault({ name: kind, message }) {
    const why = kind === "StaleArchive" ? "The archive was updated" : /\.js\b/.test(message) && "A script is missing";
    return why ? [`${why}: `, make("a", { href: address({}) }, "reload"), "."] : [message];
  }

  /** Say what is wrong, and leave the list as it is. */
  function tell(error) {
    status.replaceChildren(...fault(error));
    status.scrollIntoView({ block: "nearest" });
  }

  function show(result, { shown, widen }) {
    const { query, total, partial = 0, hits, error } = result;
    if (error) return clear("error", error);
    current = result;
    empty(total ? "found" : "none");
    add(hits, result);
    // At once, so that it is announced once.
    status.replaceChildren(...(dateline.remarks?.told(result, widen) ?? [make("p", {}, ...count(query, total))]));
    partly.hidden = !hits.some((hit) => hit.partial);
    more.hidden = shown >= total + partial;
    const mine = turn;
    const view = () => mine === turn && dateline[hits.length ? "facetsView" : "advice"].show(result);
    // The list can do without for a moment.
    setTimeout(() => lazy(hits.length ? "facets-view" : "advice").then(view).catch(tell), 0); // prettier-ignore
  }

  const count = (query, total) => [
    make("span", { class: "search-count" }, plural(total)), " for ", make("q", { dir: "auto" }, query),
  ]; // prettier-ignore

  /** Add results; another version of a story that is listed already goes under it. */
  function add(hits, result) {
    for (const hit of hits) {
      const first = groups.get(hit.group);
      if (first) dateline.remarks.fold(first, hit, result);
      else {
        const item = make("li", { class: "result" }, entry(hit, result, "h2"));
        (hit.partial ? partly.lastElementChild : list).append(item);
        if (hit.group) groups.set(hit.group, item);
      }
    }
  }

  function entry({ title, title_marks: titleMarks, topic, label, url, snippet, marks }, { terms }, heading) {
    const find = terms.length ? `${address(read())}&${new URLSearchParams({ find: terms.join(" ") })}` : "";
    const link = make("a", { href: site + url + find }, marked(title, titleMarks));
    return [
      make(heading, { class: "result-title", dir: "auto" }, link),
      make("p", { class: "result-facts" },
        topic && make("span", { class: "result-topic", dir: "auto" }, topic), topic && " · ",
        make("span", { class: "result-date" }, label)),
      snippet && make("p", { class: "result-snippet", dir: "auto" }, marked(snippet, marks)),
    ]; // prettier-ignore
  }

  function marked(text, marks) {
    let from = 0;
    const cut = (to) => text.slice(from, (from = to));
    return [...marks.flatMap(([start, end]) => [cut(start), make("mark", {}, cut(end))]), cut()];
  }

  /** Arrows go through box and results, a slash to the box, Escape back to it; there it empties it. */
  function press(event) {
    const { key, target } = event;
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const stops = [...root.querySelectorAll("#q, .result > .result-title a, details[open] .result-title a")];
    const place = stops.indexOf(target);
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    let next = place >= 0 && stops[place + steps[key]];
    if (key === "/" && !isOff() && !target.closest?.("input, select, textarea, [contenteditable]")) next = box;
    if (key === "Escape" && target.closest?.(".result, #q")) next = box;
    if (!next) return;
    event.preventDefault();
    next.focus();
    if (key === "/") box.select();
    if (key === "Escape" && target === box) go({ query: (box.value = "") }, "q");
  }

  /** Whether the single key is switched off (WCAG 2.1.4). */
  function isOff() {
    try {
      return localStorage.getItem(SHORTCUT) === "1";
    } catch {
      return false; // storage is refused: the key works
    }
  }

  /** Do what an element says that it does, with the script that can. */
  function act(event) {
    const [script, action] = event.target.dataset[event.type]?.split(" ") ?? [];
    if (script) lazy(script).then(() => dateline[script][action](event)).catch(tell); // prettier-ignore
  }

  /** Whoever does something wants the list to change. */
  const changeable = () => (pointed = false);

  function typed(event) {
    clearTimeout(pause);
    const query = box.value.trim();
    if (!event.isComposing && query !== read().query) pause = setTimeout(() => go({ query }, "q"), PAUSE);
  }

  function start() {
    if (!api) engine(); // so that it is there when it is asked
    root.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
    box.form.onsubmit = (event) => {
      event.preventDefault();
      const query = box.value.trim();
      query === read().query ? answer() : go({ query }, "q");
      maker = "";
    };
    box.oninput = typed;
    box.addEventListener("compositionend", typed);
    box.onblur = () => (maker = "");
    order.onchange = () => go({ sort: order.value });
    list.onpointermove = () => (pointed = true);
    list.onpointerleave = changeable;
    for (const type of ["keydown", "input", "click", "change", "popstate"]) addEventListener(type, changeable, true);
    for (const type of ["click", "toggle"]) root.addEventListener(type, act, true);
    document.onkeydown = press;
    onpopstate = answer;
    if (!read().query) box.focus();
    answer();
  }

  if (root) start();
  const result = () => current;
  const asking = { address, ask, compose, engine, go, read, result, served };
  return { ...asking, add, count, entry, isOff, make, number, plural, MOST, SHORTCUT, STEP };
})();
