/** `heartwood console`: belongs to the observer, which is loaded when it is asked for. */
import { type CommandMaker, readsSettings, type SourceFlags, sourcesOf } from './command-line/index.js'
import { companions } from './companions.js'

export const consoleCommand: CommandMaker = (program, done) => {
  readsSettings(program.command('console'))
    .summary('open a console on a running program: calls, casts, states, the tree')
    .description(
      'With the URL of an observer: opens a console on a running program; the token is in OBSERVER_TOKEN. With a config module: starts its ' +
        'applications and opens a console on them; both end together. Lines run in the console, and their requests go to the program.',
    )
    .argument(
      '<url or config>',
      'address of the observer, such as http://127.0.0.1:4010, or path of a config module',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  OBSERVER_TOKEN=$TOKEN heartwood console http://127.0.0.1:4010\n  heartwood console dist/config.js\n' +
        `  echo "ref('counter').call.add(2)" | heartwood console http://127.0.0.1:4010`,
    )
    .action(async (target: string, flags: SourceFlags, command) => {
      if (/^https?:\/\//.test(target) || /^[^/\\]+:\d+\/?$/.test(target)) {
        if ((flags.set ?? flags.env) !== undefined)
          command.error('--env and --set are for a config module, and a URL means a running program')
        const { openConsole } = await import('./observer/index.js')
        return openConsole(target)
      }
      const { consoleOf } = await import('./console-program.js')
      done(await consoleOf(target, flags, program.opts()))
    })
  // What `heartwood console <config>` starts: the program, in a process of its own.
  readsSettings(program.command('console-program', { hidden: true }))
    .argument('<config>')
    .action(async (path: string, flags: SourceFlags, command) => {
      const { runForConsole } = await import('./console-program.js')
      done(await runForConsole(path, { sources: sourcesOf(flags, command), companions }))
    })
}
