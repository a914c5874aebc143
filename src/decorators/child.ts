import type { InitArguments, InitOf, ServerClass } from '../genserver/index.js'
import { type ChildOverrides, type ChildSpec, toChildSpec } from '../supervisor/index.js'

/**
 * The child spec of a decorated class, with the arguments of its `init` checked by the compiler. Elixir's
 * `Supervisor.child_spec/2`.
 *
 * @param rest what `init` gets at every start, if it takes something, and fields of the spec that differ
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
