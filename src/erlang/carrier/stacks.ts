/** Stacks of errors, from a BEAM and for one. */
import { stackLines } from '../../kernel/index.js'
import { Atom, atom } from '../terms/atom.js'
import { Tuple, tuple } from '../terms/tuple.js'

/** The most frames of a stack that are shown. */
const MOST_FRAMES = 20

/** Whether a term is the stack of an error: `[{Module, Function, ArityOrArguments, Location}]`. */
export function isStack(term: unknown): term is readonly Tuple[] {
  return (
    Array.isArray(term) &&
    term.length > 0 &&
    term.every((frame) => frame instanceof Tuple && frame.length === 4 && frame.elements[0] instanceof Atom)
  )
}

/** Returns a stack as lines of a JavaScript stack. */
export function framesOf(stack: unknown): string {
  if (!isStack(stack)) return ''
  return stack
    .slice(0, MOST_FRAMES)
    .map(({ elements: [module, name, args] }) => {
      const arity = Array.isArray(args) ? args.length : args
      return `\n    at ${String(module).replace(/^Elixir\./, '')}.${String(name)}/${String(arity)}`
    })
    .join('')
}

const METHOD = /^\s*at (?:async )?(?:new )?([\w$]{1,100})\.(#?[\w$]{1,100}) \(/
const FUNCTION = /^\s*at (?:async )?(?:new )?([\w$]{1,100}) \(/
const NOBODY = tuple(atom('javascript'), atom('unknown'), 0, [])

/**
 * The stack of an error for a BEAM: which functions, as far as they have names, and neither files nor lines. It is never empty: Elixir takes a reason for
 * an exception only where it has a stack.
 */
export function stackTerm(error: Error): readonly Tuple[] {
  const frames: Tuple[] = []
  for (const line of stackLines(error)) {
    const [, of, method] = METHOD.exec(line) ?? []
    const [, name] = FUNCTION.exec(line) ?? []
    if (of !== undefined && method !== undefined)
      frames.push(tuple(atom(`Elixir.${of}`), atom(method), 0, []))
    else if (name !== undefined) frames.push(tuple(atom('javascript'), atom(name), 0, []))
    if (frames.length === MOST_FRAMES) break
  }
  return frames.length === 0 ? [NOBODY] : frames
}
