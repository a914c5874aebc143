/**
 * Compares Heartwood with the Erlang of this machine.
 *
 *     node run.js [--kind kernel|supervisor|server|machine|circle|all] [--scenarios N] [--seed S]    fresh random scenarios, N of each kind
 *     node run.js --file FILE                                                  the scenarios of a golden file
 *     … --placement threads                                                    kernel and supervisor scenarios, spread over two threads
 *     … --placement nodes                                                      … over two nodes of Erlang's distribution, and over one and a BEAM
 *     … --record FILE                                                          keeps them with the BEAM's traces
 *
 * Exit code 0: no difference. 1: a difference, made small and shown. 2: wrong arguments. 3: no Erlang here.
 */
import { parseArgs } from 'node:util'
import { Beam, ERLANG } from './beam.js'
import { compare, type Divergence } from './comparison.js'
import { generate } from './generate.js'
import { readGolden, writeGolden } from './golden-file.js'
import type { Placement } from './heartwood.js'
import { elsewhereOf, watchesTwice } from './placement.js'
import type { Golden, Scenario } from './scenario.js'
import { shrink } from './shrinking.js'
import { awayOf } from './tree-placement.js'

/** How many scenarios one VM plays, which bounds the memory both sides need. */
const PORTION = 5_000

const KINDS: Readonly<Record<string, readonly Scenario['kind'][]>> = {
  kernel: ['kernel'],
  supervisor: ['sup'],
  server: ['server'],
  machine: ['machine'],
  circle: ['circle'],
  all: ['kernel', 'sup', 'server', 'machine', 'circle'],
}

/** Which kinds have something to be spread, by the word of `--placement`; those that are not here play all. */
const SPREAD: Readonly<Record<string, readonly Scenario['kind'][]>> = {
  threads: ['kernel', 'sup'],
  nodes: ['kernel'],
}

interface Wanted {
  kinds: Scenario['kind'][]
  count: number
  seed: number
  file: string | undefined
  record: string | undefined
  placements: readonly Placement[]
}

/** What `--placement` takes, and where processes are then. */
const PLACEMENTS: Readonly<Record<string, readonly Placement[]>> = {
  one: ['one'],
  threads: ['threads'],
  nodes: ['nodes', 'beam'],
}
const PLACE: Readonly<Record<Placement, string>> = {
  one: '',
  threads: ' over two threads',
  nodes: ' over two nodes',
  beam: ' over a node of Heartwood and one of Erlang',
}

function wanted(): Wanted {
  const { values } = parseArgs({
    options: {
      kind: { type: 'string', default: 'all' },
      scenarios: { type: 'string', default: '2000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      file: { type: 'string' },
      record: { type: 'string' },
      placement: { type: 'string', default: 'one' },
    },
  })
  const placements = PLACEMENTS[values.placement]
  if (placements === undefined)
    throw new RangeError(`--placement takes one, threads or nodes, not ${values.placement}`)
  const kinds = KINDS[values.kind]?.filter((kind) => SPREAD[values.placement]?.includes(kind) ?? true)
  const [count, seed] = [Number(values.scenarios), Number(values.seed)]
  if (kinds === undefined || kinds.length === 0)
    throw new RangeError(
      `--kind takes kernel, supervisor, server, machine, circle or all, not ${values.kind}`,
    )
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`--scenarios takes a number from 1, not ${values.scenarios}`)
  if (!Number.isInteger(seed)) throw new RangeError(`--seed takes a whole number, not ${values.seed}`)
  return { kinds: [...kinds], count, seed, file: values.file, record: values.record, placements }
}

function scenariosOf({ kinds, count, seed, file }: Wanted, beam: Beam): Scenario[] {
  const all =
    file === undefined
      ? kinds.flatMap((kind) => generate({ kind, count, seed, dynamic: beam.hasElixir }))
      : readGolden(file).map((golden) => golden.scenario)
  const playable = all.filter((scenario) => beam.runs(scenario))
  if (!beam.hasElixir) {
    const skipped = all.length - playable.length
    console.log(`beam: no Elixir on this machine, so no dynamic supervisors (${skipped} scenarios left out)`)
  }
  return playable
}

/** Whether there is something to be spread, and to be compared then. */
function isFor(placement: Placement, scenario: Scenario): boolean {
  if (placement === 'one') return true
  if (scenario.kind === 'sup') return placement === 'threads' && awayOf(scenario).size > 0
  if (scenario.kind !== 'kernel' || elsewhereOf(scenario).size === 0) return false
  return placement !== 'beam' || !watchesTwice(scenario)
}

function record(file: string, scenarios: readonly Scenario[], beam: Beam): void {
  const traces = beam.run(scenarios)
  const racy = beam.run(scenarios, 2)
  const goldens: Golden[] = []
  for (const scenario of scenarios) {
    const trace = traces.get(scenario.id) ?? []
    if (trace.join() === racy.get(scenario.id)?.join()) goldens.push({ scenario, trace })
    else console.log(`beam: ${scenario.id} is a race on two schedulers, not recorded`)
  }
  writeGolden(file, goldens)
  console.log(`beam: recorded ${goldens.length} scenarios in ${file}`)
}

function show({ scenario, beam, heartwood }: Divergence): void {
  console.log(`\n${JSON.stringify(scenario)}\n`)
  const length = Math.max(beam.length, heartwood.length)
  for (let at = 0; at < length; at++) {
    const [theirs, ours] = [beam[at], heartwood[at]]
    if (theirs === ours) console.log(`          ${theirs}`)
    else {
      if (theirs !== undefined) console.log(`BEAM      ${theirs}`)
      if (ours !== undefined) console.log(`Heartwood ${ours}`)
    }
  }
}

async function main(): Promise<number> {
  const options = wanted()
  const beam = Beam.find(ERLANG)
  if (beam === undefined) {
    console.error(
      'beam: there is no `erl` on this machine (Debian: apt-get install erlang-base). Nothing was compared.',
    )
    return 3
  }
  try {
    const all = scenariosOf(options, beam)
    if (options.record !== undefined) record(options.record, all, beam)
    for (const placement of options.placements) {
      const scenarios = all.filter((scenario) => isFor(placement, scenario))
      const divergences: Divergence[] = []
      for (let at = 0; at < scenarios.length; at += PORTION) {
        divergences.push(...(await compare(beam, scenarios.slice(at, at + PORTION), placement)))
      }
      const where = PLACE[placement]
      const origin = options.file ?? `seed ${options.seed}`
      console.log(
        `beam: ${scenarios.length} scenarios${where}, ${divergences.length} divergences (${origin})`,
      )
      const [smallest] = divergences.sort((a, b) => a.scenario.ops.length - b.scenario.ops.length)
      if (smallest === undefined) continue
      show(await shrink(beam, smallest, placement))
      return 1
    }
    return 0
  } finally {
    beam.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof RangeError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')))
    throw error
  console.error(`beam: ${(error as Error).message}`)
  process.exitCode = 2
}
// The other thread waits for scenarios.
process.exit()
