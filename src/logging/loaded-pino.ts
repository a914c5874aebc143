import { createRequire } from 'node:module'

/**
 * Pino, loaded when the first logger is made: a program without one does not pay for it at each start.
 *
 * In the package a module that `scripts/bundle.js` makes stands in place of this one. It has pino in it, in one file.
 */
export function loadedPino(): typeof import('pino') {
  return createRequire(import.meta.url)('pino')
}
