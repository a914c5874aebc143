import { Pid, self } from '../../kernel/index.js'
import { atom } from '../terms/atom.js'
import { rpc } from './rpc.js'

/** The names that a cluster of BEAMs has but once. */
export interface GlobalNames {
  /** Who has the name. `:global.whereis_name/1`. */
  whereis(name: unknown): Promise<Pid | undefined>
  /**
   * Gives a process the name, until it ends: the current one unless told otherwise. `:global.register_name/2`.
   *
   * @returns false when another has it
   */
  register(name: unknown, pid?: Pid): Promise<boolean>
  /** Takes a name back. `:global.unregister_name/1`. */
  unregister(name: unknown): Promise<void>
  /** All names. `:global.registered_names/0`. */
  registered(): Promise<readonly unknown[]>
}

/**
 * The names of `:global`, through one of the BEAMs that have them: a hidden node takes no part in them by itself. A name is any
 * term, mostly an atom.
 *
 * @param node the BEAM that is asked, such as `'billing@10.0.0.7'`
 * @throws what `rpc` throws. All of them reject.
 * @example
 * ```ts
 * const names = globalNames('billing@10.0.0.7')
 * if (await names.register(atom('leader'))) console.log('this is the leader')
 * ```
 */
export function globalNames(node: string): GlobalNames {
  const asked = (name: string, ...args: readonly unknown[]): Promise<unknown> =>
    rpc(node, 'global', name, args)
  return {
    async whereis(name) {
      const found = await asked('whereis_name', name)
      return found instanceof Pid ? found : undefined
    },
    register: async (name, pid = self()) => (await asked('register_name', name, pid)) === atom('yes'),
    unregister: async (name) => void (await asked('unregister_name', name)),
    registered: async () => (await asked('registered_names')) as readonly unknown[],
  }
}
