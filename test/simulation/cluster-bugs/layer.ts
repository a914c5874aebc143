/** The layer of clusters as it is, and variants of it with one line wrong. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type * as heartwoodCluster from 'heartwood/cluster'

export type Layer = typeof heartwoodCluster

/** A line of the built layer, and what stands there in its place. */
export interface Mistake {
  /** As the build has it, white space aside; it is there once. */
  readonly right: string
  readonly wrong: string
}

/** @throws Error where the line is not there, or more than once: the layer has changed, and the mistake is to be planted anew */
export function planted(source: string, { right, wrong }: Mistake): string {
  const pattern = right
    .trim()
    .split(/\s+/)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(String.raw`\s+`)
  const found = source.match(new RegExp(pattern, 'g')) ?? []
  if (found.length !== 1) throw new Error(`${found.length} places of the layer say: ${right}`)
  return source.replace(new RegExp(pattern), () => wrong)
}

/**
 * The built layer with one line wrong, as a module of its own beside the rest of the library, which is the same.
 *
 * @param name of the mistake
 * @param folder where the module is written
 */
export async function variantOf(name: string, mistake: Mistake, folder: string): Promise<Layer> {
  const real = import.meta.resolve('heartwood/cluster')
  const wrong = planted(readFileSync(fileURLToPath(real), 'utf8'), mistake)
  const source = wrong.replace(
    /(from |import\()"(\.[^"]+)"/g,
    (_, how, path) => `${how}"${new URL(path, real)}"`,
  )
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.js`)
  writeFileSync(file, source)
  return (await import(pathToFileURL(file).href)) as Layer
}
