import { startLink } from 'heartwood'
import type { Sample } from '../harness/sample.js'
import { grown } from './idle-memory.js'
import { Cell, pidOf } from './servers.js'

export function work(size: number): Promise<Sample> {
  return grown(size, async (at) => pidOf(await startLink(Cell, at)))
}
