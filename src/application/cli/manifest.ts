import { readFileSync } from 'node:fs'

/** The folder of the installed package, with a slash at its end. */
export const PACKAGE = new URL('../../../', import.meta.url)

/** The version of this package. */
export function version(): string {
  const manifest = readFileSync(new URL('package.json', PACKAGE), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}
