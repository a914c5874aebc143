/** What nodes, networks, engines and histories may be given: what is none of it is refused at once. */
import { checkKnown, isList, isTime, rules } from '../../../kernel/index.js'
import { demand } from '../options.js'

export function demandText(action: string, option: string, value: unknown): void {
  demand(typeof value === 'string' && value !== '', action, option, value, 'a name')
}

export function demandNames(action: string, option: string, value: unknown): void {
  const areNames = isList(value) && value.every((each) => typeof each === 'string')
  demand(areNames, action, option, value, 'a list of names of nodes')
}

export function demandFunction(action: string, option: string, value: unknown): void {
  demand(typeof value === 'function', action, option, value, 'a function')
}

export function demandNumber(action: string, option: string, value: unknown): void {
  demand(Number.isFinite(value), action, option, value, 'a number of milliseconds')
}

export function demandTime(action: string, option: string, value: unknown): void {
  demand(isTime(value), action, option, value, 'milliseconds from 0')
}

/** Milliseconds, or from and to. */
export function demandSpan(action: string, option: string, value: unknown): void {
  const isPair =
    isList(value) && value.length === 2 && value.every(isTime) && Number(value[0]) <= Number(value[1])
  demand(isTime(value) || isPair, action, option, value, 'milliseconds from 0, or [from, to]')
}

/** A span, or one for each of some nodes. */
export function demandSpans(action: string, option: string, value: unknown): void {
  if (rules.isRecord(value)) {
    for (const [node, span] of Object.entries(value)) demandSpan(action, `${option} of ${node}`, span)
  } else demandSpan(action, option, value)
}

/** @param known the options that there are */
export function demandOptions(action: string, options: unknown, known: readonly string[]): void {
  demand(
    typeof options === 'object' && options !== null,
    action,
    'options',
    options,
    `an object of ${known.join(', ')}`,
  )
  checkKnown(action, options, known)
}
