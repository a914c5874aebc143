import { types } from 'node:util'
import { exit, HeartwoodError, Kernel, type Report, self, trapExit } from 'heartwood'
import { publicFunctions } from './public-functions.js'

/** What nobody should give, and JavaScript lets through. */
const BAD: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 5,
  NaN: () => Number.NaN,
  'a text': () => 'nobody',
  true: () => true,
  'a symbol': () => Symbol('x'),
  'an object': () => ({ some: 'thing' }),
  'a list': () => [undefined],
  'a date': () => new Date(0),
  'an object of nothing': () => Object.create(null),
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
}

export type Given = readonly [callee: (...args: never[]) => unknown, ...args: unknown[]]
export type Case = () => Given | Promise<Given>

/** A method, bound to what it is asked of. */
export const of = <T extends object>(thing: T, name: keyof T): Given[0] =>
  (thing[name] as never as Given[0]).bind(thing)

const { isNativeError } = types

/** What an engine throws of itself: it names neither the function that was called wrongly nor what it takes. */
const isRaw = (error: unknown): boolean =>
  isNativeError(error) &&
  [TypeError, RangeError, ReferenceError].includes(error.constructor as never) &&
  !HeartwoodError.is(error)

/** What there is of a world in which functions are called. */
export interface World {
  readonly kernel: Kernel
  readonly end: () => Promise<void>
}

function plainWorld(report: (it: Report) => void): World {
  const kernel = new Kernel({ report })
  const end = () =>
    kernel.run(() => {
      for (const pid of kernel.processes()) if (pid !== self()) exit(pid, 'kill')
    })
  return { kernel, end }
}

/**
 * What is raw of calls with one wrong argument: their own errors, what they crashed, or neither.
 *
 * @param make gives the function, and arguments that it takes
 */
export async function allRawErrors(make: Case, worldOf = plainWorld): Promise<string[]> {
  const given = await argumentsOf(make, worldOf)
  const raw: string[] = []
  for (const at of given.keys()) {
    for (const [said, value] of Object.entries(BAD))
      for (const each of await rawErrors(make, at, value(), worldOf))
        raw.push(`argument ${at}, ${said}: ${each}`)
  }
  return raw
}

/** The first line of a stack that is the library's. */
const placeOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .find((line) => /src|dist/.test(line))
    ?.trim() ?? ''

async function argumentsOf(make: Case, worldOf: typeof plainWorld): Promise<readonly unknown[]> {
  const { kernel, end } = worldOf(() => {})
  const [, ...given] = await kernel.run(async () => {
    trapExit(true)
    return make()
  })
  await end()
  return given
}

async function rawErrors(
  make: Case,
  at: number,
  value: unknown,
  worldOf: typeof plainWorld,
): Promise<string[]> {
  const raw: string[] = []
  const look = (what: string, error: unknown): void => {
    for (let each = error; each !== undefined && each !== null; each = (each as { cause?: unknown }).cause) {
      if (isRaw(each)) raw.push(`${what}: ${String(each)} ${placeOf(each as Error)}`)
      if (!isNativeError(each)) break
    }
  }
  const { kernel, end } = worldOf((it) => look(`${it.kind} report`, it.reason))
  await kernel
    .run(async () => {
      trapExit(true)
      const [callee, ...args] = await make()
      args[at] = value
      const outcome = (async () => {
        const made = (callee as (...given: unknown[]) => unknown)(...args)
        // No promise can be fulfilled with a revoked proxy.
        return made === value ? undefined : made
      })()
      outcome.then(
        () => {},
        (error: unknown) => look('thrown', error),
      )
      for (let turn = 0; turn < 3; turn++) await kernel.settled()
    })
    .catch((error: unknown) => look('the process', error))
  await end()
  return raw
}

/** Functions that are left out, with the reason. */
export type LeftOut = readonly (readonly [names: RegExp, why: string])[]

/** Public functions of some entries that take arguments, and are neither tried nor left out. */
export function untried(tried: object, leftOut: LeftOut, isOfEntry: (name: string) => boolean): string[] {
  const functions = publicFunctions().filter(({ name }) => isOfEntry(name))
  const parameterless = new Set(
    functions.filter(({ parameters }) => /^\(?\s*$/.test(parameters)).map(({ name }) => name),
  )
  const names = new Set(functions.map(({ name }) => name))
  return [...names].filter(
    (name) => !(name in tried) && !parameterless.has(name) && !leftOut.some(([left]) => left.test(name)),
  )
}
