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

/** The address that those of all modules of Heartwood begin with; undefined in a bundle. */
export function codeAddress(): string | undefined {
  return from(CODE)?.href
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
