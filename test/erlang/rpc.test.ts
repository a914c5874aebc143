import { exit, HeartwoodError, type Pid, start } from 'heartwood'
import { atom, globalNames, rpc, tuple } from 'heartwood/erlang'
import { afterEach, describe, expect, it } from 'vitest'
import { TwoNodes } from './two-nodes.js'

/** In place of the server of calls of a BEAM: a function that it knows, one that fails, and names. */
const rex = {
  init: () => ({ state: undefined }),
  handleCall: (request: unknown) => {
    const [, module, name, args] = request as Iterable<unknown>
    const asked = `${String(module)}:${String(name)}`
    if (asked === 'lists:sort')
      return { reply: [...((args as number[][])[0] as number[])].sort(), state: undefined }
    if (asked === 'global:register_name') return { reply: atom('no'), state: undefined }
    if (asked === 'global:whereis_name') return { reply: undefined, state: undefined }
    return { reply: tuple(atom('badrpc'), tuple(atom('EXIT'), atom('undef'))), state: undefined }
  },
}

describe('functions of another node', () => {
  let two: TwoNodes
  afterEach(() => two?.close())

  it('are called; what fails there has its reason', async () => {
    two = await TwoNodes.start()
    // As on a BEAM, in place of the server that answers for `expose`.
    two.b.exit(two.b.whereis('rex') as Pid, 'kill')
    await two.b.run(() => start(rex, undefined, { name: 'rex' }))
    await two.a.run(async () => {
      expect(await rpc('b@127.0.0.1', 'lists', 'sort', [[3, 1]])).toEqual([1, 3])
      const error = await rpc('b@127.0.0.1', 'os', 'cmd', ['id']).catch((thrown: unknown) => thrown)
      expect(HeartwoodError.is(error, 'RPC_FAILED')).toBe(true)
      expect((error as HeartwoodError).message).toBe(
        'the call of os:cmd/1 on b@127.0.0.1 failed there: {"EXIT":"undef"}.',
      )
      const names = globalNames('b@127.0.0.1')
      expect(await names.register(atom('leader'))).toBe(false)
      expect(await names.whereis(atom('leader'))).toBe(undefined)
    })
  })

  it.each(['Shop', 'Elixir.Shop'])('that are exposed as %s run in processes of their own', async (module) => {
    const shop = {
      total: async (price: number, count: number) => price * count,
      fails: () => {
        throw new TypeError('no price')
      },
      leaves: () => exit('gone'),
      nothing: () => Number.NaN,
    }
    two = await TwoNodes.start({ b: { expose: { [module]: shop } } })
    await two.a.run(async () => {
      const ask = (name: string, ...args: unknown[]): Promise<unknown> =>
        rpc('b@127.0.0.1', 'Elixir.Shop', name, args).catch((error: HeartwoodError) => error.details.text)
      expect(await Promise.all([ask('total', 6, 7), ask('total', 2, 2)])).toEqual([42, 4])
      expect(await ask('fails')).toContain('no price')
      expect(await ask('leaves')).toBe('{"EXIT":"gone"}')
      expect(await ask('nothing')).toContain('no float')
      expect(await ask('drop')).toContain('undef')
      expect(await rpc('b@127.0.0.1', 'Shop', 'total', [1, 1])).toBe(1)
    })
  })
})
