/** A running program for agents: what the observer tells, as tools of the Model Context Protocol. */
export { mcpServer } from './server.js'
export { serveMcp } from './stdio.js'
