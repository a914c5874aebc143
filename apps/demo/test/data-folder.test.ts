import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allowCrashes } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FolderInUse, FolderLock } from '../src/store/index.js'
import { HISTORY_WRITER } from '../src/workers/names.js'
import { INTERVAL, PulseUnderTest } from './pulse-under-test.js'

useTestKernel()

function folderOfTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-folder-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('a data folder', () => {
  it('is held by one at a time', () => {
    const folder = folderOfTest()
    const [one, two] = [new FolderLock(), new FolderLock()]
    one.hold(folder)
    one.hold(folder)
    expect(() => two.hold(folder)).toThrow(FolderInUse)
    one[Symbol.dispose]()
    two.hold(folder)
    two[Symbol.dispose]()
  })

  it('is held from the start of Pulse to its stop, whichever of its workers crash', async () => {
    const dataFolder = folderOfTest()
    const hold = (): void => {
      using lock = new FolderLock()
      lock.hold(dataFolder)
    }
    const pulse = await PulseUnderTest.boot({ targets: ['a'], dataFolder })
    expect(hold).toThrow(FolderInUse)
    await pulse.crash(HISTORY_WRITER, 'cast')
    expect(hold).toThrow(FolderInUse)
    await pulse.stop()
    hold()
  })

  it('is refused to a second Pulse at its start', async () => {
    const dataFolder = folderOfTest()
    using lock = new FolderLock()
    lock.hold(dataFolder)
    allowCrashes({ reason: FolderInUse })
    await expect(PulseUnderTest.boot({ targets: ['a'], dataFolder })).rejects.toThrow(
      `another Pulse works in the folder ${dataFolder} (PULSE_DATA); stop it, or give this one a folder of its own`,
    )
  })

  it('that is removed while Pulse runs is told: in the log, and by what asks whether it is ready', async () => {
    const dataFolder = join(folderOfTest(), 'data')
    const pulse = await PulseUnderTest.boot({ targets: ['a'], dataFolder })
    const ready = async (): Promise<[number, string]> => {
      const response = await fetch(`${pulse.url}readyz`)
      return [response.status, await response.text()]
    }
    await pulse.advance(2 * INTERVAL)
    expect((await ready())[0]).toBe(200)
    renameSync(dataFolder, `${dataFolder}-away`)
    await pulse.advance(2 * INTERVAL)
    const gone = 'was removed or replaced while Pulse runs; restart Pulse'
    expect(await ready()).toEqual([503, expect.stringContaining(gone)])
    const told = pulse.kernel.reportsOf('history').map(({ error }) => String(error))
    expect(told).toContainEqual(expect.stringContaining(gone))
    expect((await fetch(`${pulse.url}api/targets/a/history`)).status).toBe(503)
    // Nothing is lost when it is back.
    renameSync(`${dataFolder}-away`, dataFolder)
    await pulse.advance(5 * INTERVAL)
    expect((await ready())[0]).toBe(200)
  })
})
