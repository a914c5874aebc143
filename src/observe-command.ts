/** `heartwood observe`: belongs to the observer, which is loaded when it is asked for. */
import type { CommandMaker } from './command-line/index.js'

export const observeCommand: CommandMaker = (program) => {
  program
    .command('observe')
    .summary('watch a running program: its tree, its processes, its crashes')
    .description(
      'Shows the tree of a running program, a table of its processes like that of top, and its crashes, live. Where ' +
        'there is no terminal it prints them once. The program must run its observer.',
    )
    .argument('<url>', 'address of the observer, such as http://127.0.0.1:4010')
    .addHelpText(
      'after',
      '\nExamples:\n  heartwood observe http://127.0.0.1:4010\n  heartwood observe http://127.0.0.1:4010 | head\n' +
        '  heartwood observe http://127.0.0.1:4010 --json | jq .overview.memory',
    )
    .action(async (url: string) => {
      const { json } = program.opts<{ json?: boolean }>()
      const { observe } = await import('./observer/index.js')
      await observe(url, { json })
    })
}
