/** The process that watches the files of a configuration. */
import { existsSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { type Kernel, own, type Pid, receive, self } from '../kernel/index.js'
import { reasonLine } from '../logging/index.js'
import { fingerprint } from './fingerprint.js'
import type { Reload } from './reload.js'

/** Milliseconds without a further change after which files are read: an editor writes in several steps. */
const QUIET = 100

/** Something in a folder changed. */
class Touched {}

const isTouched = (message: unknown): message is Touched => message instanceof Touched

/** Watches until the process is ended. */
export function watchConfig(kernel: Kernel, reload: Reload): Pid {
  return kernel.spawn(() => watching(kernel, reload), { label: 'config watcher' })
}

async function watching(kernel: Kernel, reload: Reload): Promise<void> {
  const me = self()
  // Folders and not files: editors and containers put another file in the place of the one that was there.
  for (const folder of new Set(reload.files.map((file) => dirname(file)))) {
    if (existsSync(folder)) own(watch(folder, () => kernel.send(me, new Touched())))
  }
  // Of the moment when they were read: they may have changed since.
  let seen = reload.fingerprint
  kernel.send(me, new Touched())
  for (;;) {
    await receive(isTouched)
    while ((await receive(isTouched, { timeout: QUIET })) !== undefined);
    const found = fingerprint(reload.files)
    if (found === seen) continue
    seen = found
    try {
      await reload.run()
    } catch (error) {
      const message = `the changed configuration is not used, what was in force stays: ${reasonLine(error)}`
      kernel.report({ level: 'error', kind: 'config', message, pid: me, reason: error })
    }
  }
}
