// SPDX-License-Identifier: MIT
// The engine as the page asks it: in a worker, where one may be had, else on the page itself, as from disk.
"use strict";

/**
 * What answers from the shards in `folder`, of the generation that the page was made with, seen from the page: {search,
 * facets}, and ready() if it is on the page.
 */
dateline.client = (folder, generation) => {
  const absolute = (path) => new URL(path, document.baseURI).href;
  const { lazy } = dateline;
  const waiting = new Map();
  let number = 0;
  let worker;

  async function ready() {
    if (worker) return;
    if (!dateline.answer) await lazy("engine");
    dateline.shards.open(folder, generation);
    return dateline.answer;
  }

  const ask = (kind) => async (...what) => {
    if (!worker) return (await ready())[kind](...what);
    return new Promise((resolve, reject) => {
      waiting.set((number += 1), { kind, what, resolve, reject });
      worker.postMessage({ number, kind, what });
    });
  };
  const client = { facets: ask("facets"), search: ask("search"), ready };

  /** Load a shard for the worker. */
  async function give(own, address, name) {
    const given = lazy.shard(address, name).then((data) => ({ name, data }), ({ message }) => ({ name, message })); // prettier-ignore
    own.postMessage({ shard: await given });
  }

  function start() {
    const own = (worker = new Worker(lazy.scripts.engine));
    own.onmessage = ({ data }) => {
      if (data.wanted) return give(own, ...data.wanted);
      const { resolve, reject } = waiting.get(data.number) ?? {};
      waiting.delete(data.number);
      if (data.error) reject?.(Object.assign(new Error(data.error.message), { name: data.error.name }));
      else resolve?.(data.answer);
    };
    own.onerror = (event) => {
      event.preventDefault();
      own.terminate();
      worker = null; // a policy without workers
      for (const { kind, what, resolve } of waiting.values()) resolve(client[kind](...what));
      waiting.clear();
    };
    const scripts = Object.entries(lazy.scripts).map(([name, path]) => [name, absolute(path)]);
    worker.postMessage({ open: [folder, generation, Object.fromEntries(scripts)] });
  }

  if (location.protocol.startsWith("http")) {
    try {
      start();
    } catch {} // a browser without workers
  }
  return client;
};
