/**
 * Compares, on random programs, what the reduced search finds with what the search without a reduction does: wherever the
 * latter comes to an end, the outcomes must be the same. The seed decides the programs, and is printed.
 *
 *     npm run simulate:fuzz -- --programs 20000 --seed 7
 */
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { type ExploreOptions, explore, type Program } from 'heartwood/testing'
import { programOf, type RandomProgram, randomPrograms } from './random-programs.js'

/** A program is compared when it has no more schedules than that. */
const MOST = 200

/** So many random schedules are made first, to tell. */
const PROBES = 3

/** What was compared, and what of it was missed; undefined where there are too many schedules. */
interface Comparison {
  readonly unreduced: number
  readonly reduced: number
  readonly missed: readonly string[]
  readonly invented: readonly string[]
}

const { values } = parseArgs({
  options: {
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

/** How many schedules there seem to be, by a few random ones: the product of all choices they had (Knuth, 1975). */
async function estimate(program: RandomProgram): Promise<number> {
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
    return programOf(program)(sim)
  }
  await explore({ ...common, strategy: 'random', runs: PROBES }, counting)
  return (sum + product) / PROBES
}

async function compare(program: RandomProgram): Promise<Comparison | undefined> {
  if ((await estimate(program)) > 3 * MOST) return undefined
  const all = await explore({ ...common, reduction: false, runs: MOST }, programOf(program))
  if (!all.exhausted) return undefined
  const some = await explore(common, programOf(program))
  return {
    unreduced: all.runs,
    reduced: some.runs,
    missed: [...all.outcomes.keys()].filter((outcome) => !some.outcomes.has(outcome)),
    invented: [...some.outcomes.keys()].filter((outcome) => !all.outcomes.has(outcome)),
  }
}

const differs = (comparison: Comparison | undefined): boolean =>
  comparison !== undefined && comparison.missed.length + comparison.invented.length > 0

/** The same program with one act less, or one process. */
function* smaller(program: RandomProgram): Generator<RandomProgram> {
  const { scripts, patience, limit } = program
  for (const me of scripts.keys()) {
    for (const at of scripts[me]?.keys() ?? []) {
      yield { ...program, scripts: scripts.map((acts, who) => (who === me ? acts.toSpliced(at, 1) : acts)) }
    }
    if ((patience[me] ?? 0) > 0) yield { ...program, patience: patience.with(me, 0) }
  }
  if (limit > 0) yield { ...program, limit: 0 }
}

async function smallest(program: RandomProgram): Promise<RandomProgram> {
  for (const each of smaller(program)) if (differs(await compare(each))) return smallest(each)
  return program
}

function shown({ scripts, patience, limit }: RandomProgram): string {
  const words = scripts.map((acts) => acts.map(({ does, n }) => `${does} ${n}`).join(', '))
  return `${words.map((each, at) => `    p${at}: ${each}; patience ${patience[at]}`).join('\n')}\n    limit ${limit}`
}

// Nobody reads them, and they are a good part of the time that a run takes.
Error.stackTraceLimit = 0
console.log(`seed ${seed}`)
let [compared, failures, skipped, unreduced, reduced] = [0, 0, 0, 0, 0]
for (let batch = 0; compared < wanted; batch++) {
  for (const program of fc.sample(randomPrograms, { seed: seed + batch, numRuns: 50 })) {
    if (compared === wanted) break
    const comparison = await compare(program).catch((error: unknown) => {
      throw new Error(`this program fails:\n${shown(program)}`, { cause: error })
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
    const small = await smallest(program)
    console.log(`  different outcomes:\n${shown(small)}`, await compare(small))
  }
  if (batch % 20 === 19) console.log(`  ${compared} programs so far, ${failures} with different outcomes`)
}
console.log(
  `${compared} programs compared, ${failures} with different outcomes; ${unreduced} runs without the reduction, ${reduced} with it; ${skipped} programs had more than ${MOST} schedules`,
)
if (failures > 0) process.exitCode = 1
