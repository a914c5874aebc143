import { holds } from './frameworks.js'

const last = ['the rest of the program closes']
holds('Express', { program: 'dist/programs/express.js', created: 200, last, exit: 0 })
