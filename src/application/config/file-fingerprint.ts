import { createHash } from 'node:crypto'
import { contentOf } from '../../config/index.js'
import { read } from '../../kernel/index.js'

/**
 * What is in some files, in short: two of them are alike when nothing changed.
 *
 * @param signal gives it up
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
    // Not there is a state like others, and so is what cannot be read; whether it may be is found when it is read.
    return String(read(error, 'code') ?? read(error, 'message'))
  }
}
