import { errorsOf } from '../kernel/index.js'

/** What this layer raises. */
export const CLUSTER_ERRORS = {
  CLUSTER_OPTION_INVALID: '{action} cannot be done so: {*problems}.',
  CLUSTER_LEFT:
    'node {node} has left the cluster, so it cannot {*action}. Start it again with startCluster().',
  CLUSTER_ABSENT:
    'no node of {*cluster} runs in this program. Write cluster: { engine } in the configuration, put clusterSpec({ engine }) ahead of what needs it, or call startCluster().',
  KEY_UNKNOWN:
    'the key "{*key}" is none of those that {*supervisor} is to run. Its list is all that there is.',
  KEY_UNREACHABLE:
    'the key "{*key}" of {*supervisor} was not reached within {timeout} ms: {*problem}. It may be moving, or its node may be gone; call again.',
  NOT_KEYED: 'fence() is for what a cluster supervisor runs, but {process} is run by none.',
  NODES_APART:
    'node {node} cannot be reached from here: its kernel is {*kernel}, and nothing leads there. Give the nodes a carrier, such as erlang() of heartwood/erlang.',
  MEMBER_UNREACHABLE: 'node {node} is not reached through the engine {*engine}: {*problem}.',
  HAND_OVER_TOO_LARGE:
    'what handOver() of {*key} returned has {bytes} bytes, and at most {limit} are taken: it starts anew at its next owner. Keep large state in a store.',
  ENGINE_UNREACHABLE: 'the engine {*engine} is out of reach: {*problem}.',
  ENGINE_TIMEOUT:
    'the engine {*engine} did not answer within {timeout} ms: {*request}. What was asked for may be done, or not.',
  ENGINE_UNSUITABLE:
    'the engine {*engine} is not set as a cluster needs it: {*setting} is {found}, expected {*expected}. {*advice}',
  CLAIM_TAKEN: 'the key "{*key}" belongs to node {*owner}. Wait for it with { wait: true }, or do without.',
  CLAIM_NOT_HELD:
    'the claim on the key "{*key}" is {*state}: nothing may be done under it. Await held(), which fails if another node has the key.',
  CLAIM_LOST: 'the key "{*key}" is lost to {*owner}. Claim it again if its work is still to be done here.',
  FENCE_STALE:
    'a write under the key "{*key}" is refused: its token {fence} is smaller than {greatest}, under which another owner has written. Stop: the key is lost.',
  FENCE_MISSING: 'a guarded write needs the header {*header}, but it is {value}. Send fenceHeaders(claim).',
} as const

export const clusterError = errorsOf(CLUSTER_ERRORS)
