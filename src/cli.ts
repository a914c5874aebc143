/** The command `heartwood`. */
import { main } from './application/index.js'

const code = await main(process.argv.slice(2))
// Whatever a program left open does not keep it alive once everything has stopped.
process.exit(code)
