/** Fresh scenarios from a seed: the same seed and number give the same scenario, whatever else is generated. */
import { generateCircle } from './generate-circle.js'
import { generateKernel } from './generate-kernel.js'
import { generateMachine, generateServer } from './generate-stage.js'
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

const MAKERS: Record<Scenario['kind'], (random: Random, id: string, dynamic: boolean) => Scenario> = {
  kernel: generateKernel,
  sup: (random, id, dynamic) => generateSup(random, id, { dynamic }),
  server: generateServer,
  machine: generateMachine,
  circle: generateCircle,
}

export function generate({ kind, count, seed, dynamic }: Wanted): Scenario[] {
  return Array.from({ length: count }, (_, index) => {
    const random = new Random(Math.imul(seed, 1_000_003) + index * 7919)
    const id = `${kind}-${seed}-${index}`
    return MAKERS[kind](random, id, dynamic)
  })
}
