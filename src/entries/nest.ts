/** Heartwood in a Nest application, 11 or 12. */
export {
  HeartwoodModule,
  type HeartwoodModuleOptions,
  HeartwoodService,
  type NestHttp,
  type NestModule,
  type NestToken,
  refToken,
  type TerminusResult,
} from '../hosts/index.js'
