/** Supervision scenarios on Heartwood; the twin of `erlang/beam_sup.erl`. */
import { resume, suspend } from '../../src/genserver/index.js'
import {
  exit,
  HeartwoodError,
  isAlive,
  isExit,
  Kernel,
  type Pid,
  type Report,
  receive,
  send,
  spawn,
  trapExit,
  VirtualClock,
} from '../../src/kernel/index.js'
import {
  type ChildEntry,
  countChildren,
  deleteChild,
  restartChild,
  startChild,
  terminateChild,
  whichChildren,
} from '../../src/supervisor/index.js'
import { spelled, valueFor } from './canon.js'
import { Crash, childOf, startNode } from './heartwood-tree.js'
import { nodesOf, type SupOp, type SupScenario, type Trace } from './scenario.js'
import { supervises, TreeLog, type World } from './tree-log.js'

/** Runs one scenario in a kernel of its own. */
export function runSup(scenario: SupScenario): Promise<Trace> {
  const log = new TreeLog()
  const clock = new VirtualClock()
  const kernel = new Kernel({ clock, report: (report) => noted(report, log) })
  const world: World = { settled: () => kernel.settled(), advance: (ms) => clock.advance(ms) }
  return kernel.run(() => new Grove(scenario, world, log).play())
}

const CONTEXTS = ['child_terminated', 'start_error', 'shutdown_error', 'shutdown']

/** Puts a report of a supervisor into the log. */
export function noted({ kind, pid, context, reason, offender }: Report, log: TreeLog): void {
  if (kind !== 'supervisor' || pid === undefined || !CONTEXTS.includes(String(context))) return
  log.log('report', pid, String(context), (offender as { id: string }).id, spelled(reason))
}

/** Tells the parent to send its child an exit signal. */
class Signal {
  constructor(readonly reason: unknown) {}
}

/** Longer than any hanging child is waited for; crashes are remembered for an hour in random scenarios. */
const PATIENCE = 1_000

/** How often time may have to be moved on before an operation is over. */
const ROUNDS = 20

/** One scenario. */
export class Grove {
  readonly #parent: Pid
  readonly #hangs: boolean
  #top: Pid | undefined

  constructor(
    private readonly scenario: SupScenario,
    private readonly world: World,
    private readonly log: TreeLog,
  ) {
    this.#parent = spawn(() => this.#rear())
    const children = scenario.ops.flatMap((op) => (op.op === 'start_child' ? [op.child] : []))
    this.#hangs = [...nodesOf(scenario.tree), ...children].some(
      (node) => 'onExit' in node && node.onExit === 'hang',
    )
  }

  async play(): Promise<Trace> {
    const trace = await this.#observed(0, () => this.#start(), false)
    for (const [index, op] of this.scenario.ops.entries()) {
      trace.push(...(await this.#observed(index + 1, () => this.#perform(op), op.op === 'kill')))
    }
    return trace
  }

  // ---- the parent of the tree

  #started: (result: string) => void = () => {}

  #start(): Promise<string> {
    return new Promise((resolve) => {
      this.#started = resolve
      send(this.#parent, 'go')
    })
  }

  async #rear(): Promise<void> {
    trapExit(true)
    await receive('go')
    try {
      await startNode(this.scenario.tree, this.log)
      this.#top = this.log.latest(this.scenario.tree.id)
      this.#started('ok')
    } catch (error) {
      this.#started(
        `error ${spelled(HeartwoodError.is(error, 'START_FAILED') ? error.details.reason : error)}`,
      )
    }
    for (;;) {
      const message = await receive()
      if (message instanceof Signal && this.#top !== undefined && isAlive(this.#top))
        exit(this.#top, message.reason)
      else if (isExit(message) && message.from === this.#top)
        this.log.log('exit', message.from, spelled(message.reason))
    }
  }

  // ---- operations

  async #perform(op: SupOp): Promise<string> {
    switch (op.op) {
      case 'crash':
        return this.#with(op.id, (pid) => this.#crash(pid, op))
      case 'kill':
        return this.#with(op.id, (pid) => exit(pid, 'kill'))
      case 'suspended':
        return this.#with(op.sup, async (pid) => {
          await suspend(pid)
          for (const crash of op.ops) {
            await this.#with(crash.id, (child) => this.#crash(child, crash))
            await this.world.settled()
          }
          await resume(pid)
        })
      case 'start_child':
        return this.#with(op.sup, (pid) => this.#answered(startChild(pid, childOf(op.child, this.log))))
      case 'terminate_child': {
        const child = op.sup.startsWith('y') ? this.log.alive(op.id) : op.id
        if (child === undefined) return 'skip'
        return this.#with(op.sup, (pid) => this.#answered(terminateChild(pid, child).then(() => 'ok')))
      }
      case 'restart_child':
        return this.#with(op.sup, (pid) => this.#answered(restartChild(pid, op.id)))
      case 'delete_child':
        return this.#with(op.sup, (pid) => this.#answered(deleteChild(pid, op.id).then(() => 'ok')))
      case 'count':
        return this.#with(op.sup, async (pid) => {
          const { specs, active, supervisors, workers } = await countChildren(pid)
          return [specs, active, supervisors, workers].join('/')
        })
      case 'stray_msg':
        return this.#with(op.sup, (pid) => send(pid, 'stray') && 'ok')
      case 'stray_exit':
        return this.#with(op.sup, (pid) => exit(pid, valueFor(op.reason)))
      case 'parent_exit':
        send(this.#parent, new Signal(valueFor(op.reason)))
        return 'ok'
      case 'sleep':
        await this.world.advance(op.ms)
        return 'ok'
    }
  }

  async #with(id: string, act: (pid: Pid) => unknown): Promise<string> {
    const pid = this.log.alive(id)
    if (pid === undefined) return 'skip'
    const result = await act(pid)
    return typeof result === 'string' ? result : 'ok'
  }

  #crash(pid: Pid, { reason, error = false }: Extract<SupOp, { op: 'crash' }>): void {
    send(pid, new Crash(reason, error))
  }

  async #answered(asked: Promise<unknown>): Promise<string> {
    try {
      const answer = await asked
      if (typeof answer === 'string') return answer
      return `ok ${answer === undefined ? 'undefined' : this.log.instance(answer as Pid)}`
    } catch (error) {
      if (!HeartwoodError.is(error)) throw error
      const { code, details } = error
      if (code === 'ALREADY_STARTED') return `error already_started ${this.log.instance(details.pid as Pid)}`
      if (code === 'START_CHILD_FAILED') return `error ${spelled(details.reason)}`
      if (code === 'CALL_SERVER_EXITED') return `exit ${spelled(details.reason)}`
      return `error ${code.toLowerCase()}`
    }
  }

  // ---- what is shown

  async #observed(index: number, act: () => Promise<string>, kill: boolean): Promise<Trace> {
    const result = await this.#ended(act())
    await this.#rest()
    const entries = this.log.taken()
    // A killed supervisor's orphans end while its successor starts.
    const shown = kill ? entries.sort() : tidy(entries)
    const tree = await this.#tree(this.log.latest(this.scenario.tree.id))
    return [`#${index} ${result}`, ...shown.map((entry) => `  ${entry}`), `= ${tree}`]
  }

  /** The result of an operation; its failure is one too, and differs from whatever the BEAM says. */
  async #ended(acting: Promise<string>): Promise<string> {
    let result: string | undefined
    acting.then(
      (text) => {
        result = text
      },
      (error: unknown) => {
        result = `failed ${error}`
      },
    )
    for (let round = 0; round < ROUNDS && result === undefined; round++) await this.#rest()
    return result ?? 'never ends'
  }

  /** Until nothing runs; whoever waits for a hanging child, an operation too, waits in virtual time. */
  async #rest(): Promise<void> {
    await this.world.settled()
    if (this.#hangs) await this.world.advance(PATIENCE)
  }

  async #tree(pid: Pid | undefined): Promise<string> {
    if (pid === undefined) return 'none'
    const instance = this.log.instance(pid)
    if (!isAlive(pid)) return `${instance}:dead`
    if (!supervises(instance)) return instance
    const children = await Promise.all((await whichChildren(pid)).map((entry) => this.#child(entry)))
    const ordered = instance.startsWith('y') ? children.sort() : children.reverse()
    return `${instance}(${ordered.join(' ')})`
  }

  #child({ id, pid }: ChildEntry): string | Promise<string> {
    return pid === undefined || pid === 'restarting' ? `${id}:${pid}` : this.#tree(pid)
  }
}

/** Dynamic children stop all at once, so what they and their supervisor say of it is in no order. */
function tidy(entries: readonly string[]): string[] {
  const result: string[] = []
  for (let at = 0; at < entries.length; ) {
    const group = groupOf(entries[at])
    let end = at + 1
    while (group !== undefined && groupOf(entries[end]) === group) end++
    const run = entries.slice(at, end)
    result.push(...(group === undefined ? run : run.sort()))
    at = end
  }
  return result
}

function groupOf(entry: string | undefined): string | undefined {
  if (entry?.startsWith('term d')) return 'term'
  return entry?.startsWith('report y') && entry.includes(' shutdown_error ') ? 'shutdown_error' : undefined
}
