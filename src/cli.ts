/** The command `heartwood`. Nothing is loaded here that a version can be told without. */
import { existsSync, readFileSync, realpathSync, writeSync } from 'node:fs'
import * as modules from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const HOME = fileURLToPath(new URL('..', import.meta.url))

/**
 * The command of the copy that the project in `folder` has installed, when it is another one than this: a config module
 * imports that copy, and a program with two of them is two worlds that do not know each other's processes.
 */
function nearerCopy(folder: string): URL | undefined {
  const { resolve } = modules.createRequire(join(folder, 'package.json'))
  try {
    const home = dirname(realpathSync(resolve('heartwood/package.json')))
    const command = join(home, 'dist', 'cli.js')
    // A checkout that is not built has none.
    return home === realpathSync(HOME) || !existsSync(command) ? undefined : pathToFileURL(command)
  } catch (error) {
    // No copy there: this one it is.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** Writes the version; false where that needs more care than it has. */
function tellVersion(): boolean {
  const { version } = JSON.parse(readFileSync(join(HOME, 'package.json'), 'utf8')) as { version: string }
  try {
    writeSync(1, `${version}\n`)
    return true
  } catch {
    // Nobody takes it. The command says so.
    return false
  }
}

const nearer = nearerCopy(process.cwd())
const [first, ...rest] = process.argv.slice(2)
const asksForVersion = rest.length === 0 && (first === '--version' || first === '-V')
if (nearer !== undefined) await import(nearer.href)
else if (!asksForVersion || !tellVersion()) await import('./command.js')
