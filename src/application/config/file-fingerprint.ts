import { createHash } from 'node:crypto'
import { contentOf } from '../../config/index.js'
import { read } from '../../kernel/index.js'

/**
 * A hash of the contents of files. It is equal as long as nothing changed.
 *
 * @param signal aborts the reading
 */
export async function fingerprint(files: readonly string[], signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  const contents = await Promise.all(files.map((file) => stateOf(file, signal)))
  for (const [at, file] of files.entries())
    hash
      .update(`${file}\0`)
      .update(contents[at] ?? '')
      .update('\0')
  return hash.digest('hex')
}

async function stateOf(file: string, signal: AbortSignal | undefined): Promise<Buffer | string> {
  try {
    return await contentOf(file, signal)
  } catch (error) {
    signal?.throwIfAborted()
    // A file that does not exist or cannot be read has a state too. If that is a mistake, the real reading finds it.
    return String(read(error, 'code') ?? read(error, 'message'))
  }
}
