/** The same work for a thread of Piscina. */
export { primesBelow as default } from './worker.js'
