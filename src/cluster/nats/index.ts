/** NATS JetStream as the engine of a cluster, and entries of its buckets that claims guard. Needs `@nats-io/transport-node`, `@nats-io/jetstream`, `@nats-io/kv`. */
export { type Bucket, type FencedEntry, fencedGet, fencedPut } from './fenced-entry.js'
export { type NatsOptions, nats } from './nats-engine.js'
