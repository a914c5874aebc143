/** The one way in which a file of settings is read. */
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { read, within } from '../../kernel/index.js'

/** Milliseconds that reading a file may take. */
const PATIENCE = 5_000

/** A file that is there and cannot be read: the message says why, and quotes nothing of it. */
export class UnfitFile extends Error {}

/**
 * The content of a file. Only of a regular one: opening another, such as a pipe that nobody writes to, may never come to an
 * end, and neither does a program then, whose end waits for that. Given up when it takes too long, as on a mount that is gone.
 *
 * @throws UnfitFile; what Node throws, as for a file that is not there
 */
export function contentOf(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  return answered(regular(path), signal)
}

async function regular(path: string): Promise<Buffer> {
  const found = await stat(path)
  if (!found.isFile()) throw new UnfitFile(`it is not a regular file, but ${kindOf(found)}`)
  return readFile(path)
}

/** Whether there is anything. @throws UnfitFile when it takes too long to tell */
export async function isThere(path: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await answered(stat(path), signal)
    return true
  } catch (error) {
    if (read(error, 'syscall') === undefined) throw error
    return false
  }
}

function answered<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const late = () => new UnfitFile(`it has not been read in ${PATIENCE} ms`)
  return within(work, { time: PATIENCE, late, signal })
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder'
  if (found.isFIFO()) return 'a pipe'
  return found.isSocket() ? 'a socket' : 'a device'
}
