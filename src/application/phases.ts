/** Start phases: what an application does once its tree is up, and before anyone who depends on it starts. */
import type { Awaitable } from '../genserver/index.js'
import type { Application } from './application.js'
import { applicationError } from './errors.js'

/** One phase of a start, and what its `startPhase` gets. */
export interface StartPhase {
  readonly phase: string
  readonly args?: unknown
}

/** A phase of one application, to be run. */
export interface PhaseRun {
  readonly phase: string
  readonly args: unknown
  /** Whose it is: the application that starts, or one that it includes. */
  readonly application: string
  readonly run: (phase: string, args: unknown) => Awaitable<void>
}

/** An application and all that it includes, itself first. */
export function withIncluded(application: Application): readonly Application[] {
  return [application, ...(application.includes ?? []).flatMap(withIncluded)]
}

/**
 * The phases of a start in order: for each phase of the application its own run, then those of what it includes.
 * OTP's `application_starter`.
 */
export function phaseRuns(application: Application): readonly PhaseRun[] {
  const parts = withIncluded(application)
  return (application.startPhases ?? []).flatMap(({ phase }) =>
    parts.flatMap(({ name, startPhases = [], startPhase }) => {
      const own = startPhases.find((each) => each.phase === phase)
      if (own === undefined || startPhase === undefined) return []
      return [{ phase, args: own.args, application: name, run: startPhase }]
    }),
  )
}

/** What is wrong with the phases and the included applications of an application. @throws CONFIG_INVALID */
export function checkPhases(application: Application, file: string, key: string): void {
  checkPart(application, file, key)
  checkIncluded(application, application, file, key)
}

function checkIncluded(top: Application, { includes = [] }: Application, file: string, key: string): void {
  const run = (top.startPhases ?? []).map(({ phase }) => phase)
  includes.forEach((part, at) => {
    const place = `${key}.includes[${at}]`
    if (typeof part !== 'object' || part === null || typeof part.name !== 'string')
      throw invalid(file, place, 'an application, made by application()', part)
    for (const hook of ['prepStop', 'stop'] as const) {
      if (part[hook] === undefined) continue
      throw invalid(
        file,
        `${place}.${hook}`,
        `absent: the hooks of ${top.name} are run, which includes it`,
        part[hook],
      )
    }
    checkPart(part, file, place)
    part.startPhases?.forEach(({ phase }, nth) => {
      if (run.includes(phase)) return
      const expected = `a phase of ${top.name}, which includes it (${run.join(', ') || 'it has none'}); others are never run`
      throw invalid(file, `${place}.startPhases[${nth}].phase`, expected, phase)
    })
    checkIncluded(top, part, file, place)
  })
}

function checkPart({ startPhases, startPhase }: Application, file: string, key: string): void {
  const phases = startPhases ?? []
  phases.forEach((each, at) => {
    const place = `${key}.startPhases[${at}]`
    if (typeof each?.phase !== 'string') throw invalid(file, place, '{ phase: string, args? }', each)
    if (phases.findIndex(({ phase }) => phase === each.phase) < at)
      throw invalid(file, `${place}.phase`, 'another name than those before it', each.phase)
  })
  if (phases.length > 0 && startPhase === undefined)
    throw invalid(file, `${key}.startPhase`, 'a function that runs the startPhases', undefined)
  if (phases.length === 0 && startPhase !== undefined)
    throw invalid(file, `${key}.startPhases`, 'the phases that startPhase is to run', startPhases)
}

function invalid(file: string, key: string, expected: string, value: unknown): Error {
  return applicationError('CONFIG_INVALID', {
    file,
    key,
    expected,
    value: typeof value === 'string' ? `"${value}"` : value,
  })
}
