/** What holds for each engine: the conformance suite. It runs on `local()` in virtual time, and on real servers by `npm run cluster:conformance`. */
import assert from 'node:assert/strict'
import { insideOf } from '../../src/cluster/cluster.js'
import { FenceGate, fenceHeaders } from '../../src/cluster/index.js'
import { type ClusterWorld, codeOf, followed, settled } from './cluster-world.js'

export type Check = (world: ClusterWorld) => Promise<void>

const KEY = 'checker of https://example.com/?q=*&ü'

export const CHECKS: Readonly<Record<string, Check>> = {
  'of all that claim a key at once, one gets it': async ({ node, pass }) => {
    const nodes = [await node('a'), await node('b'), await node('c')]
    const claims = nodes.flatMap(({ cluster }) => [1, 2, 3].map(() => cluster.claim(KEY)))
    const results = await settled(Promise.allSettled(claims), pass)
    const owners = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    assert.equal(owners.length, 1)
    assert.ok(owners[0]?.valid())
    for (const result of results)
      if (result.status === 'rejected')
        assert.equal(await codeOf(Promise.reject(result.reason)), 'CLAIM_TAKEN')
  },

  'who has a key is told to who does not get it': async ({ node, pass }) => {
    const [a, b] = [await node('a'), await node('b')]
    await settled(a.cluster.claim(KEY), pass)
    const refused = await settled(
      b.cluster.claim(KEY).catch((error: Error) => error),
      pass,
    )
    assert.match(String(refused), /belongs to node a\./)
  },

  'different keys have different owners': async ({ node, pass }) => {
    const [a, b] = [await node('a'), await node('b')]
    const one = await settled(a.cluster.claim('one'), pass)
    const two = await settled(b.cluster.claim('two'), pass)
    assert.ok(one.valid() && two.valid())
    assert.equal(a.cluster.claims.length, 1)
  },

  'what is noted with a key goes to its next owner': async ({ node, pass }) => {
    const [a, b] = [await node('a'), await node('b')]
    const first = await settled(
      a.cluster.claimNoted(KEY, () => 'one'),
      pass,
    )
    assert.ok(first)
    first.note = 'two "ü"'
    await settled(first.release(), pass)
    const second = await settled(
      b.cluster.claimNoted(KEY, (before) => `${before?.note}, three`),
      pass,
    )
    assert.equal(second?.note, 'two "ü", three')
    await settled(second?.release() ?? Promise.reject(), pass)
    const third = await settled(a.cluster.claim(KEY), pass)
    assert.equal((await settled(insideOf(a.cluster).record(KEY), pass))?.note, 'two "ü", three')
    await settled(third.release(), pass)
    const refused = await settled(
      b.cluster.claimNoted(KEY, () => undefined),
      pass,
    )
    assert.equal(refused, undefined)
  },

  'tokens grow from owner to owner': async ({ node, pass }) => {
    const nodes = [await node('a'), await node('b')]
    let last = 0
    for (let round = 0; round < 6; round++) {
      const claim = await settled(nodes[round % 2]?.cluster.claim(KEY) ?? Promise.reject(), pass)
      assert.ok(claim.fence() > last, `${claim.fence()} after ${last}`)
      last = claim.fence()
      await settled(claim.release(), pass)
      assert.equal(claim.state, 'released')
      assert.throws(() => claim.fence(), { code: 'CLAIM_NOT_HELD' })
    }
  },

  'who waits gets the key after its release, at once': async ({ node, pass, until, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await pass(lease / 2)
    assert.equal(waiting.claim(), undefined)
    await settled(claim.release(), pass)
    await until('b has it', () => waiting.claim() !== undefined, Math.max(1_000, lease / 5))
    assert.ok(waiting.claim()?.valid())
  },

  'who waits goes on waiting while the engine is out of reach': async ({ node, pass, until, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    b.way.cut()
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await pass(lease * 1.5)
    assert.equal(waiting.error(), undefined)
    b.way.heal()
    await pass(lease / 2)
    await settled(claim.release(), pass)
    await until('b has it', () => waiting.claim() !== undefined, lease * 2)
  },

  'a wait ends with its signal': async ({ node, pass, until }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const abort = new AbortController()
    const waiting = followed(b.cluster.claim(KEY, { wait: true, signal: abort.signal }))
    await pass(50)
    abort.abort(new Error('enough'))
    // A request that is on its way is waited for.
    await until('it ends', () => waiting.error() !== undefined, 500)
    assert.match(String(waiting.error()), /enough/)
    await settled(claim.release(), pass)
    await settled(b.cluster.claim(KEY), pass)
  },

  'the keys of a node that died are free when its lease is over, and not before': async ({
    node,
    pass,
    until,
    lease,
    clock,
  }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await pass(lease)
    const died = clock.now()
    a.way.cut()
    while (claim.valid()) {
      assert.equal(waiting.claim(), undefined, 'it is given away while its owner lives by it')
      await pass(lease / 100)
    }
    await until('b has it', () => waiting.claim() !== undefined, lease + 1_000)
    const time = clock.now() - died
    assert.ok(time <= lease + 1_000, `it took ${time} ms, with leases of ${lease} ms`)
    assert.ok((waiting.claim()?.fence() ?? 0) > claim.token)
  },

  'all keys of a node that died are free for whoever asks first, also for several at once': async ({
    node,
    pass,
    lease,
  }) => {
    const [a, b, c] = [await node('a'), await node('b'), await node('c')]
    const keys = Array.from({ length: 12 }, (_, at) => `key ${at}`)
    await settled(Promise.all(keys.map((key) => a.cluster.claim(key))), pass)
    a.way.cut()
    await pass(lease * 1.5)
    const asked = keys.flatMap((key) => [b, c].map(({ cluster }) => cluster.claim(key)))
    const results = await settled(Promise.allSettled(asked), pass)
    const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.key] : []))
    assert.deepEqual(taken.sort(), [...keys].sort())
  },

  'a node that lives keeps its keys, by one write for all of them': async ({ node, pass, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const keys = Array.from({ length: 20 }, (_, at) => `key ${at}`)
    const claims = await settled(Promise.all(keys.map((key) => a.cluster.claim(key))), pass)
    const before = a.way.counts.get('renewLease') ?? 0
    const writes = a.way.counts.get('writeClaim')
    for (let step = 0; step < 20; step++) {
      await pass(lease / 5)
      assert.ok(claims.every((claim) => claim.valid()))
    }
    assert.equal(await codeOf(settled(b.cluster.claim('key 7'), pass)), 'CLAIM_TAKEN')
    const renewals = (a.way.counts.get('renewLease') ?? 0) - before
    assert.ok(renewals >= 8 && renewals <= 16, `${renewals} renewals in four leases`)
    assert.equal(a.way.counts.get('writeClaim'), writes)
  },

  'while the engine is out of reach, a claim pauses at its deadline, and goes on with its token': async ({
    node,
    pass,
    until,
    lease,
  }) => {
    const a = await node('a')
    const claim = await settled(a.cluster.claim(KEY), pass)
    const { token } = claim
    await pass(lease)
    a.way.cut()
    await pass(lease / 2)
    assert.equal(claim.state, 'held')
    a.way.heal()
    await pass(lease / 2)
    assert.equal(claim.state, 'held')
    assert.equal(claim.fence(), token)
    a.way.cut()
    await until('it pauses', () => claim.state === 'paused', lease)
    assert.throws(() => claim.fence(), { code: 'CLAIM_NOT_HELD' })
  },

  'an engine that comes back later finds the same claim, under a greater token, if nobody else had the key':
    async ({ node, pass, until, lease }) => {
      const [a, b] = [await node('a'), await node('b')]
      const claim = await settled(a.cluster.claim(KEY), pass)
      const { token } = claim
      let lost = false
      claim.signal.addEventListener('abort', () => {
        lost = true
      })
      a.way.silence()
      b.way.silence()
      await pass(lease * 2.5)
      assert.equal(claim.state, 'paused')
      const held = claim.held()
      a.way.heal()
      b.way.heal()
      await until('it is held again', () => claim.valid(), lease)
      await held
      assert.ok(claim.fence() > token)
      assert.equal(lost, false)
    },

  'an owner whose key another node took finds out, and is told': async ({ node, pass, until, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const held = claim.held()
    await held
    a.way.cut()
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await until('b has it', () => waiting.claim() !== undefined, lease * 2)
    assert.equal(claim.state, 'paused')
    const waits = codeOf(claim.held())
    a.way.heal()
    await until('a knows', () => claim.state === 'lost', lease)
    assert.equal(await waits, 'CLAIM_LOST')
    assert.ok(claim.signal.aborted)
    assert.match(String(claim.signal.reason), /lost to node b/)
    assert.equal(await codeOf(settled(a.cluster.claim(KEY), pass)), 'CLAIM_TAKEN')
  },

  'a node that was stopped knows that its time is over before it does anything': async ({
    node,
    pass,
    until,
    lease,
  }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    a.freeze()
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await until('b has it', () => waiting.claim() !== undefined, lease * 2)
    // No timer has run, nothing was read: it is the clock that says it.
    assert.equal(claim.valid(), false)
    assert.throws(() => claim.fence(), { code: 'CLAIM_NOT_HELD' })
    a.thaw()
    assert.equal(claim.valid(), false)
    await until('a knows', () => claim.state === 'lost', lease)
    assert.ok(waiting.claim()?.valid())
  },

  'a write of a stale owner is refused': async ({ node, pass, until, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const gate = new FenceGate()
    const claim = await settled(a.cluster.claim(KEY), pass)
    // It looked at the clock, and was stopped before it sent.
    const late = fenceHeaders(claim)
    a.freeze()
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await until('b has it', () => waiting.claim() !== undefined, lease * 2)
    const next = waiting.claim()
    assert.ok(next)
    gate.admit(fenceHeaders(next))
    assert.throws(() => gate.admit(late), { code: 'FENCE_STALE' })
    a.thaw()
  },

  'a claim whose acknowledgement is lost is read back': async ({ node, pass }) => {
    const [a, b] = [await node('a'), await node('b')]
    a.way.loseAnswer('writeClaim')
    const claim = await settled(a.cluster.claim(KEY), pass)
    assert.ok(claim.valid())
    assert.equal(await codeOf(settled(b.cluster.claim(KEY), pass)), 'CLAIM_TAKEN')
    await settled(claim.release(), pass)
    assert.ok((await settled(b.cluster.claim(KEY), pass)).fence() > claim.token)
  },

  'a renewal whose acknowledgement is lost changes nothing': async ({ node, pass, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const { token } = claim
    for (let round = 0; round < 3; round++) {
      a.way.loseAnswer('renewLease')
      await pass(lease)
      assert.ok(claim.valid())
    }
    assert.equal(claim.fence(), token)
    assert.equal(await codeOf(settled(b.cluster.claim(KEY), pass)), 'CLAIM_TAKEN')
  },

  'a release whose acknowledgement is lost is a release': async ({ node, pass }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    a.way.loseAnswer('writeClaim')
    const releasing = claim.release()
    assert.equal(claim.valid(), false)
    await settled(releasing, pass)
    assert.ok((await settled(b.cluster.claim(KEY), pass)).valid())
  },

  'a claim that arrives late, after all was over, makes no owner': async ({ node, pass, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    a.way.delay('writeClaim')
    assert.equal(await codeOf(settled(a.cluster.claim(KEY), pass)), 'ENGINE_TIMEOUT')
    const second = await settled(a.cluster.claim(KEY), pass)
    await settled(second.release(), pass)
    a.way.deliver()
    await pass(lease / 10)
    const claim = await settled(b.cluster.claim(KEY), pass)
    assert.ok(claim.valid() && claim.fence() > second.token)
  },

  'a release that arrives late frees nothing that was claimed since': async ({ node, pass, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const first = await settled(a.cluster.claim(KEY), pass)
    a.way.delay('writeClaim')
    assert.equal(await codeOf(settled(first.release(), pass)), 'ENGINE_TIMEOUT')
    const second = await settled(a.cluster.claim(KEY), pass)
    a.way.deliver()
    await pass(lease / 10)
    assert.ok(second.valid())
    assert.equal(await codeOf(settled(b.cluster.claim(KEY), pass)), 'CLAIM_TAKEN')
  },

  'what an attempt left that was given up is freed in time': async ({ node, pass, lease, until }) => {
    const [a, b] = [await node('a'), await node('b')]
    a.way.delay('writeClaim')
    assert.equal(await codeOf(settled(a.cluster.claim(KEY), pass)), 'ENGINE_TIMEOUT')
    a.way.deliver()
    await pass(lease / 10)
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await until('b has it', () => waiting.claim() !== undefined, lease * 6)
    assert.equal(a.cluster.claims.length, 0)
  },

  'without any hint, who waits gets the key all the same': async ({ node, pass, lease, until }) => {
    const [a, b] = [await node('a'), await node('b')]
    b.way.deafen()
    const claim = await settled(a.cluster.claim(KEY), pass)
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await pass(lease / 10)
    await settled(claim.release(), pass)
    await until('b has it', () => waiting.claim() !== undefined, lease * 6)
  },

  'a store that was lost and made anew voids all, and gives nothing away that may still be held': async ({
    node,
    pass,
    lose,
    lease,
  }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const { token } = claim
    await lose()
    const next = followed(b.cluster.claim(KEY, { wait: true }))
    for (let step = 0; step < 40 && next.claim() === undefined; step++) {
      await pass(lease / 10)
      assert.ok(!(claim.valid() && next.claim()?.valid()), 'two own it')
    }
    const owned = next.claim()
    assert.ok(owned)
    assert.ok(owned.valid())
    assert.equal(claim.state, 'lost')
    assert.ok(owned.fence() > token, `${owned.fence()} after ${token}`)
  },

  'members are those whose lease is not over': async ({ node, pass, lease, until }) => {
    const [a, b, c] = [await node('a'), await node('b'), await node('c')]
    const names = async (): Promise<string> => {
      const members = await settled(a.cluster.members(), pass)
      return members
        .map((member) => member.node)
        .sort()
        .join()
    }
    assert.equal(await names(), 'a,b,c')
    await settled(b.cluster.leave(), pass)
    assert.equal(await names(), 'a,c')
    c.way.cut()
    let now = 'a,c'
    const look = oneAtATime(async () => {
      now = await a.cluster.members().then(
        (all) => all.map((member) => member.node).join(),
        () => now,
      )
    })
    await until(
      'c is gone',
      () => {
        look()
        return now === 'a'
      },
      lease * 2,
    )
    assert.equal(await codeOf(b.cluster.claim(KEY)), 'CLUSTER_LEFT')
  },

  'a node that leaves gives its keys away at once': async ({ node, pass, until, lease }) => {
    const [a, b] = [await node('a'), await node('b')]
    const claim = await settled(a.cluster.claim(KEY), pass)
    const waiting = followed(b.cluster.claim(KEY, { wait: true }))
    await pass(lease / 10)
    await settled(a.cluster.leave(), pass)
    assert.equal(claim.state, 'released')
    await until('b has it', () => waiting.claim() !== undefined, Math.max(1_000, lease / 5))
  },

  'a broadcast reaches all nodes that listen': async ({ node, pass, until }) => {
    const [a, b] = [await node('a'), await node('b')]
    const heard: unknown[] = []
    a.cluster.listen('news', (value) => heard.push(['a', value]))
    const stop = b.cluster.listen('news', (value) => heard.push(['b', value]))
    await pass(100)
    await settled(a.cluster.broadcast('news', { text: 'ü' }), pass)
    await until('both hear it', () => heard.length === 2, 3_000)
    assert.deepEqual(heard.sort(), [
      ['a', { text: 'ü' }],
      ['b', { text: 'ü' }],
    ])
    stop()
    await settled(b.cluster.broadcast('news', 2), pass)
    await until('one hears it', () => heard.length === 3, 3_000)
    assert.deepEqual(heard[2], ['a', 2])
  },

  'what was released long ago is forgotten; not what is held, has a note, or was released just now': async ({
    engine,
    clock,
    lease,
    pass,
  }) => {
    const opening = { cluster: 'swept', lease, timeout: lease / 4, development: true, clock }
    const stores = await Promise.all(
      [1, 2].map(() =>
        engine.open({ ...opening, random: () => 0.5, onProblem: (problem) => assert.fail(String(problem)) }),
      ),
    )
    const [store] = stores
    assert.ok(store)
    const write = (key: string, expected: number, owner: string | undefined, note?: string) =>
      settled(store.writeClaim({ key, expected, lease: owner, node: 'a', note }), pass)
    const release = async (key: string, note?: string): Promise<number> =>
      Number(await write(key, Number(await write(key, 0, 'a.1', note)), undefined, note))
    const old = await release('old')
    await release('noted', 'what the next one is to know')
    await write('held', 0, 'a.1')
    await pass(lease)
    const fresh = await release('fresh')
    await settled(store.name(), pass)
    // By two at once, as nodes may.
    await settled(Promise.all(stores.map((each) => each.sweep(lease / 2))), pass)
    const keys = (await settled(store.claims(), pass)).map(({ key }) => key).sort()
    assert.deepEqual(keys, ['fresh', 'held', 'noted'])
    assert.equal(await write('old', old, 'a.2'), 'refused')
    assert.ok(Number(await write('old', 0, 'a.2')) > fresh)
    await Promise.all(stores.map((each) => each.close()))
  },

  'a node with another time of leases is refused': async ({ node, pass, lease }) => {
    await node('a')
    assert.equal(await codeOf(settled(node('b', { lease: lease * 2 }), pass)), 'ENGINE_UNSUITABLE')
  },
}

/** One at a time, whenever it is asked. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isOn = false
  return () => {
    if (isOn) return
    isOn = true
    void work().finally(() => {
      isOn = false
    })
  }
}
