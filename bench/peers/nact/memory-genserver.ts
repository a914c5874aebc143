import type { Sample } from '../../harness/sample.js'
import { grown } from '../idle-memory.js'
import { spawn, system } from './system.js'

const keep = (value: number): number => value
let runs = 0

export function work(size: number): Promise<Sample> {
  runs++
  return grown(size, (at) => spawn(system, keep, `cell-${runs}-${at}`, { initialState: at }))
}
