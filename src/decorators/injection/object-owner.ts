/**
 * Who disposes of what the bindings of a scope make: what the scope keeps, the process of the scope; all else, whoever asked for
 * it. A process closes what it owns in the reverse order, one after the other, each awaited, and tells each failure. The
 * container's own deactivation does neither.
 */
import { bindingTypeValues, getClassMetadata, resolveBindingsDeactivations } from '@inversifyjs/core'
import type { PluginContext } from '@inversifyjs/plugin'
import type { ResolutionContext } from 'inversify'
import { Home, isPromise } from '../../kernel/index.js'
import { type Binding, type Keeping, keepsOne } from './binding-scopes.js'
import { dispose, isDisposable, Made } from './made-object.js'

export class Ownership {
  constructor(
    private readonly scope: { readonly path: readonly string[] },
    private readonly home: Home,
    /** What has an owner, in all scopes of the application. */
    private readonly owned: WeakSet<object>,
    private readonly container: PluginContext,
  ) {}

  /** From now on what this binding makes has an owner. */
  take(binding: Binding): void {
    if (!('cache' in binding)) return
    const { type, onActivation } = binding
    const factory = type === bindingTypeValues.DynamicValue || type === bindingTypeValues.ResolvedValue
    if (type === bindingTypeValues.ConstantValue) this.#given(binding.value)
    const taken = (value: unknown): unknown => {
      // What a factory makes is a pool, a client, a queue: what several workers call of it belongs to the scope. A class of the
      // application's is code of whoever calls it, which sends, calls and waits as that worker.
      const handed = factory && keepsOne(binding) ? this.home.share(value) : value
      this.#own(binding, value, handed)
      return handed
    }
    const activate = (context: ResolutionContext, value: unknown): unknown => {
      const activated = onActivation === undefined ? value : onActivation(context, value)
      return isPromise(activated) ? activated.then(taken) : taken(activated)
    }
    Object.assign(binding, { onActivation: activate })
  }

  #given(value: unknown): void {
    if (isDisposable(value)) this.owned.add(value)
  }

  /** @param handed the value, or its stand-in: another factory may give that on. */
  #own(binding: Keeping, value: unknown, handed: unknown): void {
    const steps: (() => unknown)[] = []
    if (keepsOne(binding) && this.#deactivates(binding)) steps.push(() => this.#deactivate(binding))
    if (isDisposable(value) && !this.owned.has(value)) {
      const both = [value, handed as object]
      for (const each of both) this.owned.add(each)
      steps.push(() => {
        for (const each of both) this.owned.delete(each)
        return dispose(value)
      })
    }
    if (steps.length === 0) return
    const home = keepsOne(binding) ? this.home : new Home()
    const made = new Made(this.scope, binding.serviceIdentifier, steps)
    home.own(made, made)
  }

  #deactivates(binding: Keeping): boolean {
    if (binding.onDeactivation !== undefined) return true
    if (this.container.deactivationService.get(binding.serviceIdentifier) !== undefined) return true
    if (binding.type !== bindingTypeValues.Instance) return false
    return getClassMetadata(binding.implementationType).lifecycle.preDestroyMethodNames.size > 0
  }

  #deactivate(binding: Keeping): unknown {
    const { bindingService, deactivationService } = this.container
    return resolveBindingsDeactivations(
      {
        getBindings: (token) => bindingService.get(token),
        getBindingsFromModule: (id) => bindingService.getByModuleId(id),
        getClassMetadata,
        getDeactivations: (token) => deactivationService.get(token),
      },
      [binding],
    )
  }
}
