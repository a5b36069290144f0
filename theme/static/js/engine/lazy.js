// SPDX-License-Identifier: MIT
// Scripts that are loaded when needed, by the page and by the engine where it runs on the page.
"use strict";
var dateline = globalThis.dateline ?? {};

dateline.lazy = (() => {
  const own = document.currentScript.src;
  const named = document.querySelector("[data-search]")?.dataset.scripts;
  const loading = new Map();
  const received = new Map();

  /** Called by every shard. */
  dateline.shard = (name, data) => received.set(name, data);

  /** Run a classic script; rejects when there is none. */
  function run(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = script.onerror = ({ type }) => {
        script.remove();
        const isOffline = /^http/.test(location.protocol) && !navigator.onLine;
        if (type === "load") resolve();
        else reject(new Error(isOffline ? "There is no connection to the archive." : `${address} could not be loaded.`));
      };
      document.head.append(script);
    });
  }

  /** What the shard `name` holds, which the script at `address` hands over. */
  async function shard(address, name) {
    await run(address);
    if (!received.has(name)) throw new Error(`${address} is not the shard ${name}.`);
    const data = received.get(name);
    received.delete(name);
    return data;
  }

  /** Run the script `name` once, from where the page says it lies, else beside this one; resolves when it stands. */
  function lazy(name) {
    if (!loading.has(name)) {
      const started = run(lazy.scripts[name] ?? new URL(`${name}.js`, own).href);
      loading.set(name, started);
      started.catch(() => loading.delete(name)); // so that a later wish tries again
    }
    return loading.get(name);
  }

  return Object.assign(lazy, { shard, scripts: JSON.parse(named ?? "{}") });
})();
