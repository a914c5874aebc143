/** Actors of kernel scenarios in a thread: what the driver in the other one has done with them, and asks of them. */
import { defineServer } from '../../src/genserver/index.js'
import { isolableIn } from '../../src/isolation/index.js'
import {
  currentKernel,
  exit,
  monitor,
  type Pid,
  portable,
  type Reference,
  receive,
  self,
  spawn,
} from '../../src/kernel/index.js'
import { ActorStates } from './actor-state.js'
import { ErlangError, ErlangThrow } from './canon.js'
import { Cast } from './cast.js'
import { Performer, RETURNED } from './heartwood-acts.js'
import type { Act } from './scenario.js'

for (const Class of [ErlangError, ErlangThrow]) portable(Class, { name: `beam.${Class.name}` })

/** Everything that has a name so far. */
export interface Known {
  readonly pids: readonly (readonly [string, Pid])[]
  readonly refs: readonly (readonly [string, Reference])[]
  readonly watched: readonly (readonly [string, string])[]
}

/** What an actor is told to do. */
export class Order {
  constructor(
    readonly acts: readonly Act[],
    readonly known: Known,
  ) {}
}
portable(Order, { name: 'beam.Order' })

/** The actors of one thread. */
export class Actors {
  readonly cast = new Cast()
  /** Those that look on for the comparison. */
  readonly hidden = new Set<Pid>()
  readonly states = new ActorStates(this.cast, (pid) => this.hidden.has(pid))
  /** What came of the acts of the last order. An actor that has died of one still says what that was. */
  results: string[] = []
  readonly #watched = new Set<Pid>()

  constructor(namesAt: string) {
    this.cast.namesAt = namesAt
  }

  begin(name: string): Pid {
    const pid = spawn(() => this.#obey(name))
    this.cast.pids.set(name, pid)
    return pid
  }

  get known(): Known {
    const { pids, refs, watched } = this.cast
    return { pids: [...pids], refs: [...refs], watched: [...watched] }
  }

  /** Whoever this is called by watches all of them: so each thread knows who is dead in the other. */
  learn({ pids, refs, watched }: Known): void {
    for (const [name, pid] of pids) this.cast.pids.set(name, pid)
    for (const [name, ref] of refs) this.cast.refs.set(name, ref)
    for (const [name, who] of watched) this.cast.watched.set(name, who)
  }

  watch(): void {
    for (const pid of this.cast.pids.values()) {
      if (this.#watched.has(pid)) continue
      this.#watched.add(pid)
      monitor(pid)
    }
  }

  end(): void {
    for (const pid of this.cast.pids.values()) exit(pid, 'kill')
  }

  async #obey(name: string): Promise<void> {
    const described = (message: unknown) => this.states.described(message).join(':')
    const performer = new Performer(name, this.cast, (other) => () => this.#obey(other), described)
    for (;;) {
      const order = await receive((message: unknown): message is Order => message instanceof Order)
      this.learn(order.known)
      const results: string[] = []
      this.results = results
      for (const act of order.acts) {
        const result = await performer.perform(act)
        if (result === RETURNED) return
        results.push(result)
      }
    }
  }
}

/** The server of the other thread. */
export class ActorHost {
  #actors = new Actors('')

  /** A new scenario. */
  begin(names: readonly string[], namesAt: string, driver: Pid): readonly Pid[] {
    this.#actors.end()
    this.#actors = new Actors(namesAt)
    this.#actors.hidden.add(driver).add(self())
    return names.map((name) => this.#actors.begin(name))
  }

  async settle(known: Known): Promise<void> {
    this.#actors.learn(known)
    this.#actors.watch()
    await currentKernel().settled()
  }

  /** What came of the order that one of these actors got. */
  outcome(): { readonly results: readonly string[]; readonly known: Known } {
    const { results, known } = this.#actors
    return { results, known }
  }

  state(name: string): string {
    return this.#actors.states.of(name)
  }

  /** That an actor has ended. */
  handleDown(): void {}
}
defineServer(ActorHost, { name: 'actor-host', calls: ['begin', 'settle', 'outcome', 'state'], infos: [] })
isolableIn(ActorHost, import.meta.url)
