/** The process that watches the files of a configuration. */
import { unwatchFile, watchFile } from 'node:fs'
import { type Kernel, own, type Pid, receive, self } from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import { fingerprint } from './file-fingerprint.js'
import type { Reload } from './reload.js'

/**
 * The interval of polling each file by its path, in milliseconds. Events of the file system are not reliable: they get lost when a folder
 * is replaced or a link gets another target, they report other files of the folder, and many mounts have none.
 */
const INTERVAL = 100
/** Milliseconds without a further change before files are read, since editors write in several steps. */
const QUIET = 150
/** Milliseconds after which files are read although they still change. */
const LONGEST = 1_000

/** The message that a file changed. */
class Touched {}

const isTouched = (message: unknown): message is Touched => message instanceof Touched

/** Starts the process that watches the files of a configuration. */
export function watchConfig(kernel: Kernel, reload: Reload): Pid {
  const body = async (): Promise<void> => {
    try {
      await watching(kernel, reload)
    } catch (error) {
      // The system ended during the reading.
      if (!reload.ended.aborted) throw error
    }
  }
  return kernel.spawn(body, { label: 'config watcher' })
}

async function watching(kernel: Kernel, reload: Reload): Promise<void> {
  const me = self()
  const watched = own(new Watched(() => kernel.send(me, new Touched())))
  // The fingerprint from when the files were read; they may have changed since.
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
    // The new configuration may have other files.
    if ((await fingerprint(reload.files, reload.ended)) !== seen) kernel.send(me, new Touched())
  }
}

/** The set of watched files. */
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
