import { holds } from './frameworks.js'

holds('Fastify', { program: 'dist/programs/fastify.js', created: 200, last: ['fastify closes'], exit: 0 })
