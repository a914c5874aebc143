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

function from(path: string): URL | undefined {
  isInstalled ??= isPackage()
  return isInstalled ? new URL(path, import.meta.url) : undefined
}

let isInstalled: boolean | undefined

function isPackage(): boolean {
  try {
    const manifest = readFileSync(new URL(`${PACKAGE}package.json`, import.meta.url), 'utf8')
    return (JSON.parse(manifest) as Manifest).name === 'heartwood'
  } catch {
    // CommonJS has no such address, and another folder no such file.
    return false
  }
}

interface Manifest {
  readonly name?: unknown
}
