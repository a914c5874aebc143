/** Kernel scenarios with the actors spread over a node of Heartwood and a node of Erlang, by Erlang's distribution; the twin there is `erlang/beam_host.erl`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { atom, tuple } from '../../src/erlang/index.js'
import { ErlangNode } from '../../src/erlang/node/erlang-node.js'
import { call, type Ref, ref } from '../../src/genserver/index.js'
import { Kernel, type Pid } from '../../src/kernel/index.js'
import { freePort } from '../erlang/beam-node.js'
import { ActorHost, type Known } from './actor-host.js'
import { Beam, ERLANG } from './beam.js'
import { Stage } from './heartwood-threads.js'
import type { Act, KernelScenario, Term, Trace } from './scenario.js'

const COOKIE = 'biscuit'
const HERE = 'beam@127.0.0.1'
const THERE = 'host@127.0.0.1'

/** Plays scenarios one after the other with one node of Erlang. */
export class WithBeam {
  readonly #here = new Kernel({ node: HERE, report: () => {} })
  #host: Promise<Ref<ActorHost>> | undefined

  async run(scenario: KernelScenario): Promise<Trace> {
    this.#host ??= this.#join()
    const host = await this.#host
    return this.#here.run(() => new Stage(this.#here, host, scenario, orderTerm).play(scenario.ops))
  }

  async #join(): Promise<Ref<ActorHost>> {
    const beam = Beam.find(ERLANG)
    if (beam === undefined) throw new Error('there is no Erlang')
    const port = await freePort()
    const child = spawn(
      'erl',
      [
        ...['-noshell', '+S', '1:1', '-start_epmd', 'false', '-erl_epmd_port', String(port)],
        ...['-kernel', 'inet_dist_use_interface', '{127,0,0,1}', '-name', THERE, '-setcookie', COOKIE],
        ...['-pa', beam.ebin, '-run', 'beam_host', 'start'],
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    process.on('exit', () => {
      child.kill('SIGKILL')
      beam.close()
    })
    await once(child.stdout, 'data')
    const resolve = () => ({ host: '127.0.0.1', port })
    await new ErlangNode(this.#here, { cookie: COOKIE, epmd: false, resolve }).start()
    const pid = await this.#here.run(() => call({ name: 'actor-host', node: THERE }, atom('whoami')))
    return ref(ActorHost, pid as Pid)
  }
}

/** An order as `beam_kernel` takes it: names are atoms, and reasons terms. */
function orderTerm(by: string, acts: readonly Act[], { pids, refs, watched }: Known): unknown {
  const env = new Map<unknown, unknown>([[atom('names_at'), atom(HERE)]])
  for (const [name, value] of [...pids, ...refs]) env.set(atom(name), value)
  for (const [name, who] of watched) env.set(tuple(atom('target'), atom(name)), who)
  return tuple(
    atom('$perform'),
    acts.map((act) => ({ ...actTerm(act), by: atom(by) })),
    env,
  )
}

function actTerm(act: Act | NonNullable<Extract<Act, { op: 'spawn' }>['monitor']>): Record<string, unknown> {
  const fields = Object.entries(act).map(([key, value]) => {
    if (key === 'reason') return [key, reasonTerm(value as Term)]
    if (typeof value === 'object') return [key, actTerm(value)]
    return [key, typeof value === 'string' ? atom(value) : value]
  })
  return Object.fromEntries(fields)
}

function reasonTerm(reason: Term): unknown {
  if (typeof reason === 'object') return tuple(...reason.map(reasonTerm))
  return typeof reason === 'string' ? atom(reason) : reason
}
