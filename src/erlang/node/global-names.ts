import { Pid, self } from '../../kernel/index.js'
import { atom } from '../terms/atom.js'
import { rpc } from './rpc.js'

/** The names of `:global` in a cluster of BEAMs. */
export interface GlobalNames {
  /** Returns the process with the name. `:global.whereis_name/1`. */
  whereis(name: unknown): Promise<Pid | undefined>
  /**
   * Registers a process under the name, until it ends; by default the current process. `:global.register_name/2`.
   *
   * @returns false if another process has the name
   */
  register(name: unknown, pid?: Pid): Promise<boolean>
  /** Unregisters a name. `:global.unregister_name/1`. */
  unregister(name: unknown): Promise<void>
  /** All names. `:global.registered_names/0`. */
  registered(): Promise<readonly unknown[]>
}

/**
 * Uses the names of `:global` through a BEAM that has them, because a hidden node does not take part in `:global` itself. A name can be any
 * term, usually an atom.
 *
 * @param node the BEAM to use, such as `'billing@10.0.0.7'`
 * @throws the errors of `rpc`. All of them reject.
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
