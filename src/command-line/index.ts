/** The command line `heartwood`. */

export { start } from './commands/start.js'
export { type CommandMaker, main, readsSettings, type SourceFlags, sourcesOf } from './program.js'
