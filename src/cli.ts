/** The command `heartwood`. */
import { main, nearerCopy } from './application/index.js'
import { companions } from './companions.js'
import { observeCommand } from './observe-command.js'

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
  // Whatever a program left open does not keep it alive once everything has stopped.
  process.exit(code)
}
