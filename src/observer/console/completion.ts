/** What Tab completes: names of the program, and the methods of its servers. */
import type { REPLServer } from 'node:repl'
import { runInContext } from 'node:vm'
import { read } from '../../kernel/index.js'
import type { Link } from './link.js'
import { ServerOfProgram } from './names.js'

type Found = [completions: string[], of: string]
type Done = (error: Error | null, found?: Found) => void

/** Milliseconds that the program may take: somebody waits at a key. */
const PATIENCE = 1_000
const MOST = 100

/** `ref('cou`, and of the other functions that take a server. */
const NAME =
  /\b(?:ref|call|cast|send|info|whereis|tree|exit|restart|getState|getStatus|suspend|resume)\((['"`])([^'"`]*)$/
/** `ref('counter').call.a` */
const METHOD = /\bref\((['"`])([^'"`]+)\1\)(?:\.with\([^()]*\))?\.(call|cast)\.([\w$]*)$/
/** `counter.call.a`, of a variable. */
const METHOD_OF = /(?:^|[^\w$.])([A-Za-z_$][\w$]*)\.(call|cast)\.([\w$]*)$/

/** In place of the completer of the REPL, which has what is not the program's. */
export function completionOf(link: Link, server: REPLServer): (line: string, done: Done) => void {
  const usual = server.completer.bind(server) as (line: string, done: Done) => void
  return (line, done) => {
    found(link, server, line).then(
      (answer) => (answer === undefined ? usual(line, done) : done(null, answer)),
      // A program that does not answer completes nothing; the line itself will tell why.
      () => done(null, [[], line]),
    )
  }
}

async function found(link: Link, server: REPLServer, line: string): Promise<Found | undefined> {
  const [, , begun] = NAME.exec(line) ?? []
  if (begun !== undefined) {
    const known = await link.order('names', { begun }, PATIENCE)
    return [textsIn(known).slice(0, MOST), begun]
  }
  const [, , named, kind, start] = METHOD.exec(line) ?? []
  if (named !== undefined) return methods(link, named, kind, start)
  const [, variable = '', ofKind, starts] = METHOD_OF.exec(line) ?? []
  if (variable === '') return undefined
  const meant = meaningOf(variable, server)
  return meant instanceof ServerOfProgram ? methods(link, meant.who, ofKind, starts) : undefined
}

/** What a name stands for; of one that was declared by `const` only the context itself knows. */
function meaningOf(name: string, { context }: REPLServer): unknown {
  try {
    return runInContext(name, context)
  } catch {
    // Nothing stands there yet.
    return undefined
  }
}

async function methods(link: Link, to: string, kind = 'call', begun = ''): Promise<Found> {
  const known = await link.order('methods', { to }, PATIENCE)
  return [
    textsIn(read(known, `${kind}s`))
      .filter((each) => each.startsWith(begun))
      .slice(0, MOST),
    begun,
  ]
}

/** What a program tells may be anything; a name that is none would be typed for somebody. */
function textsIn(value: unknown): string[] {
  if (!Array.isArray(value)) return []
  return value.filter((each): each is string => typeof each === 'string' && /^[\w$.:@/ -]{1,200}$/.test(each))
}
