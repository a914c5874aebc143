/** Runs one arm of a scenario, in a program of its own. */
import { execFile } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Beam } from './beam.js'
import type { Command, Pin } from './pin.js'
import type { Sample } from './sample.js'
import { type ArmName, expected, programOf, type Scenario } from './scenario.js'

const run = promisify(execFile)
const NODE_ARM = fileURLToPath(new URL('./node-arm.js', import.meta.url))
/** Milliseconds after which a program that is not done is given up. */
const PATIENCE = 300_000

/** Where arms run. */
export interface Ground {
  /** The Node that runs them. */
  readonly node: string
  /** Undefined when there is no `erl` here. */
  readonly beam: Beam | undefined
  /** Keeps what is measured on one core. */
  readonly pin?: Pin
}

/** How much an arm does. */
export interface Amount {
  readonly size: number
  readonly warm: number
  /** Under the profiler: run again and again until there are samples enough, so often at most. */
  readonly profiles?: number
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** An arm that gave no sample, or one that counted wrong. */
export class ArmFailure extends Error {
  override readonly name = 'ArmFailure'
}

/** Whether the arm can run here. */
export function isHere(scenario: Scenario, arm: ArmName, { beam }: Ground): boolean {
  return arm !== 'beam' || beam?.has(programOf(scenario, arm)) === true
}

/**
 * One sample, from a fresh program.
 *
 * @throws ArmFailure
 */
export async function sampleOf(
  scenario: Scenario,
  arm: ArmName,
  amount: Amount,
  ground: Ground,
): Promise<Sample> {
  const { size } = amount
  const command = commandOf(scenario, arm, amount, ground)
  const [program, args] = scenario.cores === undefined ? (ground.pin?.on(command) ?? command) : command
  const sample = await resultOf(`${scenario.name} on ${arm}`, program, args)
  const due = expected(scenario, size)
  if (sample.counted === due) return sample
  throw new ArmFailure(`${scenario.name} on ${arm}: ${sample.counted} of ${due} operations arrived`)
}

function commandOf(
  scenario: Scenario,
  arm: ArmName,
  { size, warm, profiles }: Amount,
  { node, beam }: Ground,
): Command {
  const program = programOf(scenario, arm)
  if (arm === 'beam') {
    if (beam === undefined) throw new ArmFailure(`${scenario.name}: there is no erl here`)
    return beam.commandOn(scenario.cores === 'all' ? availableParallelism() : 1, program, size, warm)
  }
  const guard = arm === 'uncontained' ? 'uncontained' : 'contained'
  const args = [
    program,
    String(size),
    String(warm),
    guard,
    ...(profiles === undefined ? [] : [String(profiles)]),
  ]
  return [node, ['--expose-gc', NODE_ARM, ...args]]
}

async function resultOf(what: string, program: string, args: readonly string[]): Promise<Sample> {
  try {
    const { stdout } = await run(program, args, { timeout: PATIENCE, killSignal: 'SIGKILL' })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Sample
  } catch (error) {
    const { stderr = '', killed, message } = error as Error & { stderr?: string; killed?: boolean }
    const why = killed === true ? `not done after ${PATIENCE / 1_000} s` : told(stderr) || message
    throw new ArmFailure(`${what}: ${why}`, { cause: error })
  }
}

/** What a program said of its failure, its error first; paths as seen from the repository, since results are kept. */
export function told(stderr: string, root = ROOT): string {
  const text = stderr.trim().replaceAll(`file://${root}`, '').replaceAll(root, '')
  const error = text.split('\n').find((line) => /^\w*Error\b/.test(line))
  return error === undefined ? text : `${error}\n${text}`
}
