/** Which mistakes are planted, and where. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seeded } from '../../src/testing/seeded-random.js'
import { compiles, type Mutation, type Mutations, mutated, mutationsOf } from './mutations.js'

export interface Planted {
  readonly number: number
  readonly layer: string
  readonly file: string
  readonly line: number
  /** The line as it was, and with the mistake. */
  readonly was: string
  readonly is: string
  readonly mutation: Mutation
}

interface Source extends Mutations {
  readonly layer: string
  readonly file: string
  readonly text: string
}

export interface Garden {
  readonly sources: readonly Source[]
  readonly planted: readonly Planted[]
  /** How many could be planted. */
  readonly all: number
}

/** Draws mistakes of each layer. */
export function plant(
  root: string,
  layers: readonly string[],
  only: readonly string[],
  count: number,
  seed: number,
): Garden {
  const sources = layers.flatMap((layer) => sourcesOf(root, layer, only))
  const planted: Planted[] = []
  for (const layer of layers) {
    const own = sources.filter((source) => source.layer === layer)
    const all = own.flatMap((source) => source.mutations.map((mutation) => ({ source, mutation })))
    const random = seeded(seed)
    for (let taken = 0; taken < count && all.length > 0; ) {
      const [{ source, mutation }] = all.splice(Math.floor(random() * all.length), 1) as [(typeof all)[0]]
      const { file, text } = source
      if (!compiles(file, mutated(text, mutation))) continue
      planted.push({ number: planted.length + 1, layer, file, mutation, ...lines(text, mutation) })
      taken++
    }
  }
  return { sources, planted, all: sources.reduce((sum, { mutations }) => sum + mutations.length, 0) }
}

function sourcesOf(root: string, layer: string, only: readonly string[]): Source[] {
  const files = readdirSync(join(root, 'src', layer), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('index.ts'))
    .map((file) => `src/${layer}/${file}`)
    .filter((file) => only.length === 0 || only.includes(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return { layer, file, text, ...mutationsOf(file, text) }
    })
}

function lines(text: string, mutation: Mutation): { line: number; was: string; is: string } {
  const from = text.lastIndexOf('\n', mutation.start - 1) + 1
  const to = text.indexOf('\n', mutation.end)
  const changed = mutated(text, mutation)
  return {
    line: text.slice(0, from).split('\n').length,
    was: oneLine(text.slice(from, to)),
    is: oneLine(changed.slice(from, to + changed.length - text.length)),
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
