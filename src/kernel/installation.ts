/**
 * Where Heartwood is installed, for what lies beside its code. A bundle has nothing of that, and runs from anywhere: so this
 * is asked when something is needed, never while a module is loaded.
 */
import { readFileSync } from 'node:fs'

/** In variables: bundlers take `new URL('…', import.meta.url)` for a file to bring along. */
const PACKAGE = '../../'
const CODE = '../'

/** The folder of the package, with a slash at its end; undefined in a bundle. */
export function packageFolder(): URL | undefined {
  return from(PACKAGE)
}

/** What tells the copies of Heartwood in one thread apart: a program may load several by accident, and none sees the processes of another. */
const COPIES = Symbol.for('heartwood.copies')

/** The address that those of all modules of Heartwood begin with; undefined in a bundle. */
export function codeAddress(): string | undefined {
  return from(CODE)?.href
}

type Copies = Set<WeakRef<() => string | undefined>>

/** Weakly, for programs that load modules anew. */
const shared = globalThis as { [COPIES]?: Copies }
const copies: Copies = shared[COPIES] ?? new Set()
shared[COPIES] = copies
copies.add(new WeakRef(codeAddress))

/** Ends the message of an error that a second installed copy may be the cause of: names both. Empty where there is none. */
export function copiesHint(): string {
  if (copies.size === 1) return ''
  const own = codeAddress()
  const others = [...copies]
    .map((each) => each.deref()?.())
    .filter((each) => each !== undefined && each !== own)
  if (own === undefined || others.length === 0) return ''
  return ` Several installed copies of heartwood are loaded (this one from ${own}, another from ${others[0]}), and none knows what runs in another. Install one copy only: npm ls heartwood shows which package needs the other (COPIES_MIXED).`
}

/** The same of their sources. */
export function sourceAddress(): string | undefined {
  return from(`${PACKAGE}src/`)?.href
}

/** The version of this package; undefined in a bundle. */
export function packageVersion(): string | undefined {
  installed ??= manifest()
  return installed.version
}

function from(path: string): URL | undefined {
  installed ??= manifest()
  return installed.name === 'heartwood' ? new URL(path, import.meta.url) : undefined
}

let installed: Manifest | undefined

function manifest(): Manifest {
  try {
    const text = readFileSync(new URL(`${PACKAGE}package.json`, import.meta.url), 'utf8')
    const { name, version } = JSON.parse(text) as Manifest
    return name === 'heartwood' ? { name, version } : {}
  } catch {
    // CommonJS has no such address, and another folder no such file.
    return {}
  }
}

interface Manifest {
  readonly name?: string
  readonly version?: string | undefined
}
