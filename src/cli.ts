/** The command `heartwood`. */
import { exitCode, main, nearerCopy, outputWritten } from './application/index.js'
import { companions } from './companions.js'
import { observeCommand } from './observe-command.js'

/** Milliseconds for which a reader of the output of a command may read nothing. */
const READING = 10_000

const nearer = nearerCopy(process.cwd())
if (nearer !== undefined) {
  await import(nearer.href)
} else {
  // `heartwood tree | head`: a reader that has seen enough is no failure.
  for (const output of [process.stdout, process.stderr]) {
    output.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  const code = await main(process.argv.slice(2), { companions, commands: [observeCommand] })
  // A pipe takes 64 KiB at a time. Somebody at a terminal reads page by page, and has Ctrl-C.
  const isWritten = await outputWritten(process.stderr.isTTY ? Number.POSITIVE_INFINITY : READING)
  // Whatever a program left open does not keep it alive once everything has stopped.
  process.exit(!isWritten && code === exitCode('ok') ? exitCode('refused') : code)
}
