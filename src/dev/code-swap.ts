/**
 * New code for a program that runs: each worker whose code is another by now goes on as that, and each supervisor has the children that its
 * new code lists. What is new and what is old is said by whoever loaded it.
 */
import { isDeepStrictEqual } from 'node:util'
import {
  type CheckedConfig,
  PLANNED,
  type Planned,
  type RunningSystem,
  SCOPE,
  type Scope,
  seenApplication,
} from '../application/index.js'
import {
  type Awaitable,
  changeCode,
  isServerClass,
  resume,
  seenServer,
  stop,
  suspend,
} from '../genserver/index.js'
import { isolateOf } from '../isolation/index.js'
import { exit, HeartwoodError, isAlive, Pid, processes, processInfo, REGISTERS } from '../kernel/index.js'
import {
  type CheckedSpec,
  type ChildOverrides,
  type ChildSource,
  childSpec,
  codeChangeReason,
  deleteChild,
  type Renewal,
  restartChild,
  seenSupervisor,
  terminateChild,
  toChildSpec,
} from '../supervisor/index.js'

/** What a program would be started from today, in place of what it was started from; undefined where that is the same. */
export type SuccessorOf = (code: object) => object | undefined

/** A part of the program that does not run the new code as it should. */
export interface Failure {
  /** A child by its path, or a process. */
  readonly what: string
  readonly error: unknown
}

/** What came of new code. */
export interface Swapped {
  /** Workers that go on with it, with what they had. */
  readonly changed: readonly Pid[]
  /** Workers that were started again, and why. */
  readonly restarted: readonly Failure[]
  /** Children by their paths. */
  readonly started: readonly string[]
  readonly stopped: readonly string[]
  readonly failures: readonly Failure[]
}

/** A child in a thread or program of its own, whose code is another by now. */
interface IsolatedChild {
  readonly supervisor: Pid
  readonly id: string
  readonly pid: Pid
  readonly path: string
  readonly dynamic: boolean
}

/** Milliseconds that one step may wait for a worker that is busy. */
const PATIENCE = 5_000

/**
 * Has the system go on with the code of `config`, which has passed the checks of a start. First supervisors take their new options, and stop what
 * is gone from them; then workers are changed; then what is new is started.
 */
export function swapCode(
  system: RunningSystem,
  config: CheckedConfig,
  successorOf: SuccessorOf,
): Promise<Swapped> {
  return system.kernel.run(() => new Swap(successorOf).run(system, config))
}

class Swap implements Swapped {
  readonly changed: Pid[] = []
  readonly restarted: Failure[] = []
  readonly started: string[] = []
  readonly stopped: string[] = []
  readonly failures: Failure[] = []
  /** Children that are there and not started, in the order of their start. */
  readonly #added: { readonly supervisor: Pid; readonly id: string; readonly path: string }[] = []
  /** Processes that their supervisors have to start again, and why. */
  readonly #replaced = new Map<Pid, string>()

  readonly #isolated: IsolatedChild[] = []

  /** Processes in whose scope something else is bound by now. */
  readonly #rebound = new Set<Pid>()

  constructor(private readonly successorOf: SuccessorOf) {}

  async run(system: RunningSystem, config: CheckedConfig): Promise<Swapped> {
    for (const { name, pid } of system.applications) {
      const application = config.applications.find((each) => each.name === name)
      const root = seenApplication(pid)?.root
      if (application === undefined || root === undefined) continue
      const spec = toChildSpec(application.root)
      const { scope } = application
      if (scope !== undefined)
        await this.#attempt(name, async () => this.#noting(pid, () => scopeOf(pid)?.follow(scope)))
      const path = `${name} › ${spec.id}`
      this.#rootKeepsName(root, spec, path)
      await this.#child(root, spec, path)
    }
    await Promise.all([...this.#replaced].map(([pid, why]) => this.#restart(pid, why)))
    await Promise.all(processes().map((pid) => this.#worker(pid)))
    await Promise.all(this.#isolated.map((each) => this.#startAnew(each)))
    for (const { supervisor, id, path } of this.#added) {
      await this.#attempt(path, async () => {
        await restartChild(supervisor, id)
        this.started.push(path)
      })
    }
    return this
  }

  /** The spec of a child that was started by hand: that of the class as it is now, and what was said on top of that of the old. */
  readonly #renewal: Renewal = (spec) => {
    const { source, builds, args } = plannedOf(spec)
    const old = (source ?? builds) as Partial<ChildSource> | undefined
    const next = (isObject(old) ? this.successorOf(old) : undefined) as Partial<ChildSource> | undefined
    if (old?.[childSpec] === undefined || next?.[childSpec] === undefined) return spec
    const overrides = overridesIn(spec, toChildSpec([old as ChildSource, args]))
    return toChildSpec([next as ChildSource, args, overrides])
  }

  /** A child that runs, as its supervisor's new code has it. */
  async #child(pid: Pid, spec: CheckedSpec, path: string, before = spec): Promise<void> {
    const [was, is] = [shownName(before[REGISTERS]), shownName(spec[REGISTERS])]
    if (was !== is) {
      this.#replaced.set(pid, `its name was ${was}, and is ${is} in the new code`)
      return
    }
    if (seenSupervisor(pid) !== undefined) return this.#supervisor(pid, spec, path)
    const { builds } = plannedOf(spec)
    const code = seenServer(pid)?.code
    if (builds === undefined || code === builds || !isObject(code)) return
    // Another class under the same id, and not a later version of the one that runs.
    if (this.successorOf(code) !== builds)
      this.#replaced.set(pid, 'its supervisor lists another class in its place')
  }

  /** The root cannot start again without its application. */
  #rootKeepsName(root: Pid, spec: CheckedSpec, path: string): void {
    const [before, now] = [processInfo(root, 'registeredName'), spec[REGISTERS]]
    if (now !== before)
      this.failures.push({
        what: path,
        error: `its name ${shownName(before)} cannot become ${shownName(now)} while the application runs. Restart the program`,
      })
  }

  async #supervisor(pid: Pid, spec: CheckedSpec, path: string): Promise<void> {
    const old = seenSupervisor(pid)
    const before = old?.listed ?? []
    const options = optionsOf(spec)
    if (options === undefined) return
    const specs = new Map((old?.list(0, old.size) ?? []).map((each) => [each.pid, each.spec]))
    this.#noteIsolated(pid, path)
    const isChanged = await this.#attempt(path, () =>
      this.#noting(pid, () => changed(pid, options, this.#renewal)),
    )
    const sight = seenSupervisor(pid)
    if (!isChanged || sight === undefined) return
    const now = new Set(sight.listed)
    for (const id of before.filter((each) => !now.has(each)).reverse()) {
      await this.#attempt(`${path} › ${id}`, () => this.#remove(pid, id, `${path} › ${id}`))
    }
    const known = new Set(before)
    for (const { id, pid: child, spec: own } of sight.list(0, sight.size)) {
      const at = `${path} › ${id}`
      if (child instanceof Pid) await this.#child(child, own, at, specs.get(child))
      else if (now.has(id) && !known.has(id)) this.#added.push({ supervisor: pid, id, path: at })
    }
  }

  /** Notes children that run in threads and programs of their own, and whose code is another by now: that is not seen from here. */
  #noteIsolated(supervisor: Pid, path: string): void {
    const sight = seenSupervisor(supervisor)
    for (const { id, pid, spec } of sight?.list(0, sight.size) ?? []) {
      const { Class } = plannedOf(spec).isolated ?? {}
      if (Class === undefined || !(pid instanceof Pid) || this.successorOf(Class) === undefined) continue
      // In the kernel of a test it runs here.
      if (seenServer(pid) !== undefined) continue
      const dynamic = sight?.kind === 'dynamic supervisor'
      this.#isolated.push({ supervisor, id, pid, path: `${path} › ${id}`, dynamic })
    }
  }

  /** Loads its code anew, which is all that a thread or program can do. */
  async #startAnew({ supervisor, id, pid, path, dynamic }: IsolatedChild): Promise<void> {
    if (!isAlive(pid)) return
    const why = 'it runs isolated, and loads the new code'
    this.restarted.push({ what: String(pid), error: why })
    // A reason that has crossed to the other side is none of ours any more, and would count as a crash.
    if (dynamic) isolateOf(pid)?.end(codeChangeReason(why))
    else
      await this.#attempt(path, async () => {
        await terminateChild(supervisor, id)
        await restartChild(supervisor, id)
      })
  }

  /** Notes a process whose scope has other bindings afterwards. */
  async #noting(pid: Pid, act: () => Awaitable<void>): Promise<void> {
    const before = scopeOf(pid)?.changes
    await act()
    if (scopeOf(pid)?.changes !== before) this.#rebound.add(pid)
  }

  async #remove(supervisor: Pid, id: string, path: string): Promise<void> {
    await terminateChild(supervisor, id)
    // A temporary one is forgotten as it ends.
    if (
      seenSupervisor(supervisor)
        ?.list(0, Number.POSITIVE_INFINITY)
        .some((each) => each.id === id) === true
    )
      await deleteChild(supervisor, id)
    this.stopped.push(path)
  }

  async #worker(pid: Pid): Promise<void> {
    const code = seenServer(pid)?.code
    if (!isObject(code)) return
    // An instance of the same class has injected what is bound now.
    const next =
      this.successorOf(code) ?? (isServerClass(code) && this.#isBelowRebound(pid) ? code : undefined)
    if (next === undefined) return
    try {
      await changed(pid, next)
      this.changed.push(pid)
    } catch (error) {
      // Itself it says that the worker goes on with its state, which it does not here.
      const why = HeartwoodError.is(error, 'CODE_CHANGE_FAILED') ? error.cause : error
      if (isAlive(pid)) await this.#restart(pid, why)
    }
  }

  #isBelowRebound(pid: Pid): boolean {
    if (this.#rebound.size === 0) return false
    for (let at = processInfo(pid, 'parent'); at !== undefined; at = processInfo(at, 'parent'))
      if (this.#rebound.has(at)) return true
    return false
  }

  /** Its supervisor starts it again, which is no failure: see `codeChangeReason`. */
  async #restart(pid: Pid, why: unknown): Promise<void> {
    this.restarted.push({ what: String(pid), error: why })
    const reason = codeChangeReason(why)
    try {
      await stop(pid, reason, PATIENCE)
    } catch {
      if (isAlive(pid)) exit(pid, 'kill')
    }
  }

  async #attempt(what: string, act: () => Promise<void>): Promise<boolean> {
    try {
      await act()
      return true
    } catch (error) {
      this.failures.push({ what, error })
      return false
    }
  }
}

/** Between two messages. */
async function changed(pid: Pid, to: unknown, extra?: unknown): Promise<void> {
  await suspend(pid, PATIENCE)
  await changeCode(pid, to, { extra, timeout: PATIENCE }).finally(() => resume(pid, PATIENCE))
}

const OVERRIDABLE = ['id', 'restart', 'shutdown', 'significant', 'backoff', 'type'] as const

/** What a spec says otherwise than its class does. */
function overridesIn(spec: CheckedSpec, written: CheckedSpec): ChildOverrides {
  const other = OVERRIDABLE.filter((key) => !isDeepStrictEqual(spec[key], written[key]))
  return Object.fromEntries(other.map((key) => [key, spec[key]]))
}

/** The scope that a process has opened itself. */
function scopeOf(pid: Pid): Scope | undefined {
  return processInfo(pid, 'dictionary')?.get(SCOPE) as Scope | undefined
}

/** Of a key in a registry, too. */
function shownName(name: unknown): string {
  return name === undefined ? 'none' : typeof name === 'string' ? `"${name}"` : String(name)
}

function plannedOf(spec: CheckedSpec): Partial<Planned> {
  return (spec as { readonly [PLANNED]?: Planned })[PLANNED] ?? {}
}

/** What a supervisor's code is changed to; undefined where its spec does not tell. */
function optionsOf(spec: CheckedSpec): unknown {
  const { supervises, supervisesDynamically } = spec as {
    readonly supervises?: unknown
    readonly supervisesDynamically?: unknown
  }
  return plannedOf(spec).again ?? supervises ?? supervisesDynamically
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
