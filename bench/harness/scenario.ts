/** What is measured: the scenarios as data. `scenarios.ts` lists them. */

export const PEERS = ['nact', 'xstate', 'effect', 'moleculer'] as const
export type Peer = (typeof PEERS)[number]

/**
 * Who does the work. `uncontained` is Heartwood without containment and watchdog, to show what these cost; `plain` the
 * same without Heartwood; a floor only what no implementation in JavaScript can leave out.
 */
export type ArmName = 'heartwood' | 'beam' | Peer | 'uncontained' | 'plain' | `floor:${string}`

/** `ns`: nanoseconds for an operation. `bytes`: memory. `times`: a ratio of its own. */
export type Unit = 'ns' | 'bytes' | 'times'

/** How much is done: `full` for the page, `quick` for a look and the regression check, `tiny` to test the programs. */
export interface Sizes {
  readonly full: number
  readonly quick: number
  readonly tiny: number
}

export interface Scenario {
  readonly name: string
  /** Names it on the page. */
  readonly title: string
  /** What is done, and how it is counted, for the page. */
  readonly how: string
  readonly unit: Unit
  /** What a value is for, as in "ns per message". */
  readonly per: string
  readonly sizes: Sizes
  /** The part of the work that is done at a time to warm up; default half. */
  readonly warm?: number
  readonly arms: readonly ArmName[]
  /** By the name of the program in `floors/`: what it does, and what it leaves out. */
  readonly floors?: Readonly<Record<string, string>>
  /** Programs that are not called like the scenario. */
  readonly programs?: Partial<Record<ArmName, string>>
  /** How many operations must have arrived; default all of them. */
  readonly expects?: (size: number) => number
  /** Further figures, by the key in a sample's `extra`. */
  readonly extras?: Readonly<Record<string, Extra>>
  /** `'two'`: there is a second program, such as who sends requests. `'all'`: it is to use every core. Default one. */
  readonly cores?: 'two' | 'all'
  /** Takes so long that a full run measures it fewer times. */
  readonly long?: boolean
  /** Takes too long to be in the quick set. */
  readonly fullOnly?: boolean
}

export interface Extra {
  readonly title: string
  readonly unit: Unit
}

export type SizeName = keyof Sizes

/** How many operations, and how many to warm up with. */
export function amounts(scenario: Scenario, size: SizeName): { size: number; warm: number } {
  const amount = scenario.sizes[size]
  return { size: amount, warm: Math.ceil(amount * (scenario.warm ?? 0.5)) }
}

export function expected(scenario: Scenario, size: number): number {
  return scenario.expects?.(size) ?? size
}

/** The arms of a full run: the floors come last, and are not in the quick set. */
export function armsOf({ arms, floors = {} }: Scenario): readonly ArmName[] {
  return [...arms, ...Object.keys(floors).map(floorArm)]
}

export function floorArm(name: string): ArmName {
  return `floor:${name}`
}

/** The name of a floor; undefined for any other arm. */
export function floorOf(arm: ArmName): string | undefined {
  return arm.startsWith('floor:') ? arm.slice('floor:'.length) : undefined
}

/** What an arm runs: for Node the module below `bench/`, for the BEAM the scenario's name there. */
export function programOf(scenario: Scenario, arm: ArmName): string {
  const floor = floorOf(arm)
  if (floor !== undefined) return `floors/${floor}`
  const name = scenario.programs?.[arm] ?? scenario.name
  if (arm === 'beam') return name.replaceAll('-', '_')
  if (arm === 'heartwood' || arm === 'uncontained') return `heartwood/${name}`
  return `peers/${arm}/${name}`
}
