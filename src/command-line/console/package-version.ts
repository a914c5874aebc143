import { packageVersion } from '../../kernel/index.js'

/** The version of this package. */
export function version(): string {
  return packageVersion() ?? 'unknown: the command is part of a bundle'
}
