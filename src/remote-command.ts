/** `heartwood remote`: the observer's terminal, over the connection between nodes. Its layers are loaded when it is asked for. */
import type { CommandMaker } from './command-line/index.js'

export const remoteCommand: CommandMaker = (program) => {
  program
    .command('remote')
    .summary('watch a running program, as a node with its cookie')
    .description(
      'Connects to the node of a running program, as another node that has the cookie, and shows what observe shows: its tree, its processes, what ' +
        'crashes. Where there is no terminal it prints them once. The program must run its observer; it needs no port for that beyond that of its node.',
    )
    .argument('<node>', 'name of the node, such as shop@127.0.0.1')
    .argument(
      '[config]',
      'path of its config module, which has cookie and certificates; default the cookie in HEARTWOOD_COOKIE',
    )
    .option('--at <host:port>', 'where the node listens, where there is no EPMD')
    .addHelpText(
      'after',
      '\nExamples:\n  HEARTWOOD_COOKIE=$COOKIE heartwood remote shop@127.0.0.1\n  heartwood remote shop@10.0.0.5 dist/config.js\n' +
        '  heartwood remote shop@127.0.0.1 --json | jq .overview.memory',
    )
    .action(async (node: string, config: string | undefined, { at }: { at?: string }) => {
      const { json } = program.opts<{ json?: boolean }>()
      const { askingNode } = await import('./node-asking.js')
      const { observe } = await import('./observer/index.js')
      await askingNode(node, { config, at }, (ask) => observe(ask, { json }))
    })
}
