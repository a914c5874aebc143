import type { AsyncLocalStorage } from 'node:async_hooks'

type Store = AsyncLocalStorage<unknown>

// As the table of portable classes: one a program, since kernels that are joined must mean the same by a name.
const byName = new Map<string, Store>()
const names = new WeakMap<Store, string>()

/** Gives a store the name that tells it in other kernels. A module that is loaded again takes its name over. */
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
