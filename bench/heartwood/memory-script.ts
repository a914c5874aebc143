import { receive, spawnLink } from 'heartwood'
import type { Sample } from '../harness/sample.js'
import { grown } from './idle-memory.js'

export function work(size: number): Promise<Sample> {
  return grown(size, () =>
    spawnLink(async () => {
      await receive('stop')
    }),
  )
}
