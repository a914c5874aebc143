/** Start phases: steps that an application runs after its tree has started and before applications that depend on it start. */
import type { Awaitable } from '../../genserver/index.js'
import { type Mistake, type Rules, rules } from '../../kernel/index.js'
import type { Application } from '../lifecycle/application.js'

/** One call of a `startPhase` function. */
export interface PhaseRun {
  readonly phase: string
  readonly args: unknown
  /** The application that has the function: the one that starts, or one that it includes. */
  readonly application: string
  readonly run: (phase: string, args: unknown) => Awaitable<void>
}

/** An application and all applications that it includes; itself first. */
export function withIncluded(application: Application): readonly Application[] {
  return [application, ...(application.includes ?? []).flatMap(withIncluded)]
}

/**
 * The calls of a start in order: for each phase the application itself, then those that it includes. OTP's `application_starter`.
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

/** The mistakes in the phases and hooks of an application and of all that it includes. */
export function phaseMistakes(application: Application, field: string): readonly Mistake[] {
  return [...partMistakes(application, field), ...includedMistakes(application, application, field)]
}

function includedMistakes(
  top: Application,
  { includes = [] }: Application,
  field: string,
): readonly Mistake[] {
  const run = (top.startPhases ?? []).map(({ phase }) => phase)
  return includes.flatMap((part, at) => {
    const place = `${field}.includes[${at}]`
    const hooks = (['prepStop', 'stop'] as const).filter((hook) => part[hook] !== undefined)
    const foreign = (part.startPhases ?? []).flatMap(({ phase }, nth) =>
      run.includes(phase) ? [] : [{ field: `${place}.startPhases[${nth}].phase`, value: phase }],
    )
    const known = run.join(', ') || 'it has none'
    return [
      ...hooks.map((hook) => ({
        field: `${place}.${hook}`,
        value: part[hook],
        expected: `absent: the hooks of ${top.name} are run, which includes it`,
      })),
      ...partMistakes(part, place),
      ...foreign.map((each) => ({
        ...each,
        expected: `a phase of ${top.name}, which includes it (${known}); others are never run`,
      })),
      ...includedMistakes(top, part, place),
    ]
  })
}

function partMistakes({ startPhases, startPhase }: Application, field: string): readonly Mistake[] {
  const phases = startPhases ?? []
  const mistakes: Mistake[] = phases.flatMap((each, at) => {
    const place = `${field}.startPhases[${at}]`
    if (typeof each?.phase !== 'string') {
      return [{ field: place, value: each, expected: '{ phase: string, args? }' }]
    }
    const unknown = rules.mistakesIn(each, PHASE, { above: `${place}.` })
    if (phases.findIndex((other) => other?.phase === each.phase) === at) return unknown
    const expected = 'another name than those before it'
    return [...unknown, { field: `${place}.phase`, value: each.phase, expected }]
  })
  if (phases.length > 0 && startPhase === undefined) {
    const expected = 'a function that runs the startPhases'
    mistakes.push({ field: `${field}.startPhase`, value: undefined, expected })
  }
  if (phases.length === 0 && startPhase !== undefined) {
    const expected = 'the phases that startPhase is to run'
    mistakes.push({ field: `${field}.startPhases`, value: startPhases, expected })
  }
  return mistakes
}

const PHASE: Rules = { phase: rules.text, args: { expected: 'anything', fits: () => true } }
