import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { loadSettings } from '../src/settings.js'
import { checkerName, TARGET_LOADER } from '../src/workers/names.js'
import { PulseUnderTest } from './pulse-under-test.js'

useTestKernel()

/** Pulse with a list in a file, and what writes another list there. */
async function boot(name: string, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-list-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const write = (list: string): void => writeFileSync(join(folder, name), list)
  write(text)
  const { targets, reload } = await loadSettings({ PULSE_TARGETS: name }, { folder, fetch })
  if (targets === undefined || reload === undefined) throw new Error('there is no list')
  const pulse = await PulseUnderTest.boot({ listed: { targets, reload } })
  return { pulse, write }
}

const yaml = (...names: string[]): string =>
  `targets:\n${names.map((name) => `  - { name: ${name}, url: "http://${name}/", interval: 1000 }`).join('\n')}\n`

describe('a list that changes', () => {
  it('starts checks of what is new, ends those of what is gone, and leaves the others alone', async () => {
    const { pulse, write } = await boot('list.yaml', yaml('a', 'b'))
    const kept = pulse.pid(checkerName('a'))
    write(yaml('a', 'c'))
    await pulse.advance(11_000)
    expect(pulse.pid(checkerName('a'))).toBe(kept)
    expect(pulse.kernel.whereis(checkerName('b'))).toBeUndefined()
    expect(pulse.net.count('c')).toBeGreaterThan(0)
    const { targets } = (await pulse.asOperator('api/status')) as { targets: { name: string }[] }
    expect(targets.map(({ name }) => name)).toEqual(['a', 'c'])
  })

  it('checks a target that is written down otherwise in the new way', async () => {
    const { pulse, write } = await boot(
      'list.json',
      JSON.stringify([{ name: 'a', url: 'http://a/', interval: 1000 }]),
    )
    const before = pulse.pid(checkerName('a'))
    write(JSON.stringify([{ name: 'a', url: 'http://moved/', interval: 1000 }]))
    await pulse.advance(12_000)
    expect(pulse.pid(checkerName('a'))).not.toBe(before)
    expect(pulse.net.count('moved')).toBeGreaterThan(0)
  })

  it('that is wrong changes nothing, and is told once; so is its end', async () => {
    const { pulse, write } = await boot('list.yaml', yaml('a'))
    write('targets: [ { name: a, url: "http://u:SECRET-1@a/" ')
    await pulse.advance(40_000)
    const said = (): string[] => pulse.kernel.reportsOf('targets').map(({ message }) => message)
    expect(said()).toEqual([
      expect.stringMatching(
        /^the list of targets cannot be used; the one before holds: list\.yaml is not YAML: it is wrong at line \d+, column \d+$/,
      ),
    ])
    expect(pulse.kernel.whereis(checkerName('a'))).toBeDefined()
    write(yaml('a', 'b'))
    await pulse.advance(11_000)
    expect(said().at(-1)).toBe('the list of targets is well again')
    expect(pulse.kernel.whereis(checkerName('b'))).toBeDefined()
  })

  it('is brought about also when the loader crashes', async () => {
    const { pulse, write } = await boot('list.yaml', yaml('a', 'b'))
    const kept = pulse.pid(checkerName('a'))
    await pulse.crash(TARGET_LOADER, 'cast')
    write(yaml('a', 'c'))
    await pulse.advance(11_000)
    expect(pulse.pid(checkerName('a'))).toBe(kept)
    expect(pulse.kernel.whereis(checkerName('b'))).toBeUndefined()
    expect(pulse.kernel.whereis(checkerName('c'))).toBeDefined()
  })
})
