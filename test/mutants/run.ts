/**
 * Tests the tests: plants one small mistake at a time in a copy of the sources and asks whether a test fails.
 *
 *     node run.js [--seed S] [--count N] [--layer kernel]… [--file src/kernel/signals/link-table.ts]…
 *
 * The seed decides which mistakes; without one it is a fresh one, and printed. The layers are kernel, genserver, supervisor,
 * registry and application; without any it is all of them. A run of a hundred takes hours on two cores, so it is done in
 * parts: other seeds, one layer at a time.
 *
 * A mistake is noticed when tests fail with it and pass without it right after: a busy machine notices nothing.
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
/** How often a mistake is planted anew whose failure was the machine's. */
const TRIES = 3
/** Where single files of tests are looked for. */
const PROJECTS = ['--project=all', '--project=sharing']

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

/** What the tests said to a mistake. */
type Answer =
  | { readonly noticedBy: string }
  /** The tests that failed with it fail without it as well, again and again: the machine is too busy. */
  | 'not measured'
  | 'nobody'

/** Asks rounds of tests; what each takes without a mistake is found out when it is first needed. */
class Tests {
  readonly #usual = new Map<string, number>()

  constructor(private readonly copy: Copy) {}

  /** @throws Error when a round fails without any mistake, as often as it is tried */
  async about(planted: Planted): Promise<Answer> {
    for (const stage of stagesOf(planted.layer)) {
      const usual = await this.#timed(stage)
      const answer = await this.#asked(planted, stage, 60_000 + 3 * usual)
      if (answer !== 'nobody') return answer
    }
    return 'nobody'
  }

  /** A failure counts when the files of tests that failed pass without the mistake, right after. */
  async #asked(planted: Planted, stage: Stage, patience: number): Promise<Answer> {
    const { copy } = this
    const text = copy.read(planted.file)
    const put = (source: string) => {
      copy.write(planted.file, source)
      if (stage.compiled) copy.compile()
    }
    for (let tried = 0; tried < TRIES; tried++) {
      put(mutated(text, planted))
      const outcome = await copy.test(stage.args, patience)
      put(text)
      if (outcome.is === 'passed') return 'nobody'
      const again = outcome.files.length > 0 ? [...outcome.files, ...PROJECTS] : stage.args
      if ((await copy.test(again, patience)).is !== 'passed') continue
      return { noticedBy: outcome.is === 'hung' ? `${stage.name}, which hang` : stage.name }
    }
    return 'not measured'
  }

  /** Milliseconds that it takes. */
  async #timed(stage: Stage): Promise<number> {
    const key = stage.args.join(' ')
    const known = this.#usual.get(key)
    if (known !== undefined) return known
    for (let tried = 1; ; tried++) {
      // biome-ignore lint/style/noRestrictedGlobals: real programs are timed.
      const begun = performance.now()
      const outcome = await this.copy.test(stage.args, 3_600_000)
      // biome-ignore lint/style/noRestrictedGlobals: as above.
      const usual = performance.now() - begun
      if (outcome.is === 'passed') {
        this.#usual.set(key, usual)
        return usual
      }
      const files = outcome.files.join(', ')
      if (tried === TRIES) throw new Error(`without any mistake, vitest run ${key}: ${outcome.is}, ${files}`)
    }
  }
}

class Score {
  readonly #judged = JSON.parse(readFileSync(join(ROOT, 'test/mutants/judged.json'), 'utf8')) as Judged[]
  #noticed = 0
  #holes = 0
  #unseen = 0
  #notMeasured = 0

  /** Returns the line that says what became of it. */
  count({ file, was, is }: Planted, answer: Answer): string {
    if (typeof answer === 'object') {
      this.#noticed++
      return `noticed by ${answer.noticedBy}`
    }
    if (answer === 'not measured') {
      this.#notMeasured++
      return `${answer}: the tests that fail with it fail without it as well`
    }
    const verdict = this.#judged.find((each) => each.file === file && each.was === was && each.is === is)
    if (verdict === undefined) {
      this.#holes++
      return 'noticed by NOBODY'
    }
    this.#unseen++
    return `noticed by nobody: ${verdict.why}`
  }

  /** The share of the mistakes that change something which the tests noticed. */
  get share(): number {
    return this.#noticed / Math.max(1, this.#noticed + this.#holes)
  }

  get summary(): string {
    const found = `${this.#noticed} of ${this.#noticed + this.#holes} noticed`
    const percent = `${(100 * this.share).toFixed(1)} %, wanted ${100 * FLOOR} %`
    return `${found} (${percent}), ${this.#unseen} that change nothing, ${this.#notMeasured} not measured`
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
  using copy = new Copy(ROOT)
  copy.compile()
  const tests = new Tests(copy)
  const score = new Score()
  for (const planted of chosen) {
    const { file, line, was, is } = planted
    const said = score.count(planted, await tests.about(planted))
    console.log(`${file}:${line}\n  - ${was}\n  + ${is}\n  ${said}`)
  }
  console.log(`${score.summary}; seed ${seed}`)
  if (score.share < FLOOR) process.exitCode = 1
}

await main()
