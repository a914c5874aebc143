/** Heartwood in programs that have a framework already: its server drained with the tree, its requests as processes. */
export { type FastifyHost, type HeartwoodPluginOptions, heartwoodPlugin } from './fastify.js'
export {
  HeartwoodModule,
  type HeartwoodModuleOptions,
  HeartwoodService,
  type NestHttp,
  type NestModule,
  type NestToken,
  refToken,
  type TerminusResult,
} from './nest.js'
export {
  type RequestListener,
  type RequestMiddleware,
  requestProcess,
  requestProcesses,
} from './request-process.js'
export { bootBeside, type HostOptions } from './server-beside.js'
