import { EventEmitter } from 'node:events'
import type { ReadStream, WriteStream } from 'node:tty'
import { type ChildSpec, Kernel, receive, start, startLink, startSupervisor } from 'heartwood'
import { observe } from 'heartwood/observer'
import { VirtualClock } from 'heartwood/testing'
import { describe, expect, it } from 'vitest'
import { cellOf, cellsOf, cutTo } from '../../src/observer/terminal/cell-width.js'
import { afterKey } from '../../src/observer/terminal/keys.js'
import { watch } from '../../src/observer/terminal/observe.js'
import { lastTop, plainText, type Showing, screen } from '../../src/observer/terminal/screen.js'
import { askOver, type Look, Source } from '../../src/observer/terminal/source.js'
import { type Observed, observed } from './world.js'

const bare = (text: string): string => text
const worker = (id: string): ChildSpec => ({
  id,
  start: () => startLink({ init: () => ({ state: 0 }) }, undefined, { name: id }),
})

async function planted(): Promise<Observed> {
  const world = await observed()
  await world.kernel.run(() =>
    startSupervisor({ children: [worker('one'), worker('two\u001b[2J')] }, { name: 'top', link: false }),
  )
  return world
}

const WANTED = { sort: 'queue', search: '', offset: 0 } as const

async function looked(): Promise<Look> {
  await using world = await planted()
  return await new Source(askOver(world.running.url, undefined)).look(WANTED)
}

const showing: Showing = {
  view: 'tree',
  sort: 'queue',
  top: 0,
  search: '',
  typing: false,
  problem: '',
  cursor: 0,
}

describe('the screen', () => {
  it('draws the tree, and nothing in a name moves the cursor', async () => {
    const lines = screen(await looked(), showing, { rows: 10, columns: 80 }, bare)
    expect(lines).toHaveLength(10)
    expect(lines[0]).toMatch(/^● \d processes \(\d ever\) {2}· {2}[\d.]+ MB heap/)
    expect(lines.slice(2, 5)).toEqual([
      '└─ ● top <0.2> one_for_one',
      '   ├─ ● one <0.3>',
      '   └─ ● two\\u001b[2J <0.4>',
    ])
    expect(lines.at(-1)).toMatch(/^t tree {2}p processes/)
  })

  it('fits any size, and scrolls to the end and no further', async () => {
    const look = await looked()
    for (const [rows, columns] of [
      [5, 20],
      [4, 1],
      [40, 200],
    ] as const) {
      const lines = screen(look, { ...showing, view: 'processes', top: 99 }, { rows, columns }, bare)
      expect(lines).toHaveLength(rows)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
    const [, , last] = screen(look, { ...showing, top: 99 }, { rows: 4, columns: 80 }, bare)
    expect(last).toContain('two')
  })

  it('has a table and the events, and says what is wrong', async () => {
    const look = await looked()
    const table = screen(look, { ...showing, view: 'processes' }, { rows: 9, columns: 120 }, bare)
    expect(table[2]).toMatch(/^ {2}PID +NAME +BEHAVIOUR +QUEUE▾ +HANDLED +RATE\/S +CPU$/)
    expect(table[3]).toMatch(/^●›<0\.2> +top +Supervisor +0 +\d+ +– +–$/)
    const events = screen(
      look,
      { ...showing, view: 'events', problem: 'gone' },
      { rows: 9, columns: 80 },
      bare,
    )
    expect([events[0], events[2]]).toEqual(['■ gone', 'nothing has crashed while somebody looked'])
  })

  it('is plain text where there is no terminal', async () => {
    const text = plainText(await looked(), bare)
    expect(text).toContain('└─ ● top <0.2> one_for_one\n')
    expect(text).not.toContain('\u001b')
  })
})

describe('cells of a terminal', () => {
  it.each([
    ['plain', 5],
    ['日本語', 6],
    ['한국어', 6],
    ['👩‍👩‍👧‍👦 家', 5],
    ['e\u0301te\u0301', 3],
    ['❤️', 2],
    ['ﾊﾝｶｸ', 4],
    ['← ● ─', 5],
  ])('%s takes %i', (text, cells) => {
    expect(cellsOf(text)).toBe(cells)
  })

  it('are cut between signs, never within one', () => {
    expect([cutTo('日本語', 5), cutTo('👩‍👩‍👧‍👦 家', 1), cutTo('abc', 2), cutTo('abc', 0)]).toEqual([
      '日本',
      '',
      'ab',
      '',
    ])
    expect([cellOf('日本語', 5), cellOf('日本', 5), cellOf('日本語', 4)]).toEqual(['日本…', '日本 ', '日… '])
  })

  it('are never more than there are columns', async () => {
    await using world = await observed()
    world.kernel.spawn(() => receive(), {
      label: '監視プロセス・東京データセンター・第一棟・冷却水循環ポンプ',
    })
    const look = await new Source(askOver(world.running.url, undefined)).look(WANTED)
    const lines = screen(look, { ...showing, view: 'processes' }, { rows: 9, columns: 80 }, bare)
    expect(Math.max(...lines.map(cellsOf))).toBeLessThanOrEqual(80)
    expect(lines.find((line) => line.includes('監視'))).toMatch(/ +0 +\d+ +– +–$/)
  })
})

describe('eighty columns', () => {
  it('are enough for every column of the table and all keys', async () => {
    const lines = screen(await looked(), { ...showing, view: 'processes' }, { rows: 9, columns: 80 }, bare)
    expect(lines[2]).toMatch(/^ {2}PID +NAME +BEHAVIOUR +QUEUE▾ +HANDLED +RATE\/S +CPU/)
    expect(lines.at(-1)).toMatch(/q quit$/)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})

describe('the keys', () => {
  const after = (key: string, now: Showing = showing, last = 100) => afterKey(key, now, 20, last)

  it('change the view, the order and the place, and leave', () => {
    expect(after('p', { ...showing, top: 5 })).toEqual({ ...showing, view: 'processes' })
    expect(after('s')).toMatchObject({ view: 'processes', sort: 'rate' })
    expect(after('\u001b[B')).toMatchObject({ top: 1 })
    expect(after('\u001b[6~')).toMatchObject({ top: 16 })
    expect(after('\u001b[A')).toMatchObject({ top: 0 })
    expect(after('x')).toBe(showing)
    expect([after('q'), after('\u0003'), after('\u001a')]).toEqual(['quit', 'quit', 'suspend'])
  })

  it('scroll to the end and no further, so that the first key back is seen', () => {
    expect(after(' ', { ...showing, top: 95 })).toMatchObject({ top: 100 })
    expect(after('\u001b[B', { ...showing, top: 100 })).toMatchObject({ top: 100 })
    expect(after('G')).toMatchObject({ top: 100 })
    expect(after('g', { ...showing, top: 100 })).toMatchObject({ top: 0 })
    expect(after('\u001b[B', showing, 0)).toMatchObject({ top: 0 })
  })

  it('write what is searched for, after a slash', () => {
    const typed = ['/', 'q', 'ü', '日', '\u007f', '\u001b[A'].reduce<Showing>(
      (now, key) => after(key, now) as Showing,
      showing,
    )
    expect(typed).toMatchObject({ search: 'qü', typing: true })
    const kept = after('\r', typed) as Showing
    expect(kept).toMatchObject({ search: 'qü', typing: false })
    expect(after('\u001b', kept)).toMatchObject({ search: '', typing: false })
    expect(after('\u0003', typed)).toBe('quit')
  })
})

describe('a process of the table', () => {
  it('is chosen by a cursor that is always seen, and Enter opens its state, part by part', async () => {
    await using world = await observed()
    const rows = Array.from({ length: 1_000 }, (_, n) => n)
    await world.kernel.run(() => start({ init: () => ({ state: { rows, text: 'ü'.repeat(9_000) } }) }))
    for (let n = 0; n < 50; n++) world.kernel.spawn(() => receive(), { label: `script ${n}` })
    const source = new Source(askOver(world.running.url, undefined))
    const size = { rows: 12, columns: 80 }
    let now: Showing = { ...showing, view: 'processes', sort: 'pid' }
    let look = await source.look({ sort: 'pid', search: '', offset: 0 })
    const shown: string[][] = []
    const press = async (...keys: readonly string[]): Promise<void> => {
      for (const key of keys) {
        now = afterKey(key, now, size.rows, lastTop(look, now, size), look) as Showing
        look = await source.look({ sort: 'pid', search: '', offset: now.top, state: now.state })
      }
      shown.push(screen(look, now, size, bare).slice(2, -1))
    }
    await press('G')
    expect(shown.pop()?.at(-1)).toMatch(/^●›<0\.\d+> +script 49/)
    await press('g', ...Array(look.matched).fill('\u001b[B'), '\u001b[A')
    expect(shown.pop()?.at(-2)).toMatch(/^●›<0\.\d+> +script 48/)
    const at = look.rows.findIndex((row) => !('gone' in row) && row.type === 'worker')
    await press('g', ...Array(at).fill('j'), '\r')
    expect(shown.pop()?.slice(0, 3)).toEqual([
      expect.stringMatching(/^<0\.\d+> › state {2}record, 1 to 2 of 2$/),
      expect.stringMatching(/^▸›rows \[0,1,2/),
      expect.stringMatching(/^▸ text üüü/),
    ])
    await press('\r', ']', ']', 'j')
    expect(shown.pop()?.slice(0, 3)).toEqual([
      expect.stringMatching(/ › state › rows {2}list, 401 to 600 of 1000$/),
      '  400 400',
      ' ›401 401',
    ])
    await press('[', '\u001b[D', 'j', '\r', ']', ']')
    expect(shown.pop()).toEqual([
      expect.stringMatching(/ › state › text {2}text, 8001 to 9000 of 9000$/),
      ...Array(8).fill('ü'.repeat(80)),
    ])
    await press('\u001b')
    expect(now).toMatchObject({ view: 'processes', state: undefined })
  })

  it('that is gone, or no server, is told so', async () => {
    await using world = await observed()
    const script = String(world.kernel.spawn(() => receive()))
    const source = new Source(askOver(world.running.url, undefined))
    const told = async (pid: string): Promise<string | undefined> => {
      const state = { pid, steps: [], from: 0 }
      const look = await source.look({ ...WANTED, state })
      return screen(look, { ...showing, view: 'state', state }, { rows: 9, columns: 80 }, bare)[3]
    }
    expect(await told(script)).toBe('it is no server: there is no state to ask for')
    expect(await told('<0.99999>')).toMatch(/^It says: there is no live process/)
  })
})

describe('a search', () => {
  it('keeps what it finds in the tree, and what is above it', async () => {
    const lines = screen(await looked(), { ...showing, search: 'ONE' }, { rows: 10, columns: 80 }, bare)
    expect(lines.slice(2, 5)).toEqual(['└─ ● top <0.2> one_for_one', '   └─ ● one <0.3>', ''])
    const none = screen(await looked(), { ...showing, search: 'nobody' }, { rows: 10, columns: 80 }, bare)
    expect(none[2]).toContain('nothing in the tree has that name')
  })

  it('looks through all processes, and there are pages of them', async () => {
    await using world = await observed()
    for (let n = 0; n < 1_500; n++) world.kernel.spawn(() => receive(), { label: `worker ${n}` })
    const source = new Source(askOver(world.running.url, undefined))
    const found = await source.look({ sort: 'name', search: 'worker 1499', offset: 0 })
    expect(found.matched).toBe(1)
    const look = await source.look({ sort: 'pid', search: '', offset: 1_400 })
    const size = { rows: 10, columns: 80 }
    const processes: Showing = { ...showing, view: 'processes', sort: 'pid' }
    const last = lastTop(look, processes, size)
    expect(last).toBe(look.matched + 1 - 7)
    const lines = screen(look, { ...processes, top: last - 50 }, size, bare)
    expect(lines.slice(2, 9).every((line) => /worker 14\d\d/.test(line))).toBe(true)
    expect(lines.at(-1)).toMatch(/^50 more/)
  })
})

/** As much of a terminal as `observe` needs. */
class Terminal extends EventEmitter {
  readonly isTTY = true
  rows = 12
  columns = 60
  text = ''
  readonly modes: boolean[] = []
  write(text: string): void {
    this.text += text
    this.emit('written')
  }
  setRawMode(on: boolean): void {
    this.modes.push(on)
  }
  getColorDepth(): number {
    return 1
  }
  pause(): void {}
  async until(part: string): Promise<void> {
    while (!this.text.includes(part)) await new Promise((resolve) => this.once('written', resolve))
  }
}

describe('heartwood observe', () => {
  it('goes on until q, on a screen of its own that is left as it was', async () => {
    await using world = await planted()
    const terminal = new Terminal()
    const done = observe(world.running.url, {
      input: terminal as unknown as ReadStream,
      output: terminal as unknown as WriteStream,
    })
    await terminal.until('<0.2>')
    terminal.emit('data', Buffer.from('p'))
    await terminal.until('BEHAVIOUR')
    terminal.columns = 20
    terminal.text = ''
    terminal.emit('resize')
    await terminal.until('PID')
    expect(terminal.text).not.toContain('BEHAVIOUR')
    terminal.emit('data', Buffer.from('q'))
    await done
    expect(terminal.text.endsWith('\u001b[?25h\u001b[?1049l')).toBe(true)
    expect([terminal.modes, terminal.listenerCount('data'), terminal.listenerCount('resize')]).toEqual([
      [true, false],
      0,
      0,
    ])
  })

  it('prints one JSON document with all there is, where that is asked for', async () => {
    await using world = await planted()
    const terminal = new Terminal()
    await observe(world.running.url, { json: true, output: terminal as unknown as WriteStream })
    const { overview, tree, rows, events } = JSON.parse(terminal.text)
    expect(terminal.text.endsWith('}\n')).toBe(true)
    expect(overview.processes).toBeGreaterThan(2)
    expect(tree.roots[0].children.map(({ id }: { id: string }) => id)).toEqual(['one', 'two\\u001b[2J'])
    expect(rows.map(({ name }: { name?: string }) => name)).toEqual(expect.arrayContaining(['top', 'one']))
    expect(events).toEqual([])
  })

  it.each([
    ['not a url', 'USAGE'],
    ['http://127.0.0.1:1', 'OBSERVER_UNREACHABLE'],
  ])('%s is answered %s', async (url, code) => {
    await expect(observe(url)).rejects.toMatchObject({ code })
  })

  it('says that it needs the token', async () => {
    await using world = await observed({ reading: 'token' })
    await expect(observe(world.running.url)).rejects.toMatchObject({
      code: 'OBSERVER_ANSWER',
      message: expect.stringContaining('set OBSERVER_TOKEN'),
    })
  })
})

/** As much of a program as a terminal needs. */
class FakeProgram extends EventEmitter {
  readonly pid = 4711
  readonly killed: (readonly [number, string])[] = []
  kill = (pid: number, signal?: string | number): true => {
    this.killed.push([pid, String(signal)])
    return true
  }
}

describe('the terminal', () => {
  async function watched(): Promise<{
    terminal: Terminal
    program: FakeProgram
    done: Promise<void>
    kernel: Kernel
  }> {
    const look = await looked()
    const [terminal, program, kernel] = [
      new Terminal(),
      new FakeProgram(),
      new Kernel({ clock: new VirtualClock() }),
    ]
    const [input, output] = [terminal as unknown as ReadStream, terminal as unknown as WriteStream]
    const done = kernel.run(() => watch({ look: async () => look }, look, input, output, program as never))
    await terminal.until('<0.2>')
    return { terminal, program, done, kernel }
  }
  const LEFT = '\u001b[?25h\u001b[?1049l'

  it.each([
    'SIGTERM',
    'SIGHUP',
    'SIGINT',
    'SIGQUIT',
  ])('is as it was after %s, which ends the program', async (signal) => {
    const { terminal, program } = await watched()
    program.emit(signal, signal)
    expect(terminal.text.endsWith(LEFT)).toBe(true)
    expect(terminal.modes).toEqual([true, false])
    expect(program.killed).toEqual([[4711, signal]])
    // The signal does now what it does to any program.
    expect(program.listenerCount(signal)).toBe(0)
  })

  it('is as it was when the program ends of an error', async () => {
    const { terminal, program } = await watched()
    program.emit('exit', 1)
    expect(terminal.text.endsWith(LEFT)).toBe(true)
    expect(terminal.modes).toEqual([true, false])
  })

  it('is taken again after a Ctrl-Z that stops nothing, as where there is no shell', async () => {
    const { terminal, kernel } = await watched()
    terminal.emit('data', Buffer.from('\u001a'))
    await terminal.until(LEFT)
    terminal.text = ''
    await (kernel.clock as VirtualClock).advance(500)
    expect(terminal.text).toContain('<0.2>')
    expect(terminal.modes).toEqual([true, false, true])
  })

  it('has 24 lines of 80 columns where it says that it has none', async () => {
    const { terminal } = await watched()
    terminal.rows = 0
    terminal.columns = 0
    terminal.text = ''
    terminal.emit('resize')
    await terminal.until('q quit')
    expect(terminal.text.split('\r\n')).toHaveLength(24)
  })

  it('is given back on Ctrl-Z, and drawn anew when the shell goes on with it', async () => {
    const { terminal, program, done } = await watched()
    terminal.emit('data', Buffer.from('\u001a'))
    await terminal.until(LEFT)
    expect(program.killed).toEqual([[0, 'SIGTSTP']])
    expect(terminal.modes).toEqual([true, false])
    terminal.text = ''
    program.emit('SIGCONT', 'SIGCONT')
    await terminal.until('<0.2>')
    expect(terminal.text.startsWith('\u001b[?1049h')).toBe(true)
    expect(terminal.modes).toEqual([true, false, true])
    terminal.emit('data', Buffer.from('q'))
    await done
    expect(program.eventNames()).toEqual([])
  })
})
