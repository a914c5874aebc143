/** Heartwood beside a server of `node:http`, or in an Express application. */
export {
  bootBeside,
  type HostOptions,
  type RequestListener,
  type RequestMiddleware,
  requestProcess,
  requestProcesses,
} from '../hosts/index.js'
