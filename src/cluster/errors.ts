import { errorsOf } from '../kernel/index.js'

/** The errors of clusters. */
export const CLUSTER_ERRORS = {
  CLUSTER_OPTION_INVALID: '{action} cannot be done so: {*problems}.',
  CLUSTER_LEFT:
    'node {node} has left the cluster, so it cannot {*action}. Start it again with startCluster().',
  CLUSTER_ABSENT:
    'no node of {*cluster} runs in this program. Write cluster: { engine } in the configuration, list clusterSpec({ engine }) before the children that need it, or call startCluster().',
  KEY_UNKNOWN:
    'the key "{*key}" is not in the list of keys of {*supervisor}, and the supervisor runs only these.',
  KEY_UNREACHABLE:
    'the key "{*key}" of {*supervisor} was not reached within {timeout} ms: {*problem}. It may be moving, or its node may be gone; call again.',
  INIT_TIMEOUT:
    'the init of the key "{*key}" of {*supervisor} took longer than {timeout} ms, so its worker was killed. Give it more time with initTimeout, or do what takes long after the init.',
  NOT_KEYED: 'fence() works only in a worker of a cluster supervisor, but {process} is none.',
  NODES_APART:
    'node {node} cannot be reached from here: its kernel is {*kernel}, and no connection leads there. Give the nodes a carrier, such as erlang() of heartwood/erlang.',
  MEMBER_UNREACHABLE: 'node {node} is not reached through the engine {*engine}: {*problem}.',
  HAND_OVER_TOO_LARGE:
    'the result of handOver() of {*key} has {bytes} bytes, but at most {limit} are allowed: the worker starts without its state at the next owner. Keep large state in a store.',
  ENGINE_UNREACHABLE: 'the engine {*engine} is out of reach: {*problem}.',
  ENGINE_TIMEOUT:
    'the engine {*engine} did not answer within {timeout} ms: {*request}. The request may have been done or not.',
  ENGINE_UNSUITABLE:
    'the engine {*engine} is not set as a cluster needs it: {*setting} is {found}, expected {*expected}. {*advice}',
  CLAIM_TAKEN:
    'the key "{*key}" belongs to node {*owner}. Wait for it with { wait: true }, or go on without the key.',
  CLAIM_NOT_HELD:
    'the claim on the key "{*key}" is {*state}: do not act under it. Await held(), which fails if another node has the key.',
  CLAIM_LOST: 'the key "{*key}" is lost to {*owner}. Claim it again if this node should still do its work.',
  FENCE_STALE:
    'a write under the key "{*key}" is refused: its token {fence} is smaller than {greatest}, under which another owner has written. Stop: the key is lost.',
  FENCE_MISSING: 'a guarded write needs the header {*header}, but it is {value}. Send fenceHeaders(claim).',
} as const

export const clusterError = errorsOf(CLUSTER_ERRORS)
