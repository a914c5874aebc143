/** The command line `heartwood`. */

export { nearerCopy } from './console/local-install.js'
export { type CommandMaker, main } from './program.js'
