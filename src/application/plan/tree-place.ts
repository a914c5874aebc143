import { oneLine } from '../../kernel/index.js'

/** A place in the tree, for messages; a path of names would be copied at every step down. */
export interface Place {
  readonly name: string
  readonly above: Place | undefined
  readonly depth: number
}

const LONGEST_PATH = 40

/** From the application down. */
export function pathOf(place: Place): string {
  const names: string[] = []
  for (let at: Place | undefined = place; at !== undefined; at = at.above) names.push(oneLine(at.name))
  // Of a very deep place the ends say enough.
  if (names.length > LONGEST_PATH) names.splice(LONGEST_PATH / 2, names.length - LONGEST_PATH, '…')
  return names.reverse().join(' › ')
}
