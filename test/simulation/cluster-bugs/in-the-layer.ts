/** Mistakes in the layer of clusters itself: one line of it each. */
import type { LayerBug } from './cluster-bug.js'
import { clusterScene } from './cluster-scene.js'

export const LAYER_BUGS: readonly LayerBug[] = [
  {
    name: 'two owners after a partition',
    story: 'A claim is held valid until somebody says that it is lost, and nobody can.',
    mistake: {
      right: 'return this.#end === void 0 && this.#keeper.isValid(this.#lease);',
      wrong: 'return this.#end === void 0;',
    },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim, engine) => sim.disasters.cutEngine(engine, 'a', { for: 3_000 }),
      }),
  },
  {
    name: 'lease that is never made anew',
    story: 'A node whose lease is void goes on renewing it, and never has another.',
    mistake: { right: 'if (found === void 0) return this.#drop();', wrong: 'if (found === void 0) return;' },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim, engine) => sim.disasters.stopEngine(engine, { for: [200, 2_000] }),
      }),
  },
  {
    name: 'unknown outcome taken for a success',
    story: 'What is read back after a write whose answer was lost is taken for what was written.',
    mistake: {
      right: 'if (record !== void 0 && record.token !== write.expected && isWritten) return record.token;',
      wrong: 'if (record !== void 0) return record.token;',
    },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim, engine) => {
          sim.disasters.unknownOutcome(engine, { times: 4 })
          sim.disasters.crashNode('b', { for: [100, 2_000], times: 2 })
          sim.disasters.cutEngine(engine, 'a', { for: [500, 2_000] })
        },
      }),
    options: { faults: 4 },
  },
  {
    name: 'key taken back from its new owner',
    story:
      'A node that was away takes its keys again with the tokens that it finds, and not with those that it had.',
    mistake: {
      right: 'if (record?.lease === void 0 || !this.#isOwn(record.lease)) return this.#lost(claim, record);',
      wrong: 'if (record === void 0) return this.#lost(claim, record);',
    },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim, engine) => sim.disasters.cutEngine(engine, 'a', { for: [500, 3_000] }),
      }),
  },
  {
    name: 'retry that doubles a call',
    story: 'A call whose worker died is made again, though that may have done it.',
    mistake: {
      right: 'return reason === "noproc" || String(read(reason, "shutdown")) === MOVED.shutdown;',
      wrong: 'return true;',
    },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim) => sim.disasters.crashNode('a', { for: [100, 2_000], times: 2 }),
      }),
  },
  {
    name: 'split membership',
    story: 'A member that came while another went is not seen, since they are as many as before.',
    mistake: {
      right:
        'const text = JSON.stringify([records.map(({ id, card }) => [id, card]), spared.map(({ lease }) => lease)]);',
      wrong: 'const text = JSON.stringify([records.length, spared.length]);',
    },
    program: (layer) =>
      clusterScene(layer, {
        disasters: (sim) => sim.disasters.crashNode('a', { for: [100, 2_000], times: 2 }),
      }),
  },
  {
    name: 'clocks taken for equally fast',
    story: 'An owner relies on the whole of its lease, and its clock is a little slow.',
    mistake: { right: 'const USABLE = .9;', wrong: 'const USABLE = 1;' },
    program: (layer) =>
      clusterScene(layer, {
        options: { a: { rate: 0.92 } },
        disasters: (sim, engine) => sim.disasters.cutEngine(engine, 'a', { for: 3_000, times: 2 }),
      }),
  },
  {
    name: 'lease counted from its answer',
    story: 'A node counts the time of its lease from the answer of the engine, and not from its request.',
    mistake: {
      right: 'lease.deadline = sent + time * USABLE;',
      wrong: 'lease.deadline = clock.now() + time * USABLE;',
    },
    program: (layer) =>
      clusterScene(layer, {
        engine: { latency: { a: [0, 240] } },
        timeout: 500,
        disasters: (sim, engine) => sim.disasters.cutEngine(engine, 'a', { for: 3_000, times: 2 }),
      }),
  },
  {
    name: 'look that is forgotten',
    story: 'A node that is asked to look for keys while it looks does not look again.',
    mistake: { right: 'if (this.#looking) this.#again = true;', wrong: 'if (this.#looking) return;' },
    program: (layer) =>
      clusterScene(layer, {
        nodes: ['a', 'b', 'c'],
        keys: ['x', 'y', 'z', 'u', 'v', 'w'],
        reconcile: 60_000,
        clients: false,
        engine: { latency: { b: [50, 80] } },
        timeout: 500,
        disasters: (sim) => {
          for (const name of ['a', 'c']) sim.disasters.crashNode(name, { for: 30_000 })
        },
      }),
  },
]
