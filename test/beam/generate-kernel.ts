/**
 * Random kernel scenarios, kept to what the BEAM promises: whatever depends on the order of signals from different
 * senders is left out (each rule says which race it avoids).
 */
import { Actors, type Held } from './actors.js'
import type { Random } from './random.js'
import type { Act, AliasMode, KernelOp, KernelScenario, Term, Watch } from './scenario.js'

const REASONS: readonly Term[] = [
  'boom',
  'bang',
  'normal',
  'shutdown',
  ['shutdown', 'late'],
  'kill',
  'killed',
  'noproc',
  ['bad', 'luck'],
]
const ALIAS_MODES: readonly AliasMode[] = ['explicit_unalias', 'demonitor', 'reply_demonitor']
const NAMES = ['n1', 'n2', 'n3']

export function generateKernel(random: Random, id: string): KernelScenario {
  return new KernelGenerator(random).scenario(id)
}

class KernelGenerator {
  readonly #procs: string[]
  readonly #actors: Actors
  #born = 0
  #refs = 0
  #tags = 0

  constructor(private readonly random: Random) {
    this.#procs = Array.from({ length: random.between(2, 5) }, () => this.#newName())
    this.#actors = new Actors(this.#procs)
  }

  scenario(id: string): KernelScenario {
    const ops: KernelOp[] = []
    const length = this.random.between(6, 24)
    while (ops.length < length && this.#actors.alive().length > 0) {
      const by = this.random.pick(this.#actors.alive())
      if (this.random.chance(15)) ops.push({ by, op: 'batch', ops: this.#batch(by) })
      else ops.push({ by, ...this.#single(by) })
    }
    return { id, kind: 'kernel', procs: this.#procs, ops }
  }

  #single(by: string): Act {
    const act = this.#act(by)
    this.#actors.did(by, act)
    return act
  }

  #act(by: string): Act {
    const { random } = this
    const kind = random.weighted({
      spawn: this.#born < 9 ? 8 : 1,
      link: 14,
      unlink: 5,
      monitor: 13,
      demonitor: 7,
      signal: 14,
      end: 5,
      trap: 10,
      register: 6,
      unregister: 2,
      whereis: 2,
      send: 12,
      alive: 2,
      alias: 4,
      unalias: 3,
      recv: 10,
    })
    switch (kind) {
      case 'spawn':
        return this.#spawn()
      case 'link':
      case 'unlink':
        return { op: kind, to: this.#someone(by) }
      case 'monitor':
        return { op: 'monitor', to: this.#target(by), ...this.#watch() }
      case 'demonitor':
        return { op: 'demonitor', ref: this.#ref(by)?.as ?? 'm0', ...this.#flags() }
      case 'signal':
        return { op: 'signal', to: this.#someone(by), reason: this.#reason() }
      case 'end':
        return this.#end()
      case 'trap':
        return { op: 'trap', on: random.chance(75) }
      case 'register':
        return { op: 'register', name: random.pick(NAMES), who: this.#someone(by) }
      case 'unregister':
      case 'whereis':
        return { op: kind, name: random.pick(NAMES) }
      case 'send':
        return { op: 'send', to: this.#destination(by), tag: this.#tag() }
      case 'alive':
        return { op: 'alive', who: this.#someone(by) }
      case 'alias':
        return { op: 'alias', as: this.#newRef(), ...(random.chance(35) && { reply: true }) }
      case 'unalias':
        return { op: 'unalias', ref: this.#ref(by)?.as ?? 'm0' }
      case 'recv':
        return this.#recv(by)
    }
  }

  #spawn(): Act {
    const { random } = this
    const act: Act = { op: 'spawn', as: this.#newName() }
    if (random.chance(50)) act.link = true
    if (random.chance(40)) act.monitor = this.#watch()
    return act
  }

  #end(): Act {
    const { random } = this
    const op = random.weighted({ exit: 6, error: 2, throw: 1, return: 2 })
    return op === 'return' ? { op } : { op, reason: this.#reason() }
  }

  #recv(by: string): Act {
    const { random } = this
    const what = random.weighted({ msg: 3, exit: 2, any: 4, down: 3 })
    const ref = this.#ref(by)
    if (what === 'down' && ref !== undefined) return { op: 'recv', what, ref: ref.as }
    return { op: 'recv', what: what === 'down' ? 'any' : what, from: this.#someone(by) }
  }

  // ---- batches: what one actor does in one go

  #batch(by: string): Act[] {
    const { random } = this
    const shape = random.weighted({ burst: 5, fan: 3, inward: 4, web: 5 })
    if (shape === 'burst') return this.#burst(by)
    if (shape === 'fan') return this.#fan(by)
    return shape === 'inward' ? this.#inward(by) : this.#web(by)
  }

  /** Messages and exit signals to one target, in order. The target must not be able to take the sender down with it. */
  #burst(by: string): Act[] {
    const { random } = this
    const candidates = this.#actors.all().filter((name) => !this.#actors.endangers(by, [name]))
    const to = random.pick(candidates)
    const routes = [to, ...this.#aliasesOf(to)]
    const acts = this.#times(2, 5, (): Act => {
      if (random.chance(50)) return { op: 'signal', to, reason: this.#reason() }
      return { op: 'send', to: random.pick(routes), tag: this.#tag() }
    })
    // Watching after the signal is ordered with it (K42).
    if (to !== by && random.chance(30)) acts.push({ op: 'monitor', to, ...this.#plainWatch() })
    return this.#followed(by, acts)
  }

  /** One exit reason to several targets: with several reasons, which one came first along links would be a race. */
  #fan(by: string): Act[] {
    const { random } = this
    const reason = this.#reason()
    const others = this.#actors.alive().filter((name) => name !== by)
    const targets = random.some(others, random.between(1, 3))
    if (targets.length === 0 || this.#actors.endangers(by, targets)) return this.#inward(by)
    const acts = targets.flatMap((to): Act[] => {
      const signal: Act = { op: 'signal', to, reason }
      return random.chance(30) ? [{ op: 'send', to, tag: this.#tag() }, signal] : [signal]
    })
    return this.#followed(by, acts)
  }

  /**
   * Everything an actor can do to itself; its own signals to itself are in order. It does not stop trapping once it
   * has sent itself one: such a signal is not received before the actor next waits, so the BEAM judges it by the new
   * flag.
   */
  #inward(by: string): Act[] {
    const { random } = this
    let signalled = false
    const acts = this.#times(2, 6, (): Act => {
      const kind = random.weighted({ trap: 4, signal: 4, send: 3, recv: 2, link: 1, monitor: 1 })
      switch (kind) {
        case 'trap':
          return { op: 'trap', on: random.chance(65) || signalled }
        case 'signal':
          signalled = true
          return { op: 'signal', to: by, reason: this.#reason() }
        case 'send':
          return { op: 'send', to: random.pick([by, ...this.#aliasesOf(by)]), tag: this.#tag() }
        case 'recv':
          return { op: 'recv', what: random.pick(['msg', 'exit', 'any'] as const), from: by }
        case 'link':
          return { op: 'link', to: by }
        case 'monitor':
          return { op: 'monitor', to: by, ...this.#watch() }
      }
    })
    return this.#followed(by, acts)
  }

  /** Links and monitors made and unmade while nobody dies; the actor itself may end, as the last thing it does. */
  #web(by: string): Act[] {
    const { random } = this
    const acts = this.#times(2, 6, (): Act => {
      const kind = random.weighted({ link: 4, unlink: 3, monitor: 3, demonitor: 3, send: 3 })
      const to = random.pick(this.#actors.alive())
      switch (kind) {
        case 'link':
        case 'unlink':
          return { op: kind, to }
        case 'monitor': {
          const watch = this.#watch()
          const act: Act = { op: 'monitor', to, ...watch }
          this.#actors.did(by, act)
          return act
        }
        case 'demonitor':
          return { op: 'demonitor', ref: this.#ref(by)?.as ?? 'm0', ...this.#flags() }
        case 'send':
          return { op: 'send', to: random.pick([to, ...this.#knownNames()]), tag: this.#tag() }
      }
    })
    if (random.chance(35)) acts.push(this.#end())
    return this.#followed(by, acts, 'monitor')
  }

  #followed(by: string, acts: Act[], already?: Act['op']): Act[] {
    for (const act of acts) if (act.op !== already) this.#actors.did(by, act)
    return acts
  }

  #times(least: number, most: number, make: () => Act): Act[] {
    return Array.from({ length: this.random.between(least, most) }, make)
  }

  // ---- choices

  /** Mostly the living; now and then the dead, or oneself. */
  #someone(by: string): string {
    const { random } = this
    const dead = this.#actors.dead()
    if (dead.length > 0 && random.chance(15)) return random.pick(dead)
    if (random.chance(12)) return by
    const linked = this.#actors.linksOf(by)
    if (linked.length > 0 && random.chance(25)) return random.pick(linked)
    return random.pick(this.#actors.alive())
  }

  #target(by: string): string {
    const { random } = this
    if (random.chance(70)) return this.#someone(by)
    return this.#spelled(random.pick(NAMES))
  }

  #destination(by: string): string {
    const { random } = this
    const kind = random.weighted({ pid: 6, name: 2, alias: 4 })
    const aliases = this.#actors.refs.filter((ref) => ref.alias !== undefined)
    if (kind === 'alias' && this.#actors.refs.length > 0) {
      return `&${random.pick(aliases.length > 0 && random.chance(85) ? aliases : this.#actors.refs).as}`
    }
    return kind === 'name' ? this.#spelled(random.pick(NAMES)) : this.#someone(by)
  }

  #spelled(name: string): string {
    return `${this.random.pick(['@', '%'])}${name}`
  }

  #knownNames(): string[] {
    return [...this.#actors.names.keys()].map((name) => this.#spelled(name))
  }

  #aliasesOf(owner: string): string[] {
    return this.#actors.refs
      .filter((ref) => ref.owner === owner && ref.alias !== undefined)
      .map((ref) => `&${ref.as}`)
  }

  /** Mostly one of the actor's own. */
  #ref(by: string): Held | undefined {
    const { random } = this
    const { refs } = this.#actors
    const own = refs.filter((ref) => ref.owner === by)
    if (own.length > 0 && random.chance(85)) return random.pick(own)
    return refs.length > 0 ? random.pick(refs) : undefined
  }

  #watch(): Watch {
    const { random } = this
    const watch = this.#plainWatch()
    if (random.chance(35)) watch.alias = random.pick(ALIAS_MODES)
    return watch
  }

  #plainWatch(): Watch {
    const watch: Watch = { as: this.#newRef() }
    if (this.random.chance(12)) watch.tag = 'gone'
    return watch
  }

  #flags(): { flush?: boolean; info?: boolean } {
    const { random } = this
    return { ...(random.chance(40) && { flush: true }), ...(random.chance(50) && { info: true }) }
  }

  #reason(): Term {
    return this.random.chance(35) ? 'boom' : this.random.pick(REASONS)
  }

  #tag(): string {
    return `t${++this.#tags}`
  }

  #newName(): string {
    return `p${++this.#born}`
  }

  #newRef(): string {
    return `m${++this.#refs}`
  }
}
