/** What server and machine scenarios share on Heartwood; the twin of `erlang/beam_stage.erl`. */
import {
  call,
  cast,
  getState,
  multiCall,
  replaceState,
  resume,
  type ServerRef,
  startServer,
  stop,
  suspend,
} from '../../src/genserver/index.js'
import {
  currentKernel,
  ExitMessage,
  exit,
  HeartwoodError,
  isDown,
  Kernel,
  monitor,
  type Pid,
  receive,
  self,
  send,
  spawn,
  trapExit,
  VirtualClock,
} from '../../src/kernel/index.js'
import { ErlangError, spelled } from './canon.js'
import { Machine } from './heartwood-machine.js'
import { Server } from './heartwood-server.js'
import type { Trace } from './scenario.js'
import { Mail, reasonText } from './stage-mail.js'
import type { StageOp, StageScenario } from './stage-scenario.js'

/** The order of the parent to signal its child. */
class Signal {
  constructor(
    readonly pid: Pid,
    readonly reason: unknown,
  ) {}
}

export function runStage(scenario: StageScenario): Promise<Trace> {
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: () => {} })
  return kernel.run(() => new Stage(scenario, clock).play())
}

class Stage {
  readonly #scenario: StageScenario
  readonly #clock: VirtualClock
  readonly #lines: string[] = []
  readonly #clients = new Map<number, Pid>()

  constructor(scenario: StageScenario, clock: VirtualClock) {
    this.#scenario = scenario
    this.#clock = clock
  }

  async play(): Promise<Trace> {
    const { linked, named, ops } = this.#scenario
    const log = (line: string) => this.#lines.push(line)
    const callbacks =
      this.#scenario.kind === 'server'
        ? new Server(this.#scenario, log).callbacks
        : new Machine(this.#scenario, log).callbacks
    let pid: Pid | undefined
    let first = ''
    const parent = spawn(async () => {
      trapExit(true)
      try {
        const started = await startServer(
          callbacks as never,
          undefined as never,
          {
            link: linked,
            name: named ? 'subject' : undefined,
          } as never,
        )
        if (started === 'ignore') first = 'ignored'
        else {
          pid = started.pid
          first = 'started'
        }
      } catch (error) {
        const { reason } = (error as HeartwoodError).details
        // A gen_statem tells whoever starts it the reason without the stack, unlike a gen_server.
        const plain = this.#scenario.kind === 'machine' && reason instanceof ErlangError
        first = `failed ${reasonText(plain ? reason.term : reason)}`
      }
      for (;;) {
        const message = await receive()
        if (message instanceof Signal) exit(message.pid, message.reason)
        if (message instanceof ExitMessage) log(`client parent ${reasonText(message.reason)}`)
      }
    })
    await currentKernel().settled()
    if (pid !== undefined) monitor(pid)
    const trace = [first]
    for (const [index, op] of ops.entries()) {
      if (pid !== undefined) await this.#step(index, op, pid, named ? 'subject' : pid, parent)
      await currentKernel().settled()
      trace.push(`#${index}`, ...(await this.#seen()))
    }
    exit(parent, 'kill')
    return trace
  }

  async #seen(): Promise<string[]> {
    for (;;) {
      const down = await receive(isDown, { timeout: 0 })
      if (down === undefined) break
      this.#lines.push(`dead ${reasonText(down.reason)}`)
    }
    const lines = this.#lines.splice(0)
    const own = lines.filter((line) => !line.startsWith('client'))
    return [...own, ...lines.filter((line) => line.startsWith('client')).sort()]
  }

  async #step(index: number, op: StageOp, pid: Pid, target: ServerRef, parent: Pid): Promise<void> {
    const client = (work: () => Promise<unknown>) => this.#client(index, work)
    const forever = Number.POSITIVE_INFINITY
    switch (op.op) {
      case 'call':
        return client(() => call(target, new Mail(op.content), forever))
      case 'cast':
        return void cast(target, new Mail(op.content))
      case 'info':
        return void send(pid, new Mail(op.content))
      case 'stop':
        return client(async () => {
          await stop(target, op.reason, forever)
          return 'ok'
        })
      case 'multi':
        if (this.#scenario.kind === 'machine' || typeof target !== 'string') return
        return client(async () => {
          const { replies } = await multiCall([target], new Mail(op.content), forever)
          return replies[0] === undefined ? 'nobody' : replies[0].reply
        })
      case 'get_state':
        return client(async () => this.#stateText(await getState(target, forever)))
      case 'replace_state': {
        const { kind } = this.#scenario
        const next = kind === 'server' ? op.data : { state: op.state, data: op.data }
        return client(async () => this.#stateText(await replaceState(target, () => next, forever)))
      }
      case 'suspend':
        return client(async () => (await suspend(target, forever)) ?? 'ok')
      case 'resume':
        return client(async () => (await resume(target, forever)) ?? 'ok')
      case 'signal':
        return void exit(pid, op.reason)
      case 'parent_signal':
        return void send(parent, new Signal(pid, op.reason))
      case 'kill_client': {
        const killed = this.#clients.get(op.client)
        if (killed !== undefined) exit(killed, 'kill')
        return
      }
      case 'sleep':
        return this.#clock.advance(50)
    }
  }

  #stateText(state: unknown): unknown {
    if (this.#scenario.kind === 'server') return state
    const { state: name, data } = state as { state: string; data: number }
    return [name, data]
  }

  #client(index: number, work: () => Promise<unknown>): void {
    const kernel = currentKernel()
    const pid = spawn(async () => {
      const client = self()
      // What the code of a killed client comes to is nobody's.
      const note = (text: string) => kernel.isAlive(client) && this.#lines.push(`client ${index} ${text}`)
      try {
        note(`got ${spelled(await work())}`)
      } catch (error) {
        if (!HeartwoodError.is(error)) throw error
        note(`exit ${reasonText(error.details.reason)}`)
      }
    })
    this.#clients.set(index, pid)
  }
}
