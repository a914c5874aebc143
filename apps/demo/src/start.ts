/**
 * What `npm start` runs: `heartwood start`, in the folder that it is run in. npm passes a SIGTERM on to its shell, and the shell to
 * nobody: it ends, and what it has started would go on without it. So when the shell is gone, Pulse is told to stop.
 */
import { setInterval } from 'node:timers'
import { fileURLToPath } from 'node:url'

const LOOK_EVERY = 250

const shell = process.ppid
const isOrphan = (): boolean => process.ppid !== shell
if (process.env.npm_lifecycle_event !== undefined) {
  const look = setInterval(() => {
    if (!isOrphan()) return
    clearInterval(look)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY)
  look.unref()
}

process.argv.splice(2, 0, 'start', fileURLToPath(new URL('./config.js', import.meta.url)))
const program: string = new URL('../../../bin/heartwood.js', import.meta.url).href
await import(program)
