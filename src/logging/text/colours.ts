/** Colours for people at a terminal. */
import { WriteStream } from 'node:tty'

/** The select graphic rendition codes of ANSI terminals. */
const STYLES = { bold: 1, red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, grey: 90 } as const

export type Style = keyof typeof STYLES

/** Text in a style. */
export type Paint = (text: string, style: Style) => string

/**
 * Whether a stream shows colours: a terminal that can, unless `NO_COLOR` is set. `FORCE_COLOR` decides for all streams
 * (`0` or `false`: none; anything else: colours). What Node's own output goes by.
 */
export function showsColours(stream: NodeJS.WriteStream): boolean {
  // The depth of no stream in particular: all that counts then is the environment.
  if (process.env.FORCE_COLOR !== undefined) return WriteStream.prototype.getColorDepth() > 1
  return stream.isTTY === true && stream.getColorDepth() > 1
}

/** Paints, or leaves text as it is. */
export function painter(coloured: boolean): Paint {
  return coloured ? (text, style) => `\u001b[${STYLES[style]}m${text}\u001b[0m` : (text) => text
}
