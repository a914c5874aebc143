/**
 * Tests the tests: plants small mistakes in a copy of the sources and asks whether a test fails.
 *
 *     node run.js [--seed S] [--count N] [--layer kernel]… [--file src/kernel/signals/link-table.ts]… [--stages 2] [--resume FOLDER]
 *
 * The seed decides which mistakes, `--count` how many in each layer; without a seed it is a fresh one, and printed. The layers are
 * kernel, genserver, supervisor, registry and application; without any it is all of them. `--stages` says
 * how many rounds of tests are asked: their own, then all that keep to kernels of their own, then all (3, the default). `--resume` goes on with
 * the copy of a run of the same arguments that was broken off.
 *
 * The copy is compiled once, with all mistakes in it, each of which is made or not while the tests run: see `switching-runner.ts`. A
 * mistake is noticed by a test that passes without it, fails with it and passes without it right after: a busy machine
 * notices nothing. One that no test noticed in this way is then made from the start of the program on, for the tests that reach it.
 * What no test noticed is a hole, or a mistake that changes nothing that anybody can see. Those are judged by hand, in
 * `judged.json`, each with its reason, and do not count. Exit code 1 when fewer than 95 of 100 of the others were noticed.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Copy } from './copy.js'
import { type Planted, plant } from './planted.js'
import { LAYERS, type Stage, stagesOf } from './stages.js'
import { switchedSource } from './switched-source.js'

/** Seen from where this is compiled to. */
const ROOT = fileURLToPath(new URL('../../../../..', import.meta.url))
const FLOOR = 0.95
/** How often a round goes on whose programs ended before their tests. */
const TRIES = 6
/** Milliseconds after which a mistake hangs whose program does not even give it up. */
const HANGS = 120_000
/** Files of tests that are asked about a mistake which is made from the start on. */
const FROM_THE_START = 12

/** A mistake that nobody can see, and why not. */
interface Judged {
  readonly file: string
  readonly was: string
  readonly is: string
  readonly why: string
}

/** What a file of tests said. */
interface Asked {
  readonly file: string
  readonly spoilt: boolean
  readonly reachedBy: Readonly<Record<number, number>>
  readonly outside: readonly number[]
}

/** What the tests said until now, in a folder: their programs write it. */
class Answers {
  readonly folder: string
  #since = new Map<string, number>()

  constructor(copy: Copy) {
    this.folder = join(copy.folder, 'mutants-answers')
    mkdirSync(this.folder, { recursive: true })
  }

  get asked(): Asked[] {
    const file = join(this.folder, 'files')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    return lines.map((line) => JSON.parse(line) as Asked)
  }

  noticedBy(number: number): string | undefined {
    const { folder } = this
    for (const found of ['noticed', 'hung']) {
      const file = join(folder, `${found}-${number}`)
      if (!existsSync(file)) continue
      const { file: tests, test } = JSON.parse(readFileSync(file, 'utf8')) as { file: string; test: string }
      return `${tests}: ${test}${found === 'hung' ? ', which hangs or ends its program' : ''}`
    }
    return undefined
  }

  note(found: string, number: number, said: object): void {
    writeFileSync(join(this.folder, `${found}-${number}`), JSON.stringify(said))
  }

  /** Ends a program that has been at one mistake for too long. */
  endHanging(): void {
    for (const { entry, pid, said } of this.#running()) {
      const key = `${entry} ${said}`
      // biome-ignore lint/style/noRestrictedGlobals: real programs are watched.
      const now = performance.now()
      const since = this.#since.get(key) ?? now
      this.#since.set(key, since)
      if (now - since > HANGS) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It ended by itself just now.
        }
      }
    }
  }

  /** Those whose program is gone have ended it. */
  collectEnded(): void {
    for (const { entry, said } of this.#running()) {
      const { made, ...rest } = JSON.parse(said) as { made: number; file: string; test: string }
      this.note('hung', made, rest)
      rmSync(join(this.folder, entry))
    }
  }

  #running(): { entry: string; pid: number; said: string }[] {
    return readdirSync(this.folder)
      .filter((entry) => entry.startsWith('now-'))
      .flatMap((entry) => {
        try {
          return [
            { entry, pid: Number(entry.slice(4)), said: readFileSync(join(this.folder, entry), 'utf8') },
          ]
        } catch {
          // Its test ended between the two looks.
          return []
        }
      })
      .filter(({ said }) => said !== '')
  }
}

class Tests {
  readonly #answers: Answers
  readonly #environment: Record<string, string>

  constructor(
    private readonly copy: Copy,
    private readonly planted: readonly Planted[],
  ) {
    this.#answers = new Answers(copy)
    this.#environment = { HEARTWOOD_MUTANTS_FOLDER: this.#answers.folder }
  }

  noticedBy({ number }: Planted): string | undefined {
    return this.#answers.noticedBy(number)
  }

  get unnoticed(): Planted[] {
    return this.planted.filter((each) => this.noticedBy(each) === undefined)
  }

  reachedBy({ number }: Planted): { files: string[]; tests: number } {
    const files = this.#answers.asked.filter(
      ({ reachedBy, outside }) => reachedBy[number] !== undefined || outside.includes(number),
    )
    const tests = files.reduce((sum, { reachedBy }) => sum + (reachedBy[number] ?? 0), 0)
    const nearest = files.sort((a, b) => (b.reachedBy[number] ?? 0) - (a.reachedBy[number] ?? 0))
    return { files: [...new Set(nearest.map(({ file }) => file))], tests }
  }

  /** Asks all tests of a stage that have not been asked, about what no test has noticed. */
  async ask({ args, without = [] }: Stage): Promise<void> {
    const answers = this.#answers
    const left = join(answers.folder, 'left')
    for (let tried = 0; tried < TRIES && this.unnoticed.length > 0; tried++) {
      const before = answers.asked.map(({ file }) => file)
      writeFileSync(left, [...without, ...before].join('\n'))
      const environment = { ...this.#environment, HEARTWOOD_MUTANTS_LEFT: left }
      await this.copy.test(args, environment, () => answers.endHanging())
      answers.collectEnded()
      if (answers.asked.length === before.length) return
    }
  }

  /** Asks about one mistake that is made from the start of the programs on. */
  async askFromTheStart(planted: Planted): Promise<void> {
    const { files } = this.reachedBy(planted)
    const args = ['--project=all', '--project=sharing', '--bail=1', ...files.slice(0, FROM_THE_START)]
    if (files.length === 0) return
    const run = (number: number): Promise<boolean> => {
      let looks = 0
      const made = { ...this.#environment, ...(number === 0 ? {} : { HEARTWOOD_MUTANT: String(number) }) }
      // biome-ignore format: one line.
      return this.copy.test(args, made, (end) => { if (++looks * 5_000 > HANGS * 2) end() })
    }
    if (await run(planted.number)) return
    const folder = { ...this.#environment }
    // Without any mistake, and without the rounds.
    folder.HEARTWOOD_MUTANT = '-1'
    if (await this.copy.test(args, folder, () => {}))
      this.#answers.note('noticed', planted.number, {
        file: files.slice(0, FROM_THE_START).join(', '),
        test: 'made from the start on',
      })
  }
}

class Score {
  readonly #judged = JSON.parse(readFileSync(join(ROOT, 'test/mutants/judged.json'), 'utf8')) as Judged[]
  #noticed = 0
  #holes = 0
  #unseen = 0

  /** Returns the line that says what became of it. */
  count({ file, was, is }: Planted, noticedBy: string | undefined, reached: number): string {
    if (noticedBy !== undefined) {
      this.#noticed++
      return `noticed by ${noticedBy}`
    }
    const verdict = this.#judged.find((each) => each.file === file && each.was === was && each.is === is)
    if (verdict === undefined) {
      this.#holes++
      return `noticed by NOBODY, reached by ${reached} tests`
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
    return `${found} (${(100 * this.share).toFixed(1)} %, wanted ${100 * FLOOR} %), ${this.#unseen} that change nothing`
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      count: { type: 'string', default: '20' },
      layer: { type: 'string', multiple: true, default: Object.keys(LAYERS) },
      file: { type: 'string', multiple: true, default: [] },
      stages: { type: 'string', default: '3' },
      resume: { type: 'string' },
      'no-start': { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  const { sources, planted, all } = plant(ROOT, values.layer, values.file, Number(values.count), seed)
  console.log(`mutants: seed ${seed}, ${planted.length} of ${all} mistakes`)
  using copy = new Copy(ROOT, values.resume)
  console.log(`in ${copy.folder}`)
  for (const { file, text, statements } of sources) {
    const own = planted.filter((each) => each.file === file)
    if (own.length === 0 || values.resume !== undefined) continue
    copy.write(
      file,
      switchedSource(text, new Map(own.map(({ number, mutation }) => [number, mutation])), statements),
    )
  }
  if (values.resume === undefined) copy.compile()
  const tests = new Tests(copy, planted)
  for (const stage of stagesOf(values.layer).slice(0, Number(values.stages))) {
    await tests.ask(stage)
    console.log(`${stage.name}: ${planted.length - tests.unnoticed.length} noticed`)
  }
  if (!values['no-start']) for (const each of tests.unnoticed) await tests.askFromTheStart(each)
  const score = new Score()
  for (const each of planted) {
    const said = score.count(each, tests.noticedBy(each), tests.reachedBy(each).tests)
    console.log(`${each.file}:${each.line}\n  - ${each.was}\n  + ${each.is}\n  ${said}`)
  }
  console.log(`${score.summary}; seed ${seed}`)
  if (score.share < FLOOR) process.exitCode = 1
}

await main()
