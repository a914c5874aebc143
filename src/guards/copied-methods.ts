import * as modules from 'node:module'
import { types } from 'node:util'

/**
 * What CommonJS modules that are loaded already export, and the prototypes of exported classes. Some libraries copy the
 * methods of `EventEmitter` into a class of theirs when they are loaded, as ioredis does: what they copied before
 * Heartwood was loaded is replaced in the copies too. What ES modules export cannot be found; for those there is
 * `node --import heartwood/register`.
 */
export function loadedExports(): Set<object> {
  const found = new Set<object>()
  const add = (value: unknown): void => {
    if (!isHolder(value)) return
    found.add(value)
    const prototype = ownValue(value, 'prototype')
    if (isHolder(prototype)) found.add(prototype)
  }
  // From any path, since the cache is the program's; a bundle in CommonJS does not know its own.
  for (const module of Object.values(modules.createRequire(process.execPath).cache)) {
    const exported: unknown = module?.exports
    add(exported)
    // A getter of somebody's module is not called: it may load another module, or warn.
    if (isHolder(exported)) for (const name of Object.keys(exported)) add(ownValue(exported, name))
  }
  return found
}

/** Gives `holder` the methods of `replacements` where its own are still the `originals` of the same name. */
export function replaceMethods<M extends object>(holder: object, originals: M, replacements: M): void {
  for (const name of Object.keys(replacements) as (keyof M & string)[]) {
    if (ownValue(holder, name) === originals[name]) Reflect.set(holder, name, replacements[name])
  }
}

function isHolder(value: unknown): value is object {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') && !types.isProxy(value)
  )
}

function ownValue(holder: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, name)?.value
}
