/** Work at the times of a cron expression, once in a cluster. Needs `croner`. */
export { Cron, type CronChildSpec, cron } from './cron.js'
export type { CronOptions } from './cron-options.js'
export { CRON_ERRORS } from './errors.js'
export type { Firing } from './firing.js'
