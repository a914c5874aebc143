import { readFileSync } from 'node:fs'
import { packageFolder } from '../../kernel/index.js'

/** The version of this package. */
export function version(): string {
  const folder = packageFolder()
  if (folder === undefined) return 'unknown: the command is part of a bundle'
  const manifest = readFileSync(new URL('package.json', folder), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
