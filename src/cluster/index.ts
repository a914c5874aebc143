/**
 * One of each in a whole cluster: keys that have one owner among the nodes, with fencing tokens, on an engine that exists. NATS and PostgreSQL are
 * entries of their own: `heartwood/cluster/nats`, `heartwood/cluster/postgres`.
 */
export { Cluster, type ClusterOptions, type Member, startCluster } from './cluster.js'
export type {
  ClaimRecord,
  ClaimWrite,
  Engine,
  EngineStore,
  Hints,
  LeaseRecord,
  NodeCard,
  Opening,
  StoreName,
} from './engine/engine.js'
export { CLUSTER_ERRORS } from './errors.js'
export { FenceGate, fenceHeaders } from './fence/fence-headers.js'
export { type LocalEngine, local } from './local/local-engine.js'
export type { Claim, ClaimState } from './ownership/claim.js'
export type { ClaimOptions } from './ownership/claims.js'
