/** How scopes are opened, and which one the current process is in. */
import { SCOPE, type ScopeOptions, type ScopeSource } from '../../application/index.js'
import type { CreatedAnew, ServerClass } from '../../genserver/index.js'
import { inherited } from '../../kernel/index.js'
import { BoundSource, ContainerScope, type Written } from './container-scope.js'

/** The scope of a supervisor or application with these bindings, opened anew for each of its incarnations. */
export class ContainerScopes extends BoundSource implements ScopeSource {
  /** What the last plan has run already, each time for one of the scopes that will be opened. */
  #planned: { readonly plan: object; readonly written: Written[] } | undefined

  plan(options: ScopeOptions, plan: object): ContainerScope {
    const scope = new ContainerScope(options, this.bindings, this.overrides)
    if (this.#planned?.plan !== plan) this.#planned = { plan, written: [] }
    this.#planned.written.push(scope.written)
    return scope
  }

  open(options: ScopeOptions): ContainerScope {
    const { bindings, overrides }: Written = this.#planned?.written.shift() ?? this
    const scope = new ContainerScope(options, bindings, overrides)
    // A plan that was made tells all of them; a supervisor that a test or a script starts has had none.
    if (scope.mistakes[0] !== undefined) throw scope.mistakes[0]
    return scope
  }
}

/**
 * Builds a server in the scope of the current process: that of the nearest supervisor with bindings, or of the
 * application. Runs in the new process.
 */
export function buildInScope(Class: ServerClass): object | Promise<object> {
  return currentScope().build(Class)
}

/** The same for new code that takes over from old. */
export function buildAnewInScope(Class: ServerClass): Promise<CreatedAnew> {
  return currentScope().buildAnew(Class)
}

/** Where there is no application, as in a script. Nothing is ever bound in it, so that all can share it. */
const NO_APPLICATION = new ContainerScope({ name: '(no application)' })

/** The scope of the current process. */
export function currentScope(): ContainerScope {
  const scope = inherited(SCOPE)
  return scope instanceof ContainerScope ? scope : NO_APPLICATION
}
