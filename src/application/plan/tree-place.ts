import { oneLine } from '../../kernel/index.js'

/** A place in the tree, for messages. It is a chain of names, so that no path is copied at each level. */
export interface Place {
  readonly name: string
  readonly above: Place | undefined
  readonly depth: number
}

const LONGEST_PATH = 40

/** The path from the application down to a place. */
export function pathOf(place: Place): string {
  const names: string[] = []
  for (let at: Place | undefined = place; at !== undefined; at = at.above) names.push(oneLine(at.name))
  // The middle of a very long path is left out.
  if (names.length > LONGEST_PATH) names.splice(LONGEST_PATH / 2, names.length - LONGEST_PATH, '…')
  return names.reverse().join(' › ')
}
