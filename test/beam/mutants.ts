/**
 * Shows what the comparison can see: plants one mistake at a time in a copy of the compiled sources and counts the
 * scenarios that notice, of the hand-written golden ones, the random golden ones and fresh random ones.
 *
 *     node mutants.js [--scenarios N] [--seed S]
 *
 * Exit code 1 when a mistake goes unnoticed. Without Erlang, the golden scenarios alone must find them.
 */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { Beam } from './beam.js'
import { generate } from './generate.js'
import { writeGolden } from './golden-file.js'
import { MUTATIONS, type Mutation, mutated } from './mutations.js'

/** Seen from where this is compiled to. */
const HERE = fileURLToPath(new URL('../../..', import.meta.url))
const COMPILED = join(HERE, 'dist')
const MUTANTS = join(COMPILED, 'mutants')
/** A mutant that takes longer hangs, in milliseconds. */
const PATIENCE = 120_000

const { values } = parseArgs({
  options: { scenarios: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
})

type Files = Record<Mutation['kind'], string[]>

function goldenOf(kind: Mutation['kind']): string[] {
  return ['rules', 'random'].map((set) => join(HERE, 'golden', `${kind}-${set}.jsonl`))
}

/** The golden files, and if there is an Erlang here one of fresh scenarios. */
function scenarioFiles(): Files {
  const files: Files = { kernel: goldenOf('kernel'), supervisor: goldenOf('supervisor') }
  const beam = Beam.find(join(HERE, 'erlang'))
  if (beam === undefined) {
    console.log('mutants: there is no `erl` on this machine, so the golden scenarios alone')
    return files
  }
  const [count, seed] = [Number(values.scenarios), Number(values.seed)]
  for (const kind of ['kernel', 'sup'] as const) {
    const scenarios = generate({ kind, count, seed: seed + 1_000, dynamic: beam.hasElixir })
    const traces = beam.run(scenarios)
    const file = join(MUTANTS, `${kind}.jsonl`)
    writeGolden(
      file,
      scenarios.map((scenario) => ({ scenario, trace: traces.get(scenario.id) ?? [] })),
    )
    files[kind === 'sup' ? 'supervisor' : 'kernel'].push(file)
  }
  beam.close()
  return files
}

/** How many scenarios of each file fail on Heartwood with this mistake in it; with none, on Heartwood as it is. */
async function failures(files: readonly string[], mutation?: Mutation): Promise<number[]> {
  const folder = join(MUTANTS, 'source')
  rmSync(folder, { recursive: true, force: true })
  for (const part of ['src', 'test']) cpSync(join(COMPILED, part), join(folder, part), { recursive: true })
  if (mutation !== undefined) {
    const target = join(folder, 'src', mutation.file)
    writeFileSync(target, mutated(readFileSync(target, 'utf8'), mutation))
  }
  const script = join(folder, 'test/beam/replay.js')
  try {
    const { stdout } = await promisify(execFile)('node', [script, ...files], { timeout: PATIENCE })
    return JSON.parse(stdout) as number[]
  } catch (error) {
    // Crashed or hung: noticed, as far as it came.
    const { stdout } = error as { stdout?: string }
    return stdout === undefined || stdout === '' ? [1] : (JSON.parse(stdout) as number[])
  }
}

function row(name: string, counts: readonly (string | number)[]): string {
  return [name.padEnd(62), ...counts.map((count) => String(count).padStart(8))].join('')
}

rmSync(MUTANTS, { recursive: true, force: true })
mkdirSync(MUTANTS, { recursive: true })
const files = scenarioFiles()
console.log(row('mistake', ['rules', 'golden', 'fresh']))
for (const kind of ['kernel', 'supervisor'] as const) {
  const healthy = await failures(files[kind])
  console.log(row(`(none, ${kind})`, healthy))
  if (healthy.some((count) => count > 0)) process.exitCode = 1
  for (const mutation of MUTATIONS.filter((each) => each.kind === kind)) {
    const counts = await failures(files[kind], mutation)
    const seen = counts.some((count) => count > 0)
    console.log(row(mutation.name, [...counts, ...(seen ? [] : ['UNSEEN'])]))
    if (!seen) process.exitCode = 1
  }
}
rmSync(MUTANTS, { recursive: true, force: true })
