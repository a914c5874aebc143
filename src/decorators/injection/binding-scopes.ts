/**
 * What a scope keeps is made in the process of that scope: its timers, what it owns and its late failures are that process's,
 * and not those of the worker that happened to be built first.
 *
 * A container resolves a class and all that it needs in one go, in the context of whoever asks. So each plan of a container is
 * looked at before it is followed, and what is to be kept is made then, what is needed before what needs it; the container
 * finds it made. A plan is exact: names, tags, conditions and what may be missing are decided in it.
 */
import {
  type BindingService,
  bindingTypeValues,
  isConstructorNoParamNode,
  type PlanBindingNode,
  type PlanResult,
  type PlanServiceNode,
  type ResolutionContext,
  type ResolvableBindingNode,
} from '@inversifyjs/core'
import { Plugin, type PluginContext } from '@inversifyjs/plugin'
import {
  bindingScopeValues,
  type Container,
  type GetOptions,
  type MetadataName,
  type MetadataTag,
} from 'inversify'
import type { Condition } from './bindings.js'

/** A binding as the container has it. */
export type Binding = PlanBindingNode['binding']

/** One that can keep its value, once that is made. */
export type Keeping = Extract<Binding, { readonly cache: unknown }>

/** A place in a plan where such a value is needed. */
export type Unmade = Pick<ResolvableBindingNode, 'resolve'> & { readonly binding: Keeping }

export function keepsOne(binding: Binding): binding is Keeping {
  return 'cache' in binding && binding.scope === bindingScopeValues.Singleton
}

/** What a container lets be seen of it: its bindings, and each plan before it is followed. */
export function lookInto(container: Container, onPlan: (plan: PlanResult) => void): PluginContext {
  let seen: PluginContext | undefined
  container.register(
    class extends Plugin<Container> {
      load(api: { onPlan(handler: (_: unknown, plan: PlanResult) => void): void }): void {
        seen = this._context
        api.onPlan((_, plan) => onPlan(plan))
      }
    } as never,
  )
  return seen as unknown as PluginContext
}

/** What is kept somewhere, is needed by the plan, and is not made yet; each before what needs it. */
export function* unmadeIn(
  { bindings }: PlanServiceNode,
  seen = new Set<PlanBindingNode>(),
): Generator<Unmade> {
  for (const node of [bindings ?? []].flat()) {
    const binding: Binding = node.binding
    if (seen.has(node) || (keepsOne(binding) && binding.cache.isRight)) continue
    seen.add(node)
    for (const part of partsOf(node)) yield* unmadeIn(part, seen)
    if (keepsOne(binding) && binding.type !== bindingTypeValues.ConstantValue) {
      yield node as Unmade
    }
  }
}

function partsOf(node: PlanBindingNode): readonly PlanServiceNode[] {
  if ('redirection' in node) return [node.redirection]
  if ('params' in node) return node.params
  if (!('constructorParams' in node)) return []
  const inConstructor = node.constructorParams.filter(
    (each): each is PlanServiceNode => !isConstructorNoParamNode(each),
  )
  return [...inConstructor, ...node.propertyParams.values()]
}

/** What a factory gets, and what else the container asks for while it makes something of this one. */
export function contextOf(container: Container, { activationService }: PluginContext): ResolutionContext {
  return {
    get: container.get.bind(container),
    getAll: container.getAll.bind(container),
    getAsync: container.getAsync.bind(container),
    getAllAsync: container.getAllAsync.bind(container),
    getActivations: (token) => activationService.get(token),
  } as ResolutionContext
}

export function holds(bindings: BindingService, binding: Binding): boolean {
  for (const each of bindings.getNonParentBindings(binding.serviceIdentifier) ?? []) {
    if (each === binding) return true
  }
  return false
}

/** A request for what is bound under a name or a tag. */
export function requestOf(condition: Extract<Condition, object>): GetOptions {
  return 'name' in condition
    ? { name: condition.name as MetadataName }
    : { tag: { key: condition.tag as MetadataTag, value: condition.value } }
}
