/**
 * Compares, on random programs, what the reduced search finds with what the search without a reduction does: wherever the
 * latter comes to an end, the outcomes must be the same. The seed decides the programs, and is printed. There are five makers of
 * programs, `acts`, `services`, `timers`, `polls` and `awaits`, which take turns. Those of the last three are run on a plain kernel, too,
 * whose clock goes on by itself: each outcome of that must be one of the search.
 *
 *     npm run simulate:fuzz -- --programs 20000 --seed 7 --maker services
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { type ExploreOptions, explore, type Program } from 'heartwood/testing'
import { outcomeOnDriftingClock } from './drifting-clock.js'
import type { ProgramMaker } from './program-maker.js'
import { awaits } from './random-awaits.js'
import { polls } from './random-polls.js'
import { acts } from './random-programs.js'
import { services } from './random-services.js'
import { timers } from './random-timers.js'

/** A program is compared when it has no more schedules than that. */
const MOST = 200

/** The same of those that others can come between the awaits of. */
const MOST_BETWEEN = 2_000

/** So many times a program is run on a clock that goes on. */
const REAL_RUNS = 15

/** So many random schedules are made first, to tell. */
const PROBES = 3

/** What was compared, and what of it was missed; undefined where there are too many schedules. */
interface Comparison {
  readonly unreduced: number
  readonly reduced: number
  readonly missed: readonly string[]
  readonly invented: readonly string[]
  /** Outcomes of a plain kernel that no search has. */
  readonly unsearched: readonly string[]
}

/** A program that one of the makers made. */
interface Candidate {
  readonly program: Program
  readonly shown: string
  readonly drifts: boolean
  readonly betweenAwaits: boolean
  smaller(): Iterable<Candidate>
}

const { values } = parseArgs({
  options: {
    maker: { type: 'string', default: 'acts,services,timers,polls,awaits' },
    programs: { type: 'string', default: '300' },
    seed: { type: 'string' },
    delivery: { type: 'string', default: 'pairs' },
    stepTime: { type: 'string', default: '0' },
  },
})
const wanted = Number(values.programs)
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000))
const common: ExploreOptions = {
  strategy: 'exhaustive',
  crashes: 'allow',
  messages: 'share',
  delivery: values.delivery === 'ordered' ? 'ordered' : 'pairs',
  stepTime: Number(values.stepTime),
  shrinking: 0,
  outside: 'allow',
}

function candidateOf<P>(maker: ProgramMaker<P>, made: P): Candidate {
  return {
    program: maker.programOf(made),
    shown: maker.shown(made),
    drifts: maker.drifts === true,
    betweenAwaits: maker.betweenAwaits === true,
    *smaller() {
      for (const each of maker.smaller(made)) yield candidateOf(maker, each)
    },
  }
}

const drawn =
  <P>(maker: ProgramMaker<P>) =>
  (batch: number): Candidate[] =>
    fc.sample(maker.arbitrary, { seed: seed + batch, numRuns: 50 }).map((made) => candidateOf(maker, made))

const MAKERS: Readonly<Record<string, (batch: number) => Candidate[]>> = {
  acts: drawn(acts),
  services: drawn(services),
  timers: drawn(timers),
  polls: drawn(polls),
  awaits: drawn(awaits),
}
const makers = values.maker.split(',').map((name) => {
  const maker = MAKERS[name]
  if (maker === undefined)
    throw new Error(`--maker is one of ${Object.keys(MAKERS)}, or several, but got ${name}`)
  return maker
})

/** How many schedules there seem to be, by a few random ones: the product of all choices they had (Knuth, 1975). */
async function estimate({ program, betweenAwaits }: Candidate): Promise<number> {
  let product = 0
  let sum = 0
  const counting: Program = (sim) => {
    const choices = sim.kernel.choices.bind(sim.kernel)
    sum += product
    product = 1
    sim.kernel.choices = () => {
      const all = choices()
      product *= Math.max(1, all.length)
      return all
    }
    return program(sim)
  }
  await explore({ ...common, strategy: 'random', betweenAwaits, runs: PROBES }, counting)
  return (sum + product) / PROBES
}

async function compare(candidate: Candidate): Promise<Comparison | undefined> {
  const { program, drifts, betweenAwaits } = candidate
  const most = betweenAwaits ? MOST_BETWEEN : MOST
  if ((await estimate(candidate)) > 3 * most) return undefined
  const all = await explore({ ...common, betweenAwaits, reduction: false, runs: most }, program)
  if (!all.exhausted) return undefined
  const some = betweenAwaits ? all : await explore(common, program)
  const real = new Set<string>()
  for (let run = 1; drifts && run <= REAL_RUNS; run++) real.add(await outcomeOnDriftingClock(program, run))
  return {
    unreduced: all.runs,
    reduced: some.runs,
    missed: [...all.outcomes.keys()].filter((outcome) => !some.outcomes.has(outcome)),
    invented: [...some.outcomes.keys()].filter((outcome) => !all.outcomes.has(outcome)),
    unsearched: [...real].filter((outcome) => !all.outcomes.has(outcome)),
  }
}

const differs = (comparison: Comparison | undefined): boolean =>
  comparison !== undefined &&
  comparison.missed.length + comparison.invented.length + comparison.unsearched.length > 0

async function smallest(candidate: Candidate): Promise<Candidate> {
  for (const each of candidate.smaller()) if (differs(await compare(each))) return smallest(each)
  return candidate
}

// Nobody reads them, and they are a good part of the time that a run takes.
Error.stackTraceLimit = 0
console.log(`seed ${seed}`)
let [compared, failures, skipped, unreduced, reduced] = [0, 0, 0, 0, 0]
for (let batch = 0; compared < wanted; batch++) {
  for (const candidate of makers[batch % makers.length]?.(batch) ?? []) {
    if (compared === wanted) break
    const comparison = await compare(candidate).catch((error: unknown) => {
      throw new Error(`this program fails:\n${candidate.shown}`, { cause: error })
    })
    if (comparison === undefined) {
      skipped++
      continue
    }
    compared++
    unreduced += comparison.unreduced
    reduced += comparison.reduced
    if (!differs(comparison)) continue
    failures++
    const small = await smallest(candidate)
    console.log(`  different outcomes:\n${small.shown}`, await compare(small))
  }
  if (batch % 20 === 19) console.log(`  ${compared} programs so far, ${failures} with different outcomes`)
}
console.log(
  `${compared} programs compared, ${failures} with different outcomes; ${unreduced} runs without the reduction, ${reduced} with it; ${skipped} programs had more than ${MOST} schedules`,
)
if (failures > 0) process.exitCode = 1
