/**
 * The way out of the program. `process.exit` cuts off what a pipe has not taken yet: every way out that Heartwood takes
 * waits here first, and not for ever.
 */
import { type Alarm, SystemClock } from '../kernel/index.js'

/** Milliseconds for which a program that ends waits for a reader that takes nothing. */
export const PATIENCE = 2_000

/** The same for one that is to end at once. */
export const AT_ONCE = 100

/** Milliseconds between two looks at how far the readers are. */
const LOOK = 50

/**
 * Ends the program once what it wrote is on its way.
 *
 * @param patience milliseconds; see `outputWritten`
 */
export async function leave(code: number, patience = PATIENCE): Promise<never> {
  // Without a turn of the loop where nothing is held back: what failed shall not go on.
  if (heldBack() > 0) await outputWritten(patience)
  process.exit(code)
}

/**
 * Waits until everything written to standard output and standard error is with the operating system.
 *
 * @param patience milliseconds to wait for a reader that takes nothing; a slow one is waited for. What it has not taken by
 *   then is lost
 * @returns bytes that were lost
 */
export function outputWritten(patience: number): Promise<number> {
  const clock = new SystemClock()
  let left = heldBack()
  let since = clock.now()
  return new Promise((resolve) => {
    const look: Alarm = {
      settled: () => Promise.resolve(),
      ring() {
        const now = heldBack()
        if (now < left) since = clock.now()
        left = now
        if (now > 0 && clock.now() - since < patience) return clock.setAlarm(look, clock.now() + LOOK)
        clock.clearAlarm(look)
        if (now > 0) giveUp(now, patience)
        resolve(now)
      },
    }
    for (const output of outputs()) output.write('', () => heldBack() === 0 && look.ring())
    look.ring()
  })
}

/** Nobody is to wait for it a second time. */
function giveUp(bytes: number, patience: number): void {
  for (const output of outputs()) if (queued(output) > 0) output.destroy()
  if (process.stderr.destroyed) return
  process.stderr.write(`heartwood: ${bytes} bytes of output are lost: nobody read for ${patience} ms\n`)
}

function outputs(): readonly NodeJS.WriteStream[] {
  return [process.stdout, process.stderr]
}

/** Bytes that were written and that no reader has taken. */
function heldBack(): number {
  let bytes = 0
  for (const output of outputs()) if (!output.destroyed) bytes += queued(output)
  return bytes
}

/** Node counts a write as a whole until the last byte of it is gone; how many there are, only its handle knows. */
function queued(output: NodeJS.WriteStream): number {
  if (output.writableLength === 0) return 0
  const { _handle: handle } = output as { _handle?: { readonly writeQueueSize?: number } }
  return Math.max(1, handle?.writeQueueSize ?? output.writableLength)
}
