/**
 * What the kernel generator knows of its actors. It follows deaths along links well enough to aim operations at
 * living processes and to keep clear of races; it is no oracle, and being wrong costs only a skipped operation.
 */
import type { Act, AliasMode, Term } from './scenario.js'

interface Actor {
  alive: boolean
  trap: boolean
  links: Set<string>
}

/** A reference somebody holds: a monitor, an alias, or both. */
export interface Held {
  as: string
  owner: string
  target: string | undefined
  alias: AliasMode | 'alias' | undefined
}

export class Actors {
  readonly #actors = new Map<string, Actor>()
  readonly names = new Map<string, string>()
  readonly refs: Held[] = []

  constructor(names: readonly string[]) {
    for (const name of names) this.#born(name)
  }

  alive(): string[] {
    return [...this.#actors].filter(([, actor]) => actor.alive).map(([name]) => name)
  }

  all(): string[] {
    return [...this.#actors.keys()]
  }

  dead(): string[] {
    return [...this.#actors].filter(([, actor]) => !actor.alive).map(([name]) => name)
  }

  traps(name: string): boolean {
    return this.#actors.get(name)?.trap === true
  }

  linksOf(name: string): string[] {
    return [...(this.#actors.get(name)?.links ?? [])]
  }

  /** Whether the death of one of the targets can come back over links and end `by`, which would cut its batch short. */
  endangers(by: string, targets: readonly string[]): boolean {
    if (this.traps(by)) return false
    const reached = new Set(targets.filter((target) => target !== by))
    for (const name of reached) for (const other of this.linksOf(name)) reached.add(other)
    return reached.has(by)
  }

  /** Follows one operation. */
  did(by: string, act: Act): void {
    switch (act.op) {
      case 'spawn':
        this.#born(act.as)
        if (act.link === true) this.#link(by, act.as)
        if (act.monitor !== undefined) {
          this.refs.push({ as: act.monitor.as, owner: by, target: act.as, alias: act.monitor.alias })
        }
        break
      case 'link':
        this.#link(by, act.to)
        break
      case 'unlink':
        this.#unlink(by, act.to)
        break
      case 'monitor':
        this.refs.push({ as: act.as, owner: by, target: this.resolved(act.to), alias: act.alias })
        break
      case 'alias':
        this.refs.push({ as: act.as, owner: by, target: undefined, alias: 'alias' })
        break
      case 'signal':
        this.#signal(by, this.resolved(act.to), act.reason)
        break
      case 'exit':
        this.#die(by, act.reason)
        break
      case 'error':
      case 'throw':
        this.#die(by, [act.reason, 'stack'])
        break
      case 'return':
        this.#die(by, 'normal')
        break
      case 'trap': {
        const actor = this.#actors.get(by)
        if (actor !== undefined) actor.trap = act.on
        break
      }
      case 'register':
        if (!this.names.has(act.name) && this.#actors.get(act.who)?.alive === true && !this.#named(act.who)) {
          this.names.set(act.name, act.who)
        }
        break
      case 'unregister':
        this.names.delete(act.name)
        break
    }
  }

  /** The actor behind a destination. */
  resolved(target: string): string | undefined {
    return /^[@%]/.test(target) ? this.names.get(target.slice(1)) : target
  }

  #named(name: string): boolean {
    return [...this.names.values()].includes(name)
  }

  #born(name: string): void {
    this.#actors.set(name, { alive: true, trap: false, links: new Set() })
  }

  #link(a: string, b: string): void {
    if (a === b || this.#actors.get(b)?.alive !== true) return
    this.#actors.get(a)?.links.add(b)
    this.#actors.get(b)?.links.add(a)
  }

  #unlink(a: string, b: string): void {
    this.#actors.get(a)?.links.delete(b)
    this.#actors.get(b)?.links.delete(a)
  }

  #signal(by: string, to: string | undefined, reason: Term): void {
    const target = to === undefined ? undefined : this.#actors.get(to)
    if (to === undefined || target === undefined) return
    if (reason === 'kill') this.#die(to, 'killed')
    else if (!target.trap && (reason !== 'normal' || by === to)) this.#die(to, reason)
  }

  #die(name: string, reason: Term): void {
    const actor = this.#actors.get(name)
    if (actor?.alive !== true) return
    actor.alive = false
    for (const [key, owner] of this.names) if (owner === name) this.names.delete(key)
    for (const other of actor.links) {
      this.#unlink(name, other)
      if (reason !== 'normal' && !this.traps(other)) this.#die(other, reason)
    }
  }
}
