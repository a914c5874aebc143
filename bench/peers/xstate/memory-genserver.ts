import { createActor } from 'xstate'
import type { Sample } from '../../harness/sample.js'
import { grown } from '../idle-memory.js'
import { cell } from './cell.js'

export function work(size: number): Promise<Sample> {
  return grown(size, (at) => createActor(cell, { input: at }).start())
}
