import { existsSync, realpathSync } from 'node:fs'
import * as modules from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { packageFolder } from '../../kernel/index.js'

/**
 * The command of the copy that the project in `folder` has installed, when it is another one than this: a config module
 * imports that copy, and a program with two of them is two worlds that do not know each other's processes.
 */
export function nearerCopy(folder: string): URL | undefined {
  const own = packageFolder()
  if (own === undefined) return undefined
  const { resolve } = modules.createRequire(join(folder, 'package.json'))
  try {
    const home = dirname(realpathSync(resolve('heartwood/package.json')))
    const same = home === dirname(realpathSync(fileURLToPath(new URL('package.json', own))))
    const command = join(home, 'dist', 'cli.js')
    // A checkout that is not built has none.
    return same || !existsSync(command) ? undefined : pathToFileURL(command)
  } catch (error) {
    // No copy there: this one it is.
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
