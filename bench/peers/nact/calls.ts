import type { Ref } from 'nact'
import { dispatch, query, spawn, system } from './system.js'

interface Add {
  readonly by: number
  readonly sender: Ref<number>
}

/** An actor that adds, to be asked with the time-out that `call` has. */
export function adder(name: string): { actor: Ref<Add>; add: (by: number) => Promise<number> } {
  const handle = (value: number, { by, sender }: Add): number => {
    dispatch(sender, value + by)
    return value + by
  }
  const actor = spawn(system, handle, name, { initialState: 0 })
  return { actor, add: (by) => query(actor, (sender: Ref<number>) => ({ by, sender }), 5_000) }
}
