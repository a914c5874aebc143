// The entries of the package: from the source file of each to the name that programs import.
import { readFileSync } from 'node:fs'

const { name, exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** `register` exports nothing, and `package.json` is no module. */
export const entries = new Map(
  Object.entries(exports)
    .filter(([entry, { types }]) => types !== undefined && entry !== './register')
    .map(([entry, { types }]) => [
      types.replace('./dist/', 'src/').replace('.d.ts', '.ts'),
      entry.replace('.', name),
    ]),
)
