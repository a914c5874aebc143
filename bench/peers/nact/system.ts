/** nact, which is no module of the kind that names its exports, and a system for its actors. */
import { createRequire } from 'node:module'

const nact = createRequire(import.meta.url)('nact') as typeof import('nact')

export const { dispatch, query, spawn, stop } = nact
export const system = nact.start('bench')
