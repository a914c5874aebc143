/**
 * What a class needs and a scope keeps is made before the class itself, and in the scope that keeps it: its timers, what it owns and its
 * late failures are that scope's, and not those of the worker that happened to be built first.
 *
 * A container resolves a class and all that it needs in one go, in the context of whoever asks. So what is kept is asked for
 * by itself, what is needed before what needs it, and the container finds it made.
 */
import type { ServerClass } from '../genserver/index.js'
import type { Bound } from './bindings.js'
import { type Dependency, dependenciesOf } from './dependencies.js'
import { type Checkable, findBound, fits, PLAIN } from './plan-check.js'

/** A scope that makes what it keeps. */
export interface Keeper extends Checkable {
  readonly parent: Keeper | undefined
  /** Makes what is wanted, where it is not made, in the context of the scope. */
  keep(wanted: Dependency): Promise<void>
}

/** Has made, in the scopes that keep them, whatever `Class` needs in `scope`. */
export async function provide(Class: ServerClass, scope: Keeper): Promise<void> {
  await provideAll(dependenciesOf(Class), scope, new Set())
}

async function provideAll(wanted: readonly Dependency[], scope: Keeper, seen: Set<Bound>): Promise<void> {
  for (const each of wanted) {
    const found = findBound(scope, each.token)
    const fitting = found?.bound.filter((bound) => fits(bound, each) !== 'no') ?? []
    if (found === undefined) continue
    for (const bound of fitting) {
      if (seen.has(bound)) continue
      seen.add(bound)
      await provideAll(needsOf(bound), found.scope, seen)
    }
    const certain = fitting.every((bound) => bound.singleton && bound.made && fits(bound, each) === 'yes')
    if (certain && (fitting.length === 1 || each.multiple)) await found.scope.keep(each)
  }
}

function needsOf({ target, redirect, injects }: Bound): readonly Dependency[] {
  return [
    ...(target === undefined ? [] : dependenciesOf(target as ServerClass)),
    ...(redirect === undefined ? [] : [{ ...PLAIN, token: redirect }]),
    ...(injects ?? []),
  ]
}
