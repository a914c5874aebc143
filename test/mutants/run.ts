/**
 * Tests the tests: plants one small mistake at a time in a copy of the sources and asks whether a test fails.
 *
 *     node run.js [--seed S] [--count N] [--layer kernel]… [--file src/kernel/signals/link-table.ts]…
 *
 * The seed decides which mistakes; without one it is a fresh one, and printed. The layers are kernel, genserver, supervisor,
 * registry and application; without any it is all of them. A run of a hundred takes hours on two cores, so it is done in
 * parts: other seeds, one layer at a time.
 *
 * What no test noticed is a hole, or a mistake that changes nothing that anybody can see. Those are judged by hand, in
 * `judged.json`, each with its reason, and do not count. Exit code 1 when fewer than 95 of 100 of the others were noticed.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { seeded } from '../../src/testing/seeded-random.js'
import { Copy } from './copy.js'
import { type Mutation, mutated, mutationsOf } from './mutations.js'
import { LAYERS, type Stage, stagesOf } from './stages.js'

/** Seen from where this is compiled to. */
const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url))
const FLOOR = 0.95

interface Planted extends Mutation {
  readonly layer: string
  readonly file: string
  readonly line: number
  /** The line as it was, and with the mistake. */
  readonly was: string
  readonly is: string
}

/** A mistake that nobody can see, and why not. */
interface Judged {
  readonly file: string
  readonly was: string
  readonly is: string
  readonly why: string
}

function plantable(layer: string, only: readonly string[]): Planted[] {
  const files = readdirSync(join(ROOT, 'src', layer), { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('index.ts'))
    .map((file) => `src/${layer}/${file}`)
    .filter((file) => only.length === 0 || only.includes(file))
    .sort()
    .flatMap((file) => {
      const text = readFileSync(join(ROOT, file), 'utf8')
      return mutationsOf(file, text).map((mutation) => ({
        ...mutation,
        layer,
        file,
        ...lines(text, mutation),
      }))
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

function sample<T>(all: readonly T[], count: number, seed: number): T[] {
  const random = seeded(seed)
  const left = [...all]
  const taken: T[] = []
  while (taken.length < count && left.length > 0)
    taken.push(...left.splice(Math.floor(random() * left.length), 1))
  return taken
}

/** Asks rounds of tests; what each takes without a mistake is found out when it is first needed. */
class Tests {
  readonly #usual = new Map<string, number>()

  constructor(private readonly copy: Copy) {}

  /** The round that noticed the mistake; undefined when none did. @throws Error when one fails without any mistake */
  async noticing(planted: Planted): Promise<string | undefined> {
    const { copy } = this
    const { file, layer } = planted
    const text = copy.read(file)
    for (const stage of stagesOf(layer)) {
      const usual = await this.#timed(stage)
      copy.write(file, mutated(text, planted))
      if (stage.compiled) copy.compile()
      const outcome = await copy.test(stage, 60_000 + 3 * usual)
      copy.write(file, text)
      if (stage.compiled) copy.compile()
      if (outcome !== 'passed') return outcome === 'hung' ? `${stage.name}, which hang` : stage.name
    }
    return undefined
  }

  /** Milliseconds that it takes. */
  async #timed(stage: Stage): Promise<number> {
    const key = stage.args.join(' ')
    const known = this.#usual.get(key)
    if (known !== undefined) return known
    // biome-ignore lint/style/noRestrictedGlobals: real programs are timed.
    const begun = performance.now()
    const outcome = await this.copy.test(stage, 1_800_000)
    if (outcome !== 'passed') throw new Error(`without any mistake, vitest run ${key}: ${outcome}`)
    // biome-ignore lint/style/noRestrictedGlobals: as above.
    const usual = performance.now() - begun
    this.#usual.set(key, usual)
    return usual
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '40' },
      layer: { type: 'string', multiple: true, default: Object.keys(LAYERS) },
      file: { type: 'string', multiple: true, default: [] },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  const all = values.layer.flatMap((layer) => plantable(layer, values.file))
  const chosen = sample(all, Number(values.count), seed)
  console.log(`mutants: seed ${seed}, ${chosen.length} of ${all.length} mistakes`)
  const judged = JSON.parse(readFileSync(join(ROOT, 'test/mutants/judged.json'), 'utf8')) as Judged[]
  using copy = new Copy(ROOT)
  copy.compile()
  const tests = new Tests(copy)
  const counted = { noticed: 0, unseen: 0, holes: 0 }
  for (const planted of chosen) {
    const { file, line, was, is } = planted
    const by = await tests.noticing(planted)
    const verdict = judged.find((each) => each.file === file && each.was === was && each.is === is)
    if (by !== undefined) counted.noticed++
    else if (verdict !== undefined) counted.unseen++
    else counted.holes++
    const said = by ?? (verdict === undefined ? 'NOBODY' : `nobody: ${verdict.why}`)
    console.log(`${file}:${line}\n  - ${was}\n  + ${is}\n  noticed by ${said}`)
  }
  const { noticed, holes, unseen } = counted
  const share = noticed / Math.max(1, noticed + holes)
  console.log(
    `${noticed} of ${noticed + holes} noticed (${(100 * share).toFixed(1)} %, wanted ${100 * FLOOR} %), ` +
      `${unseen} that change nothing; seed ${seed}`,
  )
  if (share < FLOOR) process.exitCode = 1
}

await main()
