/** The process that watches the files of a configuration. */
import { unwatchFile, watchFile } from 'node:fs'
import { type Kernel, own, type Pid, receive, self } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { fingerprint } from './file-fingerprint.js'
import type { Reload } from './reload.js'

/**
 * Milliseconds between two looks at each file, by its path. Events of the file system are no ground to stand on: they are
 * of a folder that is removed and made again, of a link that is given another target, or of everything else that is
 * written in the folder, and on many mounts there are none.
 */
const INTERVAL = 100
/** Milliseconds without a further change after which files are read: an editor writes in several steps. */
const QUIET = 150
/** Milliseconds after which they are read though they go on changing. */
const LONGEST = 1_000

/** A file changed. */
class Touched {}

const isTouched = (message: unknown): message is Touched => message instanceof Touched

/** Watches until the process is ended. */
export function watchConfig(kernel: Kernel, reload: Reload): Pid {
  const body = async (): Promise<void> => {
    try {
      await watching(kernel, reload)
    } catch (error) {
      // Its system ended while it was reading.
      if (!reload.ended.aborted) throw error
    }
  }
  return kernel.spawn(body, { label: 'config watcher' })
}

async function watching(kernel: Kernel, reload: Reload): Promise<void> {
  const me = self()
  const watched = own(new Watched(() => kernel.send(me, new Touched())))
  // Of the moment when they were read: they may have changed since.
  let seen = reload.fingerprint
  kernel.send(me, new Touched())
  for (;;) {
    watched.files = reload.files
    await receive(isTouched)
    const first = kernel.clock.now()
    while (
      (await receive(isTouched, { timeout: QUIET })) !== undefined &&
      kernel.clock.now() - first < LONGEST
    );
    const found = await fingerprint(reload.files, reload.ended)
    if (found === seen) continue
    seen = found
    try {
      await reload.run()
    } catch (error) {
      if (reload.ended.aborted) return
      const message = `the changed configuration is not used, what was in force stays: ${reasonLine(error)}`
      kernel.report({ level: 'error', kind: 'config', message, pid: me, reason: error })
    }
    // It may have named other files.
    if ((await fingerprint(reload.files, reload.ended)) !== seen) kernel.send(me, new Touched())
  }
}

/** The files that are looked at. */
class Watched {
  #files: ReadonlySet<string> = new Set()

  constructor(private readonly touched: () => void) {}

  set files(files: readonly string[]) {
    const next = new Set(files)
    for (const file of this.#files) if (!next.has(file)) unwatchFile(file, this.touched)
    for (const file of next) {
      if (!this.#files.has(file)) watchFile(file, { interval: INTERVAL, persistent: false }, this.touched)
    }
    this.#files = next
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) unwatchFile(file, this.touched)
  }
}
