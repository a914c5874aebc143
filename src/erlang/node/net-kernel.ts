import { type Behaviour, CallRequest } from '../../kernel/index.js'
import { atom } from '../terms/atom.js'
import { Tuple } from '../terms/tuple.js'

/** Under that name other nodes look for what makes a node one. */
export const NET_KERNEL = 'net_kernel'

const IS_AUTH = atom('is_auth')
const YES = atom('yes')

/** Answers `Node.ping`, and nothing else. */
export const netKernel: Behaviour = {
  handle(message) {
    if (!CallRequest.is(message)) return
    const { payload } = message
    if (payload instanceof Tuple && payload.elements[0] === IS_AUTH) message.reply(YES)
  },
}
