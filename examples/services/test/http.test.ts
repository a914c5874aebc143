import { holds } from './frameworks.js'

holds('node:http', { program: 'dist/programs/http.js', created: 201, last: [], exit: 0 })
