import { EventEmitter } from 'node:events'
import type { ReadStream, WriteStream } from 'node:tty'
import { type ChildSpec, startLink, startSupervisor } from 'heartwood'
import { observe } from 'heartwood/observer'
import { describe, expect, it } from 'vitest'
import { afterKey } from '../../src/observer/terminal/observe.js'
import { plainText, type Showing, screen } from '../../src/observer/terminal/screen.js'
import { type Look, Source } from '../../src/observer/terminal/source.js'
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

async function looked(): Promise<Look> {
  await using world = await planted()
  return await new Source(world.running.url, undefined).look('queue')
}

const showing: Showing = { view: 'tree', sort: 'queue', top: 0, problem: '' }

describe('the screen', () => {
  it('draws the tree, and nothing in a name moves the cursor', async () => {
    const lines = screen(await looked(), showing, { rows: 10, columns: 80 }, bare)
    expect(lines).toHaveLength(10)
    expect(lines[0]).toMatch(/^● 3 processes \(4 ever\) {2}· {2}[\d.]+ MB heap/)
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
    expect(table[2]).toMatch(/^ {2}PID +NAME +BEHAVIOUR +QUEUE +HANDLED +RATE\/S {3}by queue$/)
    expect(table[3]).toMatch(/^● <0\.2> +top +Supervisor +0 +\d+ +–$/)
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

describe('the keys', () => {
  it('change the view, the order and the place, and leave', () => {
    expect(afterKey('p', { ...showing, top: 5 }, 20)).toEqual({ ...showing, view: 'processes' })
    expect(afterKey('s', showing, 20)).toMatchObject({ view: 'processes', sort: 'rate' })
    expect(afterKey('\u001b[B', showing, 20)?.top).toBe(1)
    expect(afterKey('\u001b[6~', showing, 20)?.top).toBe(16)
    expect(afterKey('\u001b[A', showing, 20)?.top).toBe(0)
    expect(afterKey('x', showing, 20)).toBe(showing)
    expect([afterKey('q', showing, 20), afterKey('\u0003', showing, 20)]).toEqual([undefined, undefined])
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
