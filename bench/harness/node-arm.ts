/**
 * Runs one scenario on Node, and prints its sample as a line of JSON:
 *
 *     node --expose-gc node-arm.js heartwood/call 1000000 100000 contained [most runs under the profiler]
 */
import type { Course } from './profiler.js'
import type { Sample, Work } from './sample.js'
import type { Stage } from './stage.js'

/** As in `bench.erl`: at least so many runs, and so many milliseconds, since compilers wait until code has run for a while. */
const WARM_UPS = 2
const WARM_MS = 250

async function main([
  program = '',
  size = '',
  warm = '',
  guard = '',
  profiles = '',
]: readonly string[]): Promise<void> {
  const { work } = (await import(`../${program}.js`)) as { work: Work }
  const ours = program.startsWith('heartwood/') ? await onStage(guard !== 'uncontained') : undefined
  const run: Work = ours === undefined ? work : (amount) => ours.run(work, amount)
  const warmUp = async (): Promise<void> => {
    if (Number(warm) > 0) await run(Number(warm))
  }
  const until = performance.now() + WARM_MS
  for (let i = 1; Number(warm) > 0 && (i < WARM_UPS || performance.now() < until); i++) await warmUp()
  // The garbage of all is collected before the last, which then has V8 as a program has it that is up: see `began`.
  const ready = (): Promise<void> => {
    globalThis.gc?.()
    return warmUp()
  }
  await ready()
  const sample = await (profiles === ''
    ? run(Number(size))
    : underProfiler(run, { size: Number(size), most: Number(profiles), ready }))
  process.stdout.write(`${JSON.stringify(sample)}\n`, () => process.exit(0))
}

/** Only what is profiled loads the inspector. */
async function underProfiler(run: Work, course: Course): Promise<Sample> {
  const { profiled } = await import('./profiler.js')
  return profiled(run, course)
}

/** Only what runs on Heartwood loads it. */
async function onStage(contain: boolean): Promise<Stage> {
  const { stage } = await import('./stage.js')
  return stage(contain)
}

await main(process.argv.slice(2))
