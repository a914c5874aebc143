/** Fresh scenarios from a seed: the same seed and number give the same scenario, whatever else is generated. */
import { generateKernel } from './generate-kernel.js'
import { generateSup } from './generate-sup.js'
import { Random } from './random.js'
import type { Scenario } from './scenario.js'

export interface Wanted {
  kind: Scenario['kind']
  count: number
  seed: number
  /** Whether supervision scenarios may use Elixir's DynamicSupervisor. */
  dynamic: boolean
}

export function generate({ kind, count, seed, dynamic }: Wanted): Scenario[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(Math.imul(seed, 1_000_003) + index * 7919)
    const id = `${kind}-${seed}-${index}`
    return kind === 'kernel' ? generateKernel(random, id) : generateSup(random, id, { dynamic })
  })
}
