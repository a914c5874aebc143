/** What the help says besides commands and options. */
import { exitCodeHelp } from '../../application/index.js'
import { painter, showsColours } from '../../logging/index.js'

const EXAMPLES = `
  heartwood new shop                            make a project that runs and passes its tests
  heartwood check dist/config.js                find mistakes without starting anything
  heartwood config dist/config.js               print the settings, and where each comes from
  heartwood tree dist/config.js                 draw the supervision tree
  heartwood start dist/config.js                run it; SIGTERM or Ctrl-C stops it in order
  heartwood tree --url http://127.0.0.1:4010    draw the tree of a running program
  heartwood machine dist/door.js                draw its state machines, as Mermaid
  heartwood observe http://127.0.0.1:4010       watch a running program: tree, processes, crashes
  heartwood console http://127.0.0.1:4010       open a console on a running program
`

const ENVIRONMENT = `
  HEARTWOOD_ENV      the environment whose settings are used without --env; default NODE_ENV, then development;
                     several with commas between them: a later one overrides an earlier one
  OBSERVER_TOKEN     the token of the observer, for tree --url, observe and console
  DEBUG=1            errors with their stack, like --verbose
  NO_COLOR=1         no colours, also on a terminal
  FORCE_COLOR=1      colours also without a terminal; 0 for none
`

/** The end of the help for the whole program. */
export function helpEnd(): string {
  const paint = painter(showsColours(process.stdout))
  const parts = {
    Examples: EXAMPLES,
    'Environment variables': ENVIRONMENT,
    'Exit codes': `\n${exitCodeHelp()}`,
  }
  return Object.entries(parts)
    .map(([title, text]) => `\n${paint(`${title}:`, 'bold')}${text}`)
    .join('')
}

/** An example under the help of one command. */
export function example(...lines: readonly string[]): string {
  const paint = painter(showsColours(process.stdout))
  return `\n${paint('Examples:', 'bold')}\n${lines.map((line) => `  ${line}`).join('\n')}`
}
