/** The command line `heartwood`. */

export { start } from './commands/start.js'
export { nearerCopy } from './console/local-install.js'
export { type CommandMaker, main, readsSettings, type SourceFlags, sourcesOf } from './program.js'
