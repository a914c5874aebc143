/** Who is who in a kernel scenario: `p1` is a process, `m1` a reference. */
import { currentKernel, Pid, portable, type Reference, type RemoteName } from '../../src/kernel/index.js'
import type { Target } from './scenario.js'

/** What actors send each other. */
export class Mail {
  constructor(
    readonly from: string,
    readonly tag: string,
  ) {}
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
