/** The command `heartwood`, when there is more to do than to tell its version. */
import { exitCode, outputWritten } from './application/index.js'
import { main } from './command-line/index.js'
import { companions } from './companions.js'
import { consoleCommand } from './console-command.js'
import { devCommand } from './dev-command.js'
import { mcpCommand } from './mcp-command.js'
import { observeCommand } from './observe-command.js'
import { remoteCommand } from './remote-command.js'

/** Milliseconds for which a reader of the output of a command may read nothing. */
const READING = 10_000

const failed = new Set<NodeJS.WriteStream>()
for (const output of [process.stdout, process.stderr]) {
  output.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // `heartwood tree | head`: a reader that has seen enough is no failure.
    if (code === 'EPIPE' || failed.has(output)) return
    failed.add(output)
    if (output === process.stderr) return
    process.stderr.write(`heartwood: output is lost, standard output takes none: ${message}\n`)
  })
}
const code = await main(process.argv.slice(2), {
  companions,
  commands: [consoleCommand, devCommand, mcpCommand, observeCommand, remoteCommand],
  askingNode: async (...what) => (await import('./node-asking.js')).askingNode(...what),
})
// A pipe takes 64 KiB at a time. Somebody at a terminal reads page by page, and has Ctrl-C.
const isWritten = await outputWritten(process.stderr.isTTY ? Number.POSITIVE_INFINITY : READING)
// That a write to a file failed is told in a turn of its own.
await new Promise<void>((resolve) => setImmediate(resolve))
const isWhole = isWritten && failed.size === 0
// Whatever a program left open does not keep it alive once everything has stopped.
process.exit(!isWhole && code === exitCode('ok') ? exitCode('refused') : code)
