import type { InitArguments, InitOf, ServerClass } from '../genserver/index.js'
import { type ChildOverrides, type ChildSpec, toChildSpec } from '../supervisor/index.js'

/**
 * Makes the child spec of a decorated class. The compiler checks the arguments of its `init`. Elixir's
 * `Supervisor.child_spec/2`.
 *
 * @param rest the argument of `init` at every start, if it has one, and fields that replace those of the spec
 * @throws INVALID_CHILD_SPEC if the class is not decorated
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
