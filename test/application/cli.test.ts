import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { fixture, Program } from './program.js'

const UP = 'application web started'

describe('heartwood start', () => {
  it('starts dependencies first and children in order, and on SIGTERM stops all in exact reverse', async () => {
    const program = new Program(['start', fixture('ordered')])
    await program.line(UP)
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.messages.filter((message) => /^(start|stop|stopped|prepStop) /.test(message))).toEqual([
      'start disk',
      'start server',
      'start pages',
      'prepStop web',
      'stop pages',
      'stop server',
      'stopped web',
      'prepStop store',
      'stop disk',
      'stopped store',
    ])
    expect(program.messages.at(-1)).toBe('application store stopped')
    expect(program.errors).toBe('')
  })

  it('stops on SIGINT as well', async () => {
    const program = new Program(['start', fixture('ordered')])
    await program.line(UP)
    program.kill('SIGINT')
    expect(await program.exited).toBe(0)
    expect(program.messages).toContain('stop disk')
  })

  it('goes past hooks that fail, and reports them', async () => {
    const program = new Program(['start', fixture('ordered')], { HOOKS: 'throw' })
    await program.line(UP)
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    const failed = program.records.filter(({ hook }) => hook !== undefined)
    expect(failed.map(({ application, hook, reason }) => [application, hook, reason])).toEqual([
      ['web', 'prepStop', 'Error: prepStop of web is broken'],
      ['web', 'stop', 'Error: stopped of web is broken'],
      ['store', 'prepStop', 'Error: prepStop of store is broken'],
      ['store', 'stop', 'Error: stopped of store is broken'],
    ])
    expect(program.messages).toContain('stop disk')
  })

  it('kills and names what does not stop within the limit, and exits 4', async () => {
    const program = new Program(['start', fixture('stubborn')], { LIMIT: '50' })
    await program.line('application slow started')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(4)
    expect(program.messages.join('\n')).toMatch(
      /application slow is not stopped after 50 ms and is killed; still alive: stubborn <0\.\d+>/,
    )
  })

  it('ends at once on a second signal', async () => {
    const program = new Program(['start', fixture('stubborn')], { LIMIT: '3600000' })
    await program.line('application slow started')
    program.kill('SIGTERM')
    await program.line('terminating for ever')
    program.kill('SIGINT')
    expect(await program.exited).toBe(130)
    expect(program.messages.at(-1)).toBe('SIGINT again: ended at once')
  })

  it('exits 1 when the root gives up, with the last record written', async () => {
    const program = new Program(['start', fixture('doomed')])
    expect(await program.exited).toBe(1)
    expect(program.messages.at(-1)).toBe(
      'application doomed ended: shutdown; it is permanent, so everything stops',
    )
    const gaveUp = program.records.find(({ context }) => context === 'shutdown')
    expect(gaveUp).toMatchObject({
      kind: 'supervisor',
      reason: 'reached_max_restart_intensity',
      level: 'error',
    })
  })

  it('only reports the end of a temporary application', async () => {
    const program = new Program(['start', fixture('doomed')], { TYPE: 'temporary' })
    await program.line('application doomed ended: shutdown')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
  })

  it('names the child and the port that is in use, stops what had started, and exits 3', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    const address = holder.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const program = new Program(['start', fixture('port')], { PORT: String(port) })
    expect(await program.exited).toBe(3)
    expect(program.errors).toBe(
      `heartwood: application site did not start: root › front › web: port ${port} of 127.0.0.1 is in use: another program ` +
        'listens there. Stop it or choose another port (EADDRINUSE). What had been started is stopped. [BOOT_FAILED]\n',
    )
    expect(program.messages).toContain('first is stopped')
    await new Promise((resolve) => holder.close(resolve))
  })

  it('prints the stack of an error when asked to', async () => {
    const plain = new Program(['start', 'nowhere.js'])
    const verbose = new Program(['--verbose', 'start', 'nowhere.js'])
    const debugging = new Program(['start', 'nowhere.js'], { DEBUG: '1' })
    expect([await plain.exited, await verbose.exited, await debugging.exited]).toEqual([2, 2, 2])
    expect(plain.errors.split('\n')).toHaveLength(2)
    expect(verbose.errors).toMatch(/\n {4}at /)
    expect(debugging.errors).toMatch(/\n {4}at /)
  })
})

describe('heartwood check and tree', () => {
  it('check says ok, and starts nothing', async () => {
    const program = new Program(['check', fixture('ordered')])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([`${fixture('ordered')}: ok (store, web)`])
  })

  it('check --json is for scripts', async () => {
    const program = new Program(['check', '--json', fixture('ordered')])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual(['{"ok":true,"problems":[],"warnings":[]}'])
  })

  it('check tells what is worth a look, and exits 0', async () => {
    const [text, json] = [['check'], ['check', '--json']].map(
      (args) => new Program([...args, fixture('kept-setting')]),
    )
    expect(await text?.exited).toBe(0)
    expect(text?.lines).toEqual([
      expect.stringMatching(
        /^warning: shop › Root › worker: "pool", bound as a singleton in shop › Root, keeps the setting size .* \(INJECT_SETTING_KEPT\)$/,
      ),
      `${fixture('kept-setting')}: ok (shop)`,
    ])
    expect(await json?.exited).toBe(0)
    expect(JSON.parse(json?.lines[0] ?? '')).toMatchObject({
      ok: true,
      problems: [],
      warnings: [{ path: 'shop › Root › worker', code: 'INJECT_SETTING_KEPT' }],
    })
  })

  it('tree draws what will be started', async () => {
    const program = new Program(['tree', fixture('ordered')])
    expect(await program.exited).toBe(0)
    expect(program.lines).toEqual([
      'store',
      '└─ store-root (supervisor, one_for_one)',
      '   └─ disk',
      'web (after store)',
      '└─ web-root (supervisor, one_for_one)',
      '   ├─ server',
      '   └─ pages',
    ])
  })

  it('tree --json has the same', async () => {
    const program = new Program(['tree', '--json', fixture('ordered')])
    expect(await program.exited).toBe(0)
    expect(JSON.parse(program.lines.join('\n'))).toMatchObject([
      {
        name: 'store',
        root: { id: 'store-root', kind: 'supervisor', children: [{ id: 'disk', kind: 'worker' }] },
      },
      { name: 'web', dependencies: ['store'] },
    ])
  })
})

describe('a tree that is deeper than the stack', () => {
  const levels = (top: unknown, below: 'children' | 'steps'): number => {
    let count = 0
    for (let at = top as Record<string, [unknown]> | undefined; at !== undefined; count += 1)
      at = at[below]?.[0] as typeof at
    return count
  }

  it('is told as JSON', async () => {
    const program = new Program(['tree', '--json', fixture('deep')])
    expect(await program.exited).toBe(0)
    const [{ root }] = JSON.parse(program.lines.join('\n'))
    expect(levels(root, 'children')).toBe(10_000)
  })

  it('boots, tells of its boot and stops', async () => {
    const program = new Program(['start', '--boot-tree', '--json', fixture('deep')])
    await program.line('application deep started')
    await program.error('\n')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(0)
    expect(program.messages.at(-1)).toBe('application deep stopped')
    // The boot, the application, and its tree.
    expect(levels(JSON.parse(program.errors), 'steps')).toBe(2 + 10_000)
  })
})

describe('heartwood start --boot-tree', () => {
  it('prints to stderr how long each part took, as text or JSON', async () => {
    const text = new Program(['start', '--boot-tree', fixture('ordered')])
    const json = new Program(['start', '--boot-tree', '--json', fixture('ordered')])
    for (const program of [text, json]) {
      await program.line(UP)
      await program.error('\n')
      program.kill('SIGTERM')
      expect(await program.exited).toBe(0)
    }
    expect(text.errors).toMatch(
      /^boot +[\d.]+ ms\n├─ store +[\d.]+ ms\n│ {2}└─ store-root +[\d.]+ ms\n│ {5}└─ disk +/,
    )
    expect(JSON.parse(json.errors)).toMatchObject({
      name: 'boot',
      steps: [{ name: 'store' }, { name: 'web', steps: [{ name: 'web-root', kind: 'supervisor' }] }],
    })
  })

  it('exits 3 when the start takes too long, and shows where it stood', async () => {
    const program = new Program(['start', '--boot-tree', fixture('slow-start')], { BOOT_TIMEOUT: '1500' })
    expect(await program.exited).toBe(3)
    expect(program.errors).toMatch(/└─ stuck +[\d.]+ ms {2}failed: killed\n/)
    expect(program.errors).toMatch(
      /heartwood: application slow did not start in time: root › stuck is not through after \d+ ms, .*1500 ms \(bootTimeout\)\. .* \[BOOT_TIMEOUT\]\n$/,
    )
    expect(program.messages).toContain('first is stopped')
  })

  it.each([
    ['in reverse order, with what hangs killed, and exits 0', {}, 0],
    ['with what does not stop killed, and exits 4', { STUBBORN: 'yes' }, 4],
  ])('that hangs ends on SIGTERM within the limit: %s', async (_, env, code) => {
    const program = new Program(['start', fixture('slow-start')], {
      ...env,
      BOOT_TIMEOUT: '600000',
      LIMIT: '400',
    })
    await program.line('"msg":"stuck"')
    program.kill('SIGTERM')
    expect(await program.exited).toBe(code)
    expect(program.messages).toContain('first is stopped')
    expect(program.messages.some((message) => /still alive: first/.test(message))).toBe(code === 4)
    expect(program.messages.at(-1)).toMatch(/^the start was cancelled by SIGTERM at application/)
  })
})
