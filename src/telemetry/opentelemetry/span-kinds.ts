import type { Attributes } from '@opentelemetry/api'
import type { SeenMessage } from '../../genserver/index.js'
import type { Pid } from '../../kernel/index.js'
import { type Subject, Subjects } from '../process-titles.js'

/** The name and attributes that all spans of one kind share. */
export interface SpanKind {
  readonly name: string
  readonly attributes: Attributes
}

type Kind = SeenMessage['kind']

/** The keys for spans without a method. They begin with a space, so that they differ from all names. */
const ANY: Readonly<Record<Kind, string>> = { call: ' call', cast: ' cast', info: ' info', system: ' system' }

/** The kinds of spans of one process, by method. */
type Known = Map<string, SpanKind>

/** The most methods of one process that are remembered, since callers can send any name. */
const MOST_KNOWN = 1_000

/** The names and attributes of spans, made once for each process and method. */
export class SpanKinds {
  readonly #subjects = new Subjects()
  readonly #calls = new WeakMap<Pid, Known>()
  readonly #handlers = new WeakMap<Pid, Known>()
  /** Separate from `#handlers`, since the same method may be called and cast. */
  readonly #casts = new WeakMap<Pid, Known>()

  /** The kind of a call's span. @param to the server; `undefined` for a call that was refused */
  ofCall(to: Pid | undefined, method: string | undefined, meant: string | undefined): SpanKind {
    if (to === undefined)
      return kindOfSpan('call', { title: meant ?? 'unknown', name: undefined }, 'call', method)
    return this.#known(this.#calls, to, 'call', 'call', method)
  }

  ofHandler(pid: Pid, kind: Kind, method: string | undefined): SpanKind {
    return this.#known(kind === 'cast' ? this.#casts : this.#handlers, pid, 'handle', kind, method)
  }

  ofCrash(pid: Pid): SpanKind {
    return kindOfSpan('crash', this.#subjects.of(pid), undefined, undefined, pid)
  }

  ofTerminate(pid: Pid): SpanKind {
    return kindOfSpan('terminate', this.#subjects.of(pid), undefined, undefined, pid)
  }

  #known(all: WeakMap<Pid, Known>, pid: Pid, verb: string, kind: Kind, method: string | undefined): SpanKind {
    let known = all.get(pid)
    if (known === undefined) {
      known = new Map()
      all.set(pid, known)
    }
    const key = method ?? ANY[kind]
    const found = known.get(key)
    if (found !== undefined) return found
    const made = kindOfSpan(verb, this.#subjects.of(pid), kind, method, pid)
    if (known.size < MOST_KNOWN) known.set(key, made)
    return made
  }
}

function kindOfSpan(
  verb: string,
  { title, name }: Subject,
  kind: Kind | undefined,
  method: string | undefined,
  pid?: Pid,
): SpanKind {
  const attributes: Attributes = { 'heartwood.behaviour': title }
  if (pid !== undefined) attributes['heartwood.process'] = String(pid)
  if (name !== undefined) attributes['heartwood.name'] = name
  if (kind !== undefined) attributes['heartwood.message.kind'] = kind
  if (method !== undefined) attributes['heartwood.method'] = method
  return { name: `${verb} ${method === undefined ? title : `${title}.${method}`}`, attributes }
}
