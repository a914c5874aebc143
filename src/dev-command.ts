/** `heartwood dev`: belongs to the development loop, which is loaded when it is asked for. */
import { type CommandMaker, readsSettings, type SourceFlags, sourcesOf } from './command-line/index.js'
import { companions } from './companions.js'

export const devCommand: CommandMaker = (program, done) => {
  readsSettings(program.command('dev'))
    .summary('run a config module from its sources, and load saved files into the running workers')
    .description(
      'Runs TypeScript or JavaScript without a build, by Vite. When a file is saved, the modules that it concerns are loaded anew, and the ' +
        'workers that run their code go on with the new one: with their state, name, pid, mailbox and timers.',
    )
    .argument('<config>', 'path of the config module, such as src/config.ts')
    .addHelpText('after', '\nExamples:\n  heartwood dev src/config.ts')
    .action(async (path: string, flags: SourceFlags, command) => {
      const { json } = program.opts<{ json?: boolean }>()
      const { dev } = await import('./dev/index.js')
      done(await dev(path, { sources: sourcesOf(flags, command), json, companions }))
    })
}
