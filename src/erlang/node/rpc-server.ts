import { type Behaviour, CallRequest, DownMessage, monitor, type Reference } from '../../kernel/index.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple, tuple } from '../terms/tuple.js'
import type { ExposedFunctions } from './exposed-functions.js'

/** Under that name other nodes ask for functions by `rpc`. */
export const RPC_SERVER = 'rex'

const CALL = atom('call')
const BADRPC = atom('badrpc')
const EXIT = atom('EXIT')
const UNDEF = atom('undef')

/** Runs the functions that are exposed, each in a process of its own. Erlang's server of that name. */
export function rpcServer(exposed: ExposedFunctions): Behaviour {
  /** Calls that are not answered yet, by the monitor of the process that works for each. */
  const working = new Map<Reference, CallRequest>()
  const failed = (reason: unknown): Tuple => tuple(BADRPC, tuple(EXIT, reason))
  return {
    handle(message) {
      if (message instanceof DownMessage) {
        const request = working.get(message.ref)
        working.delete(message.ref)
        request?.reply(failed(message.reason))
        return
      }
      if (!CallRequest.is(message)) return
      const { payload } = message
      if (!(payload instanceof Tuple) || payload.length !== 5 || payload.elements[0] !== CALL) return
      const [, module, name, args] = payload.elements
      const worker =
        module instanceof Atom && name instanceof Atom && Array.isArray(args)
          ? exposed.run(module, name, args, (value) => {
              message.reply(value)
              working.delete(watched as Reference)
            })
          : undefined
      const watched = worker && monitor(worker)
      if (watched === undefined) message.reply(failed(tuple(UNDEF, [tuple(module, name, args, [])])))
      else working.set(watched, message)
    },
  }
}
