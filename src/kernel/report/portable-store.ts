import type { AsyncLocalStorage } from 'node:async_hooks'

type Store = AsyncLocalStorage<unknown>

// There is one table for the program, like that of portable classes, since connected kernels must mean the same by a name.
const byName = new Map<string, Store>()
const names = new WeakMap<Store, string>()

/** Gives a store the name by which other kernels know it. If a module is loaded again, its store takes the name over. */
export function nameStore(store: Store, name: string): void {
  byName.set(name, store)
  names.set(store, name)
}

export function storeNamed(name: string): Store | undefined {
  return byName.get(name)
}

export function nameOfStore(store: Store): string | undefined {
  return names.get(store)
}
