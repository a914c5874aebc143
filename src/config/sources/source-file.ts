/** The function that reads all files of settings, with a limit of time. */
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { read, within } from '../../kernel/index.js'

/** The time that reading a file may take, in milliseconds. */
const PATIENCE = 5_000

/** The error for a file that exists but cannot be read. Its message says why, without any of the content. */
export class UnfitFile extends Error {}

/**
 * The content of a regular file. Other files are refused: to open a pipe without a writer may take for ever, and the program could
 * then not end either. A reading that takes too long, as on a lost mount, is given up.
 *
 * @throws UnfitFile; errors of Node, as for a file that does not exist
 */
export function contentOf(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  return answered(regular(path), signal)
}

async function regular(path: string): Promise<Buffer> {
  const found = await stat(path)
  if (!found.isFile()) throw new UnfitFile(`it is not a regular file, but ${kindOf(found)}`)
  return readFile(path)
}

/** Whether a file exists. @throws UnfitFile when the answer takes too long */
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
