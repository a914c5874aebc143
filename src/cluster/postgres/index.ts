/** PostgreSQL as the engine of a cluster, and writes that its claims guard. Needs `pg`. */
export { FENCE_TABLE, fenced, type Querying } from './fenced.js'
export { type PostgresOptions, postgres } from './postgres-engine.js'
