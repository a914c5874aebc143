import { type CallOptions, call } from '../../genserver/index.js'
import { formatReason, self } from '../../kernel/index.js'
import { reasonValue } from '../carrier/reasons.js'
import { erlangError } from '../errors.js'
import { atom } from '../terms/atom.js'
import { Tuple, tuple } from '../terms/tuple.js'

const CALL = atom('call')
const BADRPC = atom('badrpc')

/**
 * Calls a function on a node of Erlang or Elixir, from a process.
 *
 * @param node such as `'billing@10.0.0.7'`
 * @param module the module in Erlang's spelling: `'lists'`, `'Elixir.Billing'`
 * @param args terms, see the guide "Erlang's terms"
 * @param options the options of a call; the default time-out is 5,000 ms
 * @returns the result of the function
 * @throws RPC_FAILED with the reason, if it throws or exits there; the errors of `call`
 *
 * OTP: `rpc:call/4`.
 *
 * @example
 * ```ts
 * const sorted = await rpc('billing@10.0.0.7', 'lists', 'sort', [[3, 1, 2]])
 * ```
 */
export async function rpc(
  node: string,
  module: string,
  name: string,
  args: readonly unknown[],
  options?: CallOptions,
): Promise<unknown> {
  const request = tuple(CALL, atom(module), atom(name), args, self())
  const answer = await call({ name: 'rex', node }, request, options)
  if (!(answer instanceof Tuple) || answer.elements[0] !== BADRPC) return answer
  const reason = reasonValue(answer.elements[1])
  const about = { function: `${module}:${name}/${args.length}`, node, reason, text: formatReason(reason) }
  throw erlangError('RPC_FAILED', about, { cause: reason })
}
