/**
 * The exit of the program. `process.exit` loses output that a pipe has not taken yet. So Heartwood always waits for its output first, for
 * a limited time.
 */
import { type Alarm, type Clock, SystemClock } from '../../kernel/index.js'
import { dropHeldBackLogs, logBytesHeldBack } from '../../logging/index.js'

/** Milliseconds that an ending program waits for a reader that takes nothing. */
export const READER_PATIENCE = 2_000

/** The same for a program that must end at once. */
export const READER_PATIENCE_AT_ONCE = 100

/** Milliseconds between two checks of the output. */
const LOOK = 50

/**
 * Ends the program when its output is written.
 *
 * @param patience milliseconds; see `outputWritten`
 */
export async function flushAndExit(code: number, patience = READER_PATIENCE): Promise<never> {
  // Without waiting output the program ends at once, without a turn of the event loop, so that failed code does not go on.
  if (heldBack() > 0) await outputWritten(patience)
  process.exit(code)
}

/**
 * Waits until the operating system has taken all output to standard output, standard error and logs.
 *
 * @param patience milliseconds to wait for a reader that takes nothing; for a slow reader the wait goes on. Output that is left then is
 *   lost
 * @returns false if output was lost
 */
export function outputWritten(patience: number, clock: Clock = new SystemClock()): Promise<boolean> {
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

/** The streams that were given up, for which nothing waits again. They cannot be destroyed: for these two, Node ignores it. */
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

/** A measure of the output that no reader has taken: 0 if there is none. It decreases when a reader takes some. */
function heldBack(): number {
  return outputs().reduce((sum, output) => sum + unread(output), logBytesHeldBack())
}

/** The unwritten output of a stream. The stream counts a chunk until its last byte is written; its handle has the bytes that are left. */
function unread(output: NodeJS.WriteStream): number {
  if (output.destroyed || givenUp.has(output) || output.writableLength === 0) return 0
  const { _handle: handle } = output as { _handle?: { readonly writeQueueSize?: number } | null }
  return output.writableLength + (handle?.writeQueueSize ?? 0)
}
