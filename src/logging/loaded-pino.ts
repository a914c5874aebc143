import * as pino from 'pino'

/**
 * Pino, for the first logger and all others.
 *
 * In the package a module that `scripts/bundle.js` makes stands in place of this one. It has pino in it, in one file, and
 * evaluates it at the first call: a program without a logger does not pay for it at each start.
 */
export function loadedPino(): typeof pino {
  return pino
}
