import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** What is in some files, in short: two of them are alike when nothing changed. */
export function fingerprint(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0${contentOf(file)}\0`)
  return hash.digest('hex')
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'base64')
  } catch (error) {
    // Not there is a state like others; whether it may be is found when it is read.
    return String((error as NodeJS.ErrnoException).code)
  }
}
