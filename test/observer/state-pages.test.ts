import { type Callbacks, start } from 'heartwood'
import { describe, expect, it } from 'vitest'
import { pageOf, type ValuePage } from '../../src/kernel/index.js'
import type { SeenPart } from '../../src/observer/snapshot/process-detail.js'
import { type Observed, observed } from './world.js'

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n)
const values = (page: ValuePage | undefined): unknown[] => page?.entries.map(({ value }) => value) ?? []

describe('a page of a value', () => {
  it.each<[string, unknown, string, unknown]>([
    ['list', numbers(10_000), '9000', 9_000],
    ['map', new Map(numbers(10_000).map((n) => [`k${n}`, n])), 'k9000', 9_000],
    ['set', new Set(numbers(10_000)), '9000', 9_000],
    ['record', Object.fromEntries(numbers(10_000).map((n) => [`k${n}`, n])), 'k9000', 9_000],
  ])('of a long %s begins where one wants', (kind, value, key, shown) => {
    const page = pageOf(value, [], 9_000, 20)
    expect(page).toMatchObject({ kind, size: 10_000, offset: 9_000, names: [] })
    expect(page?.entries).toHaveLength(20)
    expect(page?.entries[0]).toEqual({ step: '9000', key, value: shown, opens: false })
    expect(pageOf(value, [], 99_999, 20)).toMatchObject({ offset: 10_000, entries: [] })
  })

  it('of a long text goes on where the last one ended', () => {
    const text = numbers(3_000).join(' ')
    const pages = [0, 4_000, 8_000, 12_000].map((offset) => pageOf({ text }, ['0'], offset, 20))
    expect(pages[0]).toMatchObject({ kind: 'text', names: ['text'], size: text.length, offset: 0 })
    expect(pages.map((page) => page?.text).join('')).toBe(text)
    expect(pageOf('x'.repeat(300_000), [], 199_000, 1)).toMatchObject({
      size: 200_000,
      note: '100000 more characters are not looked at',
    })
  })

  it('does not lead into what it does not show: getters and secrets', () => {
    const value = {
      get late(): unknown {
        throw new Error('it runs no code')
      },
      password: { of: 'ann' },
    }
    const page = pageOf(value, [], 0, 20)
    expect(page?.entries).toEqual([
      { step: '0', key: 'late', value: '[getter]', opens: false },
      { step: '1', key: 'password', value: expect.stringMatching(/redacted/i), opens: false },
    ])
    expect(
      [pageOf(value, ['0'], 0, 20), pageOf(value, ['1'], 0, 20)].filter((it) => it !== undefined),
    ).toEqual([])
  })

  it('leads to what stands deeper, also in private fields and below keys that are objects', () => {
    class Shelf {
      readonly #rows = new Map<unknown, unknown>([[{ shelf: 1 }, [numbers(3), { deep: [['found']] }]]])
      size = (): number => this.#rows.size
    }
    const shelf = new Shelf()
    const top = pageOf([shelf], ['0'], 0, 20)
    expect(top?.entries).toEqual([
      {
        step: '#0',
        key: '#rows',
        value: { map: [[{ shelf: 1 }, ['[array of 3]', '[object]']]] },
        opens: true,
      },
      { step: '0', key: 'size', value: '[function size]', opens: false },
    ])
    const deep = pageOf([shelf], ['0', '#0', '0', '1', '0', '0', '0'], 0, 20)
    expect(deep).toMatchObject({ names: ['0', '#rows', '{"shelf":1}', '1', 'deep', '0', '0'], text: 'found' })
  })

  it.each<[string, unknown, string[]]>([
    ['a key that sounds secret', { password: ['hunter2'] }, ['0', '0']],
    ['one in a map', new Map([['apiKey', ['hunter2']]]), ['0', '0']],
    ['a record that names what it holds', { name: 'authorization', value: ['hunter2'] }, ['1', '0']],
    ['names and values in turn', ['host', 'x', 'authorization', ['hunter2']], ['3', '0']],
  ])('shows nothing below %s', (_, value, steps) => {
    for (let depth = 0; depth <= steps.length; depth++) {
      const page = pageOf(value, steps.slice(0, depth), 0, 20)
      expect(JSON.stringify(page) ?? '').not.toContain('hunter2')
    }
    expect(pageOf(value, steps, 0, 20)).toBeUndefined()
  })

  it('has no secret of a text, wherever it is cut', () => {
    const text = `${'x'.repeat(3_990)} password=hunter2hunter2hunter2 ${'y'.repeat(5_000)}`
    const shown = [0, 4_000, 8_000].map((offset) => pageOf(text, [], offset, 20)?.text ?? '')
    expect(shown.join('')).toBe(text.replace('hunter2hunter2hunter2', '[redacted]'))
    for (let offset = 3_985; offset < 4_025; offset += 3) {
      expect(pageOf(text, [], offset, 20)?.text).not.toMatch(/unter2|nter2h/)
    }
  })

  it('runs no getter, neither in a list', () => {
    let ran = 0
    const getter = { enumerable: true, get: () => ++ran }
    const list = Object.defineProperty([1], 1, getter)
    const record = Object.defineProperty({ a: 1 }, 'b', getter)
    expect(values(pageOf(list, [], 0, 20))).toEqual([1, '[getter]'])
    expect(values(pageOf(record, [], 0, 20))).toEqual([1, '[getter]'])
    expect([pageOf(list, ['1'], 0, 20), pageOf(record, ['1'], 0, 20)]).toEqual([undefined, undefined])
    expect(ran).toBe(0)
  })

  it('is of bounded size, whatever the entries are', () => {
    const wide = Object.fromEntries(numbers(50).map((n) => [`key ${n}`, 'x'.repeat(1_000)]))
    const page = pageOf(
      numbers(1_000).map(() => [wide, wide, wide]),
      [],
      0,
      500,
    )
    expect(JSON.stringify(page).length).toBeLessThan(250_000)
    expect(page?.entries.length).toBeLessThan(500)
  })

  it('is a word for what cannot be read, and nothing for a place that is none', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(pageOf({ proxy }, ['0'], 0, 20)?.text).toMatch(/^\[unreadable: /)
    expect([['7'], ['#0'], ['0', '0'], ['x']].map((steps) => pageOf([1], steps, 0, 20))).toEqual(
      Array(4).fill(undefined),
    )
  })

  it('does not pass over more than a million entries of a set, and says so', () => {
    const many = new Set<number>()
    for (let n = 0; n < 1_000_010; n++) many.add(n)
    const page = pageOf(many, [], 999_990, 100)
    expect(page?.entries).toHaveLength(10)
    expect(page?.note).toBe('no more than 1000000 of them can be looked at')
  })
})

describe('the state of a process', () => {
  const started = (world: Observed, callbacks: Callbacks<unknown>): Promise<string> =>
    world.kernel.run(async () => String((await start(callbacks)).id))

  it('is looked through page by page, as formatStatus has it', async () => {
    await using world = await observed()
    const id = await started(world, {
      init: () => ({ state: { rows: numbers(500), key: 'hunter2' } }),
      formatStatus: (status) => ({ ...status, state: { rows: (status.state as { rows: number[] }).rows } }),
    })
    const top = await world.get<SeenPart>(`api/state/${id}`)
    expect(top).toMatchObject({
      mode: 'running',
      page: { kind: 'record', size: 1, entries: [{ step: '0', key: 'rows', opens: true }] },
    })
    const rows = await world.get<{ page: ValuePage }>(`api/state/${id}?at=0&offset=400&limit=50`)
    expect(values(rows.page)).toEqual(numbers(500).slice(400, 450))
  })

  it('is told as busy, failed, or none, as from near', async () => {
    await using world = await observed()
    const failing = await started(world, {
      init: () => ({ state: 1 }),
      formatStatus: () => {
        throw new Error('not for you')
      },
    })
    const script = world.kernel.spawn(() => new Promise(() => {}))
    expect(await world.get(`api/state/${failing}`)).toEqual({ error: 'Error: not for you' })
    expect(await world.get(`api/state/${script.id}`)).toEqual({ none: true })
  })

  it('is told to two who ask at once', async () => {
    await using world = await observed()
    const id = await started(world, { init: () => ({ state: [1, 2] }) })
    const answers = await Promise.all([
      world.get(`api/processes/${id}`),
      world.get(`api/state/${id}`),
      world.get(`api/state/${id}?at=1`),
    ])
    expect(answers).toMatchObject([
      { state: { value: [1, 2] } },
      { page: { size: 2 } },
      { page: { text: '2' } },
    ])
  })

  it('is asked for by places that there are', async () => {
    await using world = await observed()
    const id = await started(world, { init: () => ({ state: [1] }) })
    const codes = []
    for (const query of ['at=x', 'at=0.', `at=${'1.'.repeat(90)}1`, 'limit=501', 'at=7', 'by=1']) {
      const { status, json } = await world.ask(`api/state/${id}?${query}`)
      codes.push(`${status} ${(json as { error: { code: string } }).error.code}`)
    }
    expect(codes).toEqual([
      ...Array(4).fill('400 OBSERVER_PARAMETER'),
      '404 OBSERVER_NOT_FOUND',
      '400 OBSERVER_PARAMETER',
    ])
  })
})
