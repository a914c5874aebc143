/** `heartwood mcp`: its layer is loaded when it is asked for. */
import type { CommandMaker } from './command-line/index.js'

export const mcpCommand: CommandMaker = (program) => {
  program
    .command('mcp')
    .summary('let an agent inspect a running program, over the Model Context Protocol')
    .description(
      'Serves the Model Context Protocol on standard input and output: tools that ask the observer of a running program for its health, crashes, tree, processes ' +
        'and settings. The program must run its observer. Needs the package @modelcontextprotocol/sdk.',
    )
    .argument('<url>', 'address of the observer, such as http://127.0.0.1:4010')
    .option(
      '--allow-actions',
      'also tools that trace, kill, restart, suspend and resume; needs OBSERVER_TOKEN',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  heartwood mcp http://127.0.0.1:4010\n  OBSERVER_TOKEN=$TOKEN heartwood mcp http://127.0.0.1:4010 --allow-actions',
    )
    .action(async (url: string, { allowActions = false }: { allowActions?: boolean }) => {
      const { serveMcp } = await import('./mcp/index.js')
      await serveMcp(url, allowActions)
    })
}
