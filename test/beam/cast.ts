/** Who is who in a kernel scenario: `p1` is a process, `m1` a reference. */
import { atom, Tuple } from '../../src/erlang/index.js'
import {
  currentKernel,
  Pid,
  portable,
  type Reference,
  type RemoteName,
  TUPLE_FORM,
  type TupleForm,
} from '../../src/kernel/index.js'
import type { Target } from './scenario.js'

/** What actors send each other. */
export class Mail {
  constructor(
    readonly from: string,
    readonly tag: string,
  ) {}

  /** As the actors on a BEAM have it. */
  [TUPLE_FORM](): TupleForm {
    return { word: MAIL, fields: [atom(this.from), atom(this.tag)] }
  }
}

const MAIL = '$message'

/** The mail that a message is: over Erlang's distribution it comes as the tuple. */
export function mailOf(message: unknown): Mail | undefined {
  if (message instanceof Mail) return message
  if (!(message instanceof Tuple) || message.elements[0] !== atom(MAIL)) return undefined
  const [, from, tag] = message.elements
  return new Mail(String(from), String(tag))
}

portable(Mail, { name: 'beam.Mail' })

export class Cast {
  /** The node that names are of; default where it is asked. */
  namesAt: string | undefined
  readonly pids = new Map<string, Pid>()
  readonly refs = new Map<string, Reference>()
  /** Who a monitor got hold of: the sender of its DOWN. */
  readonly watched = new Map<string, string>()

  pid(name: string): Pid {
    return known(this.pids, name)
  }

  ref(name: string): Reference {
    return known(this.refs, name)
  }

  destination(to: Target): Pid | string | RemoteName | Reference {
    if (to.startsWith('@')) return to.slice(1)
    if (to.startsWith('%')) return { name: to.slice(1), node: this.namesAt ?? currentKernel().node }
    return to.startsWith('&') ? this.ref(to.slice(1)) : this.pid(to)
  }

  nameOf(held: Pid | Reference | undefined): string {
    const table: ReadonlyMap<string, Pid | Reference> = held instanceof Pid ? this.pids : this.refs
    for (const [name, value] of table) if (value === held) return name
    return 'undefined'
  }

  /** Whether that name was given to anything yet. */
  has(name: string): boolean {
    return this.pids.has(name) || this.refs.has(name)
  }

  /** The sender of the DOWN of a monitor. */
  watchedBy(ref: string): string {
    return known(this.watched, ref)
  }
}

function known<T>(table: ReadonlyMap<string, T>, name: string): T {
  const value = table.get(name)
  if (value === undefined) throw new ReferenceError(`the scenario has no ${name}`)
  return value
}
