/**
 * The way out of the program. `process.exit` cuts off what a pipe has not taken yet: every way out that Heartwood takes
 * waits here first, and not for ever.
 */
import { type Alarm, SystemClock } from '../../kernel/index.js'
import { dropHeldBackLogs, logBytesHeldBack } from '../../logging/index.js'

/** Milliseconds for which a program that ends waits for a reader that takes nothing. */
export const READER_PATIENCE = 2_000

/** The same for one that is to end at once. */
export const READER_PATIENCE_AT_ONCE = 100

/** Milliseconds between two looks at how far the readers are. */
const LOOK = 50

/**
 * Ends the program once what it wrote is on its way.
 *
 * @param patience milliseconds; see `outputWritten`
 */
export async function flushAndExit(code: number, patience = READER_PATIENCE): Promise<never> {
  // Without a turn of the loop where nothing is held back: what failed shall not go on.
  if (heldBack() > 0) await outputWritten(patience)
  process.exit(code)
}

/**
 * Waits until everything written to standard output, standard error and logs is with the operating system.
 *
 * @param patience milliseconds to wait for a reader that takes nothing; a slow one is waited for. What it has not taken by
 *   then is lost
 * @returns false when something was lost
 */
export function outputWritten(patience: number): Promise<boolean> {
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
        if (now > 0) giveUp(patience)
        resolve(now === 0)
      },
    }
    for (const output of outputs()) {
      if (unread(output) > 0) output.write('', () => heldBack() === 0 && look.ring())
    }
    look.ring()
  })
}

/** Nobody waits for these a second time. To destroy them is no way: Node takes that back, for these two. */
const givenUp = new Set<NodeJS.WriteStream>()

function giveUp(patience: number): void {
  const lost = outputs().filter((output) => unread(output) > 0)
  const bytes = lost.reduce((sum, output) => sum + output.writableLength, logBytesHeldBack())
  dropHeldBackLogs()
  for (const output of lost) givenUp.add(output)
  if (givenUp.has(process.stderr)) return
  process.stderr.write(`heartwood: up to ${bytes} bytes of output are lost: nobody read for ${patience} ms\n`)
}

function outputs(): readonly NodeJS.WriteStream[] {
  return [process.stdout, process.stderr]
}

/** What no reader has taken: 0 for nothing, and less whenever one takes something. */
function heldBack(): number {
  return outputs().reduce((sum, output) => sum + unread(output), logBytesHeldBack())
}

/** A stream counts what it hands on as a whole until the last byte of it is gone; its handle knows how many are left. */
function unread(output: NodeJS.WriteStream): number {
  if (output.destroyed || givenUp.has(output) || output.writableLength === 0) return 0
  const { _handle: handle } = output as { _handle?: { readonly writeQueueSize?: number } | null }
  return output.writableLength + (handle?.writeQueueSize ?? 0)
}
