// SPDX-License-Identifier: MIT
// The engine's side of the messages where it runs in a worker; client.js has the page's. First of the engine's scripts.
"use strict";
var dateline = globalThis.dateline ?? {};

if (!globalThis.document) {
  const loaded = new Set();
  const wanted = new Map();

  /** Run the script `name` once. */
  dateline.lazy = async (name) => {
    const address = dateline.lazy.scripts[name];
    if (loaded.has(name)) return;
    try {
      importScripts(address);
    } catch {
      throw new Error(`${address} could not be loaded.`);
    }
    loaded.add(name);
  };

  /** A shard, which the page loads: a worker can import but one script after another. */
  const fetchShard = (address, name) =>
    new Promise((resolve, reject) => {
      wanted.set(name, { resolve, reject });
      postMessage({ wanted: [address, name] });
    });

  onmessage = async ({ data: { open, shard, number, kind, what } }) => {
    const { answer, lazy, shards } = dateline;
    if (open) {
      lazy.scripts = open[2];
      shards.open(open[0], open[1], fetchShard);
      shards.meta().catch(() => {}); // ahead of the first question, which tells what is wrong
    } else if (shard) {
      const { resolve, reject } = wanted.get(shard.name);
      wanted.delete(shard.name);
      shard.data ? resolve(shard.data) : reject(new Error(shard.message));
    } else {
      try {
        postMessage({ number, answer: await answer[kind](...what) });
      } catch ({ name, message }) {
        postMessage({ number, error: { name, message } });
      }
    }
  };
}
