/**
 * Runs the cluster program under many seeds, with all that can applyFault it: `npm run simulate:cluster -- --runs 100 --seed 1`. A seed that fails is printed
 * with the line that replays it.
 */
import { parseArgs } from 'node:util'
import { HeartwoodError } from 'heartwood'
import { explore, type Program } from 'heartwood/testing'
import { clusterProgram, endedNodes, killedNodes, stoppedMoves } from './cluster-program.js'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    storm: { type: 'string', default: '15000' },
    faults: { type: 'string', default: '6' },
    program: { type: 'string', default: 'all' },
    within: { type: 'string', default: '3000' },
    trace: { type: 'boolean', default: false },
  },
})
const [runs, first, storm, faults] = [values.runs, values.seed, values.storm, values.faults].map(Number) as [
  number,
  number,
  number,
  number,
]
console.log(`${runs} runs of a cluster, from seed ${first}`)
const programs: Readonly<Record<string, Program>> = {
  all: clusterProgram({ storm }),
  kills: killedNodes(6, Number(values.within)),
  moves: stoppedMoves(6, Number(values.within)),
  ends: endedNodes(10),
}
const program = programs[values.program]
if (program === undefined) throw new Error(`--program is one of ${Object.keys(programs).join(', ')}`)
const begun = Number(process.hrtime.bigint() / 1_000_000n)
let steps = 0
let failed = 0
// Nothing is written down of runs that pass, which are several times as fast then; the one that fails is made once more.
for (let seed = first; seed < first + runs; ) {
  const options = { runs: first + runs - seed, seed, shrinking: 0, faults, maxSteps: 300_000 }
  try {
    steps += (await explore({ ...options, crashes: 'allow' }, program)).steps
    break
  } catch (error) {
    if (!HeartwoodError.is(error, 'SIMULATION_FAILED')) throw error
    failed++
    const { cause, details } = error
    steps += details.steps as number
    seed += (details.runs as number) - 1
    console.log(`seed ${seed} fails: ${cause ?? error}`)
    console.log(
      `  again: npm run simulate:cluster -- --runs 1 --seed ${seed} --storm ${storm} --faults ${faults} --program ${values.program} --trace`,
    )
    if (values.trace) console.log(details.trace)
    seed++
  }
}
const seconds = (Number(process.hrtime.bigint() / 1_000_000n) - begun) / 1_000
console.log(
  `${runs} runs, ${failed} failed; ${steps} steps in ${seconds.toFixed(1)} s, ${Math.round(steps / seconds)} a second`,
)
process.exitCode = failed > 0 ? 1 : 0
