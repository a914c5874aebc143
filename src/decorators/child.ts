import type { InitArguments, InitOf, ServerClass } from '../genserver/index.js'
import { type Child, type ChildOverrides, type ChildSpec, toChildSpec } from '../supervisor/index.js'

/**
 * A child as a list has it, if what it gives along fits its class: of `[Class, args, overrides]`, and of a class by
 * itself, the compiler compares the arguments with what `init` takes.
 */
type Fitting<Entry> = Entry extends abstract new (
  ...args: never[]
) => infer C
  ? InitArguments<InitOf<C>, ChildOverrides> extends readonly [unknown, ...unknown[]]
    ? readonly [Entry, ...InitArguments<InitOf<C>, ChildOverrides>]
    : Entry
  : Entry extends readonly [abstract new (...args: never[]) => infer C, ...unknown[]]
    ? readonly [Entry[0], ...InitArguments<InitOf<C>, ChildOverrides>]
    : Entry

/** A list of children of which each fits. */
export type FittingChildren<List extends readonly Child[]> = {
  readonly [At in keyof List]: Fitting<List[At]>
}

/**
 * The child spec of a decorated class, with the arguments of its `init` checked by the compiler. Elixir's
 * `Supervisor.child_spec/2`.
 *
 * @param args what `init` gets, at every start
 * @param overrides fields of the spec that shall be others
 * @throws INVALID_CHILD_SPEC when the class is not decorated
 * @example
 * ```ts
 * await startChild('checkers', child(Checker, { url: 'https://example.org' }, { id: 'example' }))
 * ```
 */
export function child<C extends object>(
  Class: ServerClass<C>,
  ...rest: InitArguments<InitOf<C>, ChildOverrides>
): ChildSpec {
  const [args, overrides] = rest as [unknown?, ChildOverrides?]
  return toChildSpec([Class, args, overrides ?? {}])
}
