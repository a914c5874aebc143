import { errorsOf } from '../../kernel/index.js'

/** What connections to other nodes raise. */
export const DISTRIBUTION_ERRORS = {
  EPMD_UNREACHABLE:
    'EPMD at {*place} does not answer: {*problem}. It is started with Erlang, or by "epmd -daemon"; without it, give nodes fixed ports.',
  EPMD_REFUSED: 'EPMD refuses the name {name}: {*problem}.',
  NODE_NOT_FOUND: 'there is no node {node}: {*problem}.',
  NODE_UNREACHABLE: 'node {node} is out of reach: {*problem}.',
  NODE_OPTION_INVALID: 'a node cannot be made: {*problems}.',
  HANDSHAKE_FAILED: 'two nodes cannot connect: {*problem}.',
  HANDSHAKE_YIELDS: 'node {node} is connecting to this node at the same time, and its connection is used.',
  DISTRIBUTION_BROKEN: 'data from another node cannot be read: {*problem}.',
  CONNECTION_LOST: 'the connection to node {node} is lost: {*problem}.',
} as const

export const distributionError = errorsOf(DISTRIBUTION_ERRORS)
