/** Heartwood in a Fastify application. */
export { type FastifyHost, type HeartwoodPluginOptions, heartwoodPlugin } from '../hosts/index.js'
