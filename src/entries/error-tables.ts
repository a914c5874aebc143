/** The tables of coded errors, one for each layer: `KERNEL_ERRORS[code]` is the text of a code. */
export { APPLICATION_ERRORS } from '../application/index.js'
export { CONFIG_ERRORS } from '../config/index.js'
export { DECORATOR_ERRORS } from '../decorators/index.js'
export {
  GENSERVER_ERRORS,
  STATE_MACHINE_ERRORS,
  TASK_ERRORS,
} from '../genserver/index.js'
export { ISOLATION_ERRORS } from '../isolation/index.js'
export { KERNEL_ERRORS } from '../kernel/index.js'
export { LOGGING_ERRORS } from '../logging/index.js'
export { REGISTRY_ERRORS } from '../registry/index.js'
export { SUPERVISOR_ERRORS } from '../supervisor/index.js'
