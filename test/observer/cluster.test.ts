import { local, startCluster } from 'heartwood/cluster'
import { startObserver } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import { Kernel, VirtualClock } from '../../src/kernel/index.js'

interface Told {
  readonly clusters: readonly {
    readonly node: string
    readonly problem?: string
    readonly members: readonly { readonly node: string; readonly isSelf: boolean }[]
    readonly total: number
    readonly claims: readonly object[]
    readonly moves: readonly object[]
  }[]
}

describe('a cluster in the observer', () => {
  it('is shown with its members, claims, tokens and moves, and without secrets', async () => {
    const clock = new VirtualClock()
    const engine = local()
    const join = (node: string) => {
      const kernel = new Kernel({ node, clock, report: () => {} })
      return { kernel, started: kernel.run(() => startCluster({ engine, carrier: 'engine' })) }
    }
    const [one, other] = [join('a'), join('b')]
    const [a, b] = [await one.started, await other.started]
    await using observer = await startObserver({ kernel: one.kernel, port: 0 })
    const told = async (query = ''): Promise<Told> =>
      (await (await fetch(`${observer.url}api/cluster${query}`)).json()) as Told
    const look = async (query = ''): Promise<Told['clusters'][number]> => {
      await clock.advance(2_000)
      const { clusters } = await told(query)
      expect(JSON.stringify(clusters)).not.toMatch(/secret/)
      return clusters[0] as Told['clusters'][number]
    }
    const first = await a.claim('tenant 1')
    const second = await b.claim('tenant 2')
    const seen = await look()
    expect(seen).toMatchObject({
      ...{ cluster: 'main', node: 'a', isMember: true, total: 2, moves: [] },
      members: [
        { node: 'a', isSelf: true, kernel: 'a' },
        { node: 'b', isSelf: false, kernel: 'b' },
      ],
      claims: [
        { key: 'tenant 1', node: 'a', token: first.token, state: 'held' },
        { key: 'tenant 2', node: 'b', token: second.token, state: 'held' },
      ],
    })
    expect(await look('?q=2&limit=1')).toMatchObject({ total: 1, claims: [{ key: 'tenant 2' }] })

    await first.release()
    const third = await b.claim('tenant 1')
    const moved = await look()
    expect(moved.moves).toMatchObject([{ key: 'tenant 1', from: 'a', to: 'b', token: third.token }])
    await b.leave()
    expect(await look()).toMatchObject({
      members: [{ node: 'a' }],
      claims: [{ state: 'released' }, { state: 'released' }],
    })
    await a.leave()
    expect(await told()).toEqual({ node: 'a', clusters: [] })
  })
})
