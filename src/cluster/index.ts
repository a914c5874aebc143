/**
 * One of each in a whole cluster: keys that have one owner among the nodes, with fencing tokens, on an engine that exists. NATS and PostgreSQL are
 * entries of their own: `heartwood/cluster/nats`, `heartwood/cluster/postgres`.
 */
export { Cluster, clusterOf, type Member, startCluster } from './cluster.js'
export type { ClusterOptions } from './cluster-options.js'
export { clusterSpec } from './cluster-spec.js'
export type {
  ClaimRecord,
  ClaimWrite,
  Engine,
  EngineStore,
  Hints,
  LeaseRecord,
  NodeCard,
  Opening,
  Reach,
  StoreName,
} from './engine/engine.js'
export { CLUSTER_ERRORS } from './errors.js'
export { FenceGate, fenceHeaders } from './fence/fence-headers.js'
export { currentClaim, fence } from './keyed/fence.js'
export { type LocalEngine, local } from './local/local-engine.js'
export type { Claim, ClaimState } from './ownership/claim.js'
export type { ClaimOptions } from './ownership/claim-options.js'
export { ClusterRef, type ClusterRefOptions, clusterRef } from './supervision/cluster-ref.js'
export {
  ClusterSupervisor,
  type ClusterSupervisorClassOptions,
  type ClusterSupervisorInput,
  clusterSupervisorSpec,
  Singleton,
  singletonSpec,
} from './supervision/cluster-supervisor.js'
export type { ClusterSupervisorStatus } from './supervision/coordinator.js'
export type { ParkedKey } from './supervision/node-keys.js'
export type { ClusterSupervisorOptions, Keyed, Keys } from './supervision/supervision-plan.js'
