/** Colours for people at a terminal. */
import { WriteStream } from 'node:tty'

/** The select graphic rendition codes of ANSI terminals. */
const STYLES = { bold: 1, red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, grey: 90 } as const

export type Style = keyof typeof STYLES

/** A function that gives a text a style. */
export type Paint = (text: string, style: Style) => string

/**
 * Whether a stream shows colours: a terminal with colours, unless `NO_COLOR` is set. `FORCE_COLOR` decides for all streams
 * (`0` or `false`: no colours; any other value: colours). These are the rules of Node.
 */
export function showsColours(stream: NodeJS.WriteStream): boolean {
  // With FORCE_COLOR only the environment counts, so no stream is needed.
  if (process.env.FORCE_COLOR !== undefined) return WriteStream.prototype.getColorDepth() > 1
  return stream.isTTY === true && stream.getColorDepth() > 1
}

/** A function that adds colours; without `coloured`, one that returns the text as it is. */
export function painter(coloured: boolean): Paint {
  return coloured ? (text, style) => `\u001b[${STYLES[style]}m${text}\u001b[0m` : (text) => text
}
