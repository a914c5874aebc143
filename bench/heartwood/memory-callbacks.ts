import { startLink } from 'heartwood'
import type { Sample } from '../harness/sample.js'
import { cell } from './callbacks.js'
import { grown } from './idle-memory.js'

export function work(size: number): Promise<Sample> {
  return grown(size, (at) => startLink(cell, at))
}
