import { application, createLogger, defineConfig, type RunningSystem, sleep } from 'heartwood'
import { beforeEach, describe, expect, it } from 'vitest'
import { boot } from '../../src/application/index.js'
import { BootDrawing, bootDrawing } from '../../src/command-line/console/boot-drawing.js'
import { fails, tree, World } from './world.js'

let world: World
let written: string
let drawing: BootDrawing
beforeEach(() => {
  world = new World()
  written = ''
  drawing = new BootDrawing({
    write: (text) => {
      written += text
    },
    columns: 80,
    paint: (text) => text,
  })
})

const slow = (id: string, ms: number) => world.worker(id, { start: () => sleep(ms) })

function start(root: ReturnType<typeof tree>): Promise<RunningSystem> {
  const config = defineConfig({
    contain: false,
    blockingLimit: Number.POSITIVE_INFINITY,
    applications: [application({ name: 'shop', root })],
  })
  const options = { kernel: world.kernel, logger: createLogger({ level: 'silent' }) }
  return boot(config, options, { watcher: drawing })
}

describe('the tree that heartwood start draws for a person', () => {
  it('has a line for each child when it is up, with its time', async () => {
    const booting = start(tree('root', slow('disk', 20), tree('web', slow('http', 5)), slow('mail', 1)))
    await world.clock.advance(21)
    expect(written).toBe('shop\n├─ root\n│  ├─ disk  20.0 ms\n│  ├─ web\n')
    await world.clock.advance(5)
    drawing.up()
    expect(written).toBe(`shop
├─ root
│  ├─ disk  20.0 ms
│  ├─ web
│  │  ├─ http  5.0 ms
│  ├─ mail  1.0 ms
up: 3 workers, 2 supervisors. Ctrl+C stops them in reverse order
`)
    await (await booting).stop()
  })

  it('counts what is too wide for it', async () => {
    const many = Array.from({ length: 1_000 }, (_, at) => world.worker(`w${at}`))
    const system = await start(tree('root', tree('wide', ...many), world.worker('last')))
    drawing.up()
    const lines = written.trimEnd().split('\n')
    expect(lines).toHaveLength(26)
    expect(lines.slice(-4)).toEqual([
      '│  │  ├─ w19  0.0 ms',
      '│  │  ├─ … and 980 more',
      '│  ├─ last  0.0 ms',
      'up: 1001 workers, 2 supervisors. Ctrl+C stops them in reverse order',
    ])
    await system.stop()
  })

  it('ends after 200 lines', async () => {
    const branch = (at: number) => tree(`t${at}`, ...[0, 1, 2].map((leaf) => world.worker(`t${at}w${leaf}`)))
    const branches = (from: number) =>
      tree(`from ${from}`, ...Array.from({ length: 20 }, (_, at) => branch(from + at)))
    const system = await start(tree('root', branches(0), branches(20), branches(40)))
    const lines = written.trimEnd().split('\n')
    expect(lines).toHaveLength(200)
    expect(lines.at(-1)).toContain('… the tree goes on')
    await system.stop()
  })

  it('names the child that failed', async () => {
    await expect(start(tree('root', world.worker('db', { start: fails('no route') })))).rejects.toThrow(
      'no route',
    )
    expect(written).toBe('shop\n├─ root\n│  ├─ failed db\n')
  })

  it('lets no name act on the terminal or fill it', async () => {
    const system = await start(tree('root', world.worker(`a\u001b[2J${'x'.repeat(500)}`)))
    const [, , line = ''] = written.split('\n')
    expect(line).not.toContain('\u001b')
    expect(line.length).toBeLessThan(80)
    await system.stop()
  })

  it('is drawn where a person watches: on two terminals, in development, beside a log for people', () => {
    const terminal = { isTTY: true, getColorDepth: () => 1 }
    const pipe = { isTTY: false }
    const drawn = (format: string, environment: string, stdout: object, stderr: object): boolean =>
      bootDrawing(format, environment, { stdout, stderr } as unknown as NodeJS.Process) !== undefined
    expect(drawn('auto', 'development', terminal, terminal)).toBe(true)
    expect(drawn('auto', 'production', terminal, terminal)).toBe(false)
    expect(drawn('json', 'development', terminal, terminal)).toBe(false)
    expect(drawn('auto', 'development', pipe, terminal)).toBe(false)
    expect(drawn('auto', 'development', terminal, pipe)).toBe(false)
  })
})
