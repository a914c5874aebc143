/**
 * Runs each test of a file again with each mistake that it reaches, and once more without where it fails: a mistake is noticed by
 * a test that passes without it, fails with it, and passes without it right after. So the sources are loaded once for all mistakes.
 */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type RunnerTestCase, type RunnerTestSuite, TestRunner } from 'vitest'
import { now, state } from './switch.js'

/** Milliseconds for a test with a mistake, however short it is without. */
const PATIENCE = 20_000
/** How often the time that it takes without is given to it with one. */
const TIMES = 30
/** Milliseconds of processor time that one mistake costs at most, in one program of tests. */
const COST_OF_ONE = 15_000
/** Milliseconds of processor time for all mistakes in one test. */
const COST_OF_A_TEST = 10_000
/** The part of the time of a test that counts when other programs spend it. */
const SHARE = 0.25

const FOLDER = process.env.HEARTWOOD_MUTANTS_FOLDER as string
/** With a mistake from the start to the end, tests are run once: it can be in what is run at the import. */
const FIXED = state.made !== 0
const REACHED = join(FOLDER, `reached-${process.pid}`)
const NOW = join(FOLDER, `now-${process.pid}`)
/** Tests replace them. */
const { setTimeout, clearTimeout } = globalThis

/** One test, run again and again. */
class Rounds {
  /** Which mistake is made in the round that comes or runs; 0 stands for none. */
  made = 0
  done = false
  #suspect = 0
  #left: number[] | undefined
  #wall = 0
  #processor = 0
  #budget = COST_OF_A_TEST
  #began = 0
  #cpu = 0

  constructor(
    private readonly name: string,
    private readonly file: FileOfTests,
  ) {}

  begin(): void {
    this.#began = now()
    this.#cpu = processorTime()
    if (this.made === 0) return
    state.until = this.#began + this.patience
    writeFileSync(NOW, JSON.stringify({ made: this.made, test: this.name, file: this.file.name }))
  }

  get patience(): number {
    return Math.max(PATIENCE, TIMES * this.#wall)
  }

  /** Says what comes next. */
  end(passed: boolean): void {
    const cost = Math.max(processorTime() - this.#cpu, SHARE * (now() - this.#began))
    const { made } = this
    this.made = 0
    if (this.#left === undefined) {
      this.#wall = now() - this.#began
      this.#processor = cost
      this.#left = passed ? this.file.candidates() : []
    } else if (this.#suspect !== 0) {
      this.file.verdict(this.#suspect, this.name, passed)
      if (!passed) this.#left = []
      this.#suspect = 0
    } else {
      this.#budget -= cost
      this.file.spent(made, cost)
      if (!passed) {
        // Once more without.
        this.#suspect = made
        return
      }
    }
    const next = this.#budget < this.#processor ? undefined : this.#left.shift()
    this.done = next === undefined
    this.made = next ?? 0
  }
}

class FileOfTests {
  readonly name: string
  /** Something went wrong, and goes on: nothing more can be learnt in this file. */
  spoilt = false
  readonly #reachedBy: Record<number, number> = {}
  readonly #outside = new Set<number>()

  constructor(
    path: string,
    private readonly costs: Map<number, number>,
  ) {
    this.name = relative(process.cwd(), path)
  }

  /** The mistakes that the test which just ran can notice, those first that cost least until now. */
  candidates(): number[] {
    const reached = takeReached()
    for (const number of reached) this.#reachedBy[number] = (this.#reachedBy[number] ?? 0) + 1
    if (this.spoilt) return []
    const cost = (number: number) => this.costs.get(number) ?? 0
    return reached
      .filter((number) => !isDone(number) && cost(number) < COST_OF_ONE)
      .sort((a, b) => cost(a) - cost(b))
  }

  /** What was reached since the last test, as by the import of the file: with mistakes in that, tests are not run again here. */
  outside(): void {
    for (const number of takeReached()) this.#outside.add(number)
  }

  spent(number: number, cost: number): void {
    this.costs.set(number, (this.costs.get(number) ?? 0) + cost)
  }

  verdict(number: number, test: string, passesWithout: boolean): void {
    if (!passesWithout) this.spoilt = true
    const found = passesWithout ? 'noticed' : 'unsure'
    writeFileSync(join(FOLDER, `${found}-${number}`), JSON.stringify({ file: this.name, test }))
  }

  end(): void {
    const { name: file, spoilt } = this
    const told = { file, spoilt, reachedBy: this.#reachedBy, outside: [...this.#outside] }
    appendFileSync(join(FOLDER, 'files'), `${JSON.stringify(told)}\n`)
  }
}

function isDone(number: number): boolean {
  return ['noticed', 'hung'].some((found) => existsSync(join(FOLDER, `${found}-${number}`)))
}

/** What was reached since it was asked the last time, also by programs that the test started. */
function takeReached(): number[] {
  const reached = new Set(state.reached)
  state.reached.clear()
  if (existsSync(REACHED)) {
    for (const line of readFileSync(REACHED, 'utf8').split('\n')) if (line !== '') reached.add(Number(line))
    rmSync(REACHED)
  }
  return [...reached]
}

function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

export default class SwitchingRunner extends TestRunner {
  readonly #costs = new Map<number, number>()
  #file: FileOfTests | undefined
  #rounds: Rounds | undefined

  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onBeforeRunSuite(suite)
    if (FIXED || !('filepath' in suite)) return
    process.env.HEARTWOOD_MUTANTS_REACHED = REACHED
    this.#file = new FileOfTests(suite.filepath as string, this.#costs)
    this.#file.outside()
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite)
    if ('filepath' in suite) this.#file?.end()
  }

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test)
    if (this.#file === undefined || (test.mode !== 'run' && test.mode !== 'queued')) return
    this.#file.outside()
    const rounds = new Rounds(nameOf(test), this.#file)
    this.#rounds = rounds
    // Vitest compares its count of repetitions with this after each of them.
    const repeats = { valueOf: () => (rounds.done ? -1 : Number.POSITIVE_INFINITY) }
    test.repeats = repeats as unknown as number
  }

  override onBeforeTryTask(test: RunnerTestCase): void {
    super.onBeforeTryTask(test)
    const rounds = this.#rounds
    if (rounds === undefined) return
    rounds.begin()
    state.made = rounds.made
    process.env.HEARTWOOD_MUTANT = String(rounds.made)
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test)
    const rounds = this.#rounds
    if (rounds === undefined || rounds.made === 0) return run()
    let timer: NodeJS.Timeout | undefined
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('this mistake hangs')), rounds.patience)
    })
    try {
      await Promise.race([run(), limit])
    } finally {
      clearTimeout(timer)
    }
  }

  onAfterRetryTask(test: RunnerTestCase): void {
    const { result } = test
    const rounds = this.#rounds
    if (rounds === undefined || result === undefined) return
    state.made = 0
    state.until = Number.POSITIVE_INFINITY
    process.env.HEARTWOOD_MUTANT = '0'
    rmSync(NOW, { force: true })
    const first = rounds.made === 0
    const passed = (result.state !== 'fail') !== (test.fails === true)
    rounds.end(passed)
    // A failure with a mistake is none of the test.
    if (!rounds.done || !first) {
      result.state = test.fails === true ? 'fail' : 'pass'
      delete result.errors
    }
  }
}

function nameOf(test: RunnerTestCase): string {
  return test.suite === undefined ? test.name : `${nameOfSuite(test.suite)}${test.name}`
}

function nameOfSuite(suite: RunnerTestSuite): string {
  return `${suite.suite === undefined ? '' : nameOfSuite(suite.suite)}${suite.name} > `
}
