import { StructuredCodec } from '../carrier/index.js'
import {
  type Connection,
  carriedNames,
  type DeathObserver,
  type ExitReason,
  type Expirable,
  errorsOf,
  guardedChannel,
  HeartwoodError,
  KERNEL_ERRORS,
  Kernel,
  type Pid,
  type Report,
  runAsNobody,
} from '../kernel/index.js'
import { unfound } from './check.js'
import { EndLimit, GONE_WITHIN, machineTimeOf } from './end-limit.js'
import { isolationError } from './errors.js'
import { ISOLATED } from './isolable.js'
import { beginProgram, newRuntime } from './relayed-program.js'
import { type IsolateSight, isolateBegins, isolateEnds, serverRuns } from './running-isolates.js'
import type { StartRequest } from './runtime/assignment.js'
import { CompiledModules, type ModuleRequest, tsxOfThreads } from './runtime/compiled-modules.js'
import { Heartbeat } from './runtime/heartbeat.js'
import {
  ISOLATES,
  type IsolateEvent,
  type IsolateExtensionOrder,
  IsolateExtensions,
} from './runtime/isolate-extension.js'
import type { IsolationOptions } from './runtime/isolate-options.js'
import {
  type FaultEffect,
  isPortMessage,
  type PortMessage,
  type Runtime,
  type RuntimeOwner,
} from './runtime/port.js'
import { PortCarrier } from './runtime/port-carrier.js'
import type { Brought, Surroundings } from './runtime/surroundings.js'

const kernelError = errorsOf(KERNEL_ERRORS)

const isolates = guardedChannel(ISOLATES)

/** The process that starts a server, as the kernel knows it. */
type Starter = Parameters<Connection['start']>[0]

/** A class with its module. */
export interface IsolatedClass {
  readonly name: string
  readonly module: string
}

/** A thread or a program with one server, from its start to its end. */
export class Isolate implements IsolateSight, RuntimeOwner, DeathObserver, Expirable {
  readonly #runtime: Runtime
  readonly #carrier: PortCarrier
  readonly #codec: StructuredCodec
  readonly #heartbeat: Heartbeat | undefined
  /** The source of its modules, if they are compiled. */
  readonly #modules: CompiledModules | undefined
  /** The name of its kernel. */
  readonly node: string
  readonly #limit: EndLimit
  readonly #loaded: Promise<Connection>
  #resolve!: (connection: Connection) => void
  #reject!: (error: unknown) => void
  #connection: Connection | undefined
  server: Pid | undefined
  /** The reason for which it is ended, or with which it was seen to end. */
  #reason: { readonly reason: ExitReason } | undefined
  /** Why its class is not available there. */
  #refusal: unknown
  #brought: Brought | undefined
  #tells = false
  readonly extensions = new IsolateExtensions()
  /** Whether the server has ended by itself and has sent everything. */
  #isTold = false
  #gone = false
  /** The exit code that it sent before its end. */
  #exitCode: unknown
  /** Whether it was killed by force. */
  #isForced = false
  isLoaded = false
  /** Whether a fault of a test still acts in it. */
  #suffers = false
  /** Called if it ends before it was used. */
  #lost: ((reason: ExitReason) => void) | undefined

  constructor(
    private readonly kernel: Kernel,
    private readonly about: IsolatedClass,
    options: IsolationOptions,
  ) {
    const { isolate, blockedFor, heapLimit } = options
    // A thread lives in real time, whatever a test does with the time of its kernel.
    const time = machineTimeOf(kernel)
    this.#limit = new EndLimit(time, this)
    const isThread = isolate === 'thread'
    this.#loaded = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (blockedFor !== undefined && blockedFor !== Number.POSITIVE_INFINITY) {
      this.#heartbeat = new Heartbeat(time, blockedFor, isolate, () => this.end({ blocked: blockedFor }))
    }
    this.#codec = new StructuredCodec({ memory: isThread })
    this.#modules = CompiledModules.of(about.module)
    const tsx = isThread ? tsxOfThreads() : undefined
    this.node = `${about.name}#${++kernel.withNodes().started}@${kernel.node}`
    const assignment = {
      ...about,
      key: ISOLATED,
      node: this.node,
      host: { node: kernel.node, creation: kernel.creation },
      levels: this.#levels(),
      beatEvery: this.#heartbeat?.every ?? 0,
      ...(this.#heartbeat?.shared !== undefined && { beats: this.#heartbeat.shared }),
      ...(this.#modules !== undefined && { runner: this.#modules.runner }),
      ...(tsx !== undefined && { tsx }),
    }
    // It is started outside any process: it outlives the turn of the process that starts it, and its failure is not that process's.
    this.#runtime = runAsNobody(() => newRuntime(this, isolate, assignment, heapLimit))
    this.#carrier = new PortCarrier(this.#runtime, this.#codec, (to) => this.#kill(to))
    isolateBegins(kernel, this)
  }

  get name(): string {
    return this.about.name
  }

  get isUnderWay(): boolean {
    if (this.#gone || this.#lost !== undefined) return false
    return this.#reason !== undefined || this.#suffers || this.server === undefined
  }

  get isAsked(): boolean {
    return this.#connection !== undefined && this.#connection.calls.size > 0
  }

  /** Resolves when its module is loaded. @throws START_FAILED, ISOLATE_MODULE */
  loaded(): Promise<Connection> {
    return this.#loaded
  }

  /**
   * Starts its server.
   *
   * @throws the error of the start
   */
  async start(
    by: Starter,
    request: StartRequest,
    surroundings: Surroundings | undefined,
  ): Promise<Pid | 'ignore'> {
    // This runs as the process that starts it, whose surroundings it gets.
    const brought = surroundings?.bring(
      (news) => this.#tell(news),
      (value) => this.#refusalOf(value),
    )
    const connection = await this.#loaded.catch((error: unknown) => {
      brought?.left()
      throw error
    })
    this.#brought = brought
    this.#heartbeat?.start()
    // These are the present values, since loading took its time. What is new from here on is sent.
    const luggage = brought?.luggage
    this.#tells = true
    const started = await connection.start(by, { ...request, luggage, ...this.#besides() }, true)
    if (started === 'ignore') return started
    this.server = started.pid
    serverRuns(started.pid, this)
    this.kernel.withNodes().describe(started.pid, request.label, this.about.name)
    if (request.name !== undefined) this.kernel.withNodes().name(started.pid, request.name)
    return started.pid
  }

  /**
   * Marks it as a spare: nothing runs in it yet, and it does not keep the program running.
   *
   * @param lost called if it ends as a spare
   */
  spared(lost: (reason: ExitReason) => void): void {
    this.#lost = lost
    this.#runtime.hold(false)
    // `lost` is called for that.
    this.#loaded.catch(() => {})
  }

  /** Ends its time as a spare. */
  used(): void {
    this.#lost = undefined
    this.#runtime.hold(true)
  }

  suffer(effect: FaultEffect): void {
    this.#suffers = true
    // This is sent after everything that was sent before.
    this.#connection?.flush()
    this.#runtime.post(['effect', 'crash' in effect ? { crash: this.#encoded(effect.crash) } : effect])
  }

  /** Ends it by force. Its processes end with that reason when it is gone. */
  end(reason: ExitReason): void {
    if (this.#reason !== undefined || this.#gone) return
    this.#force(reason)
  }

  #force(reason: ExitReason): void {
    this.#reason ??= { reason }
    this.#isForced = true
    this.#runtime.kill()
    this.#limit.begin()
  }

  /** Called when the process that starts it has died meanwhile. */
  died(): void {
    this.end('killed')
  }

  expired(): void {
    const what = this.#isForced ? 'was ended, and' : 'has ended by itself. Its thread or program'
    const then = this.#isForced ? '' : ', and is killed'
    const message = `${this.about.name}: its ${this.server ?? 'thread or program'} ${what} is not gone after ${GONE_WITHIN} ms${then}`
    this.kernel.report({ level: 'error', kind: 'isolation', message, pid: this.server })
    if (this.#isForced) this.#over(this.#reason === undefined ? 'killed' : this.#reason.reason)
    else this.#force({ exitCode: this.#exitCode })
  }

  took(message: unknown): void {
    if (!isPortMessage(message)) return
    try {
      this.#took(message)
    } catch (error) {
      this.garbled(error)
    }
  }

  garbled(error: unknown): void {
    this.end(isolationError('ISOLATE_GARBLED', { class: this.about.name, error }, { cause: error }))
  }

  #took(message: PortMessage): void {
    switch (message[0]) {
      case 'signals':
        this.#carrier.receive(message[1], message[2])
        return
      case 'taken':
        this.#carrier.taken(message[1])
        return
      case 'program':
        runAsNobody(() => beginProgram(message[1], message[2]))
        return
      case 'beat':
        this.#heartbeat?.beat()
        return
      case 'report':
        this.#report(this.#decoded(message[1]) as Report)
        return
      case 'news':
        this.#brought?.heard(this.#decoded(message[1]))
        return
      case 'module':
        void this.#answer(message[1], message[2] as ModuleRequest)
        return
      case 'ready':
        this.#ready(message[1])
        return
      case 'struck':
        this.#suffers = false
        return
      case 'extension':
        this.extensions.heard(message[1], this.#decoded(message[2]))
        return
      case 'over':
        this.#isTold = true
        this.#leaves({ reason: 'shutdown' })
        return
      case 'leaves':
        this.#exitCode = message[1]
        this.#leaves(undefined)
        return
      case 'failed':
        this.#leaves({ reason: this.#decoded(message[1]) })
        return
      case 'unfound':
        this.#refuse(unfound(this.about.name, this.about.module, message[1]))
        return
      case 'unloaded':
        this.#refuse(this.#failed(message[1]))
    }
  }

  /** Called when it is about to end by itself. Code that runs there at the end, such as listeners of `'exit'`, may keep it from ending. */
  #leaves(reason: { readonly reason: ExitReason } | undefined): void {
    this.#reason ??= reason
    if (!this.#isForced && !this.#gone) this.#limit.begin()
  }

  ending(): void {
    // Nothing is left to kill.
    this.#isForced = true
    this.#limit.begin()
  }

  ended(reason: ExitReason): void {
    this.#over(this.#reason === undefined ? reason : this.#reason.reason)
  }

  #over(reason: ExitReason): void {
    if (this.#gone) return
    this.#gone = true
    this.#limit.over()
    this.#heartbeat?.stop()
    this.#brought?.left()
    this.extensions.left(reason, this.#isTold)
    isolateEnds(this.kernel, this)
    this.#reject(this.#failed(reason))
    this.#connection?.down(reason)
    this.#lost?.(this.#refusal ?? reason)
  }

  /** Reports for it here. Reports of the same crash here, by linked processes and by supervisors, get the same incident. */
  #report(report: Report): void {
    const { kind, incident, pid, context } = report
    // A supervisor reports its children, unless it gives up.
    const isOwnEnd = (kind !== 'supervisor' || context === 'shutdown') && pid !== undefined
    if (typeof incident === 'string' && isOwnEnd) this.kernel.incidents.join(incident, pid)
    this.kernel.report(report)
  }

  async #answer(id: number, request: ModuleRequest): Promise<void> {
    try {
      const answer = await this.#modules?.answer(request)
      if (!this.#gone) this.#runtime.post(['module', id, answer])
    } catch (error) {
      this.garbled(error)
    }
  }

  #ready(identity: { readonly node: string; readonly creation: number }): void {
    if (this.#gone) return
    if (this.#connection !== undefined || identity.node !== this.node)
      throw new TypeError(`it says that it is ${identity.node}, where ${this.node} is`)
    this.#connection = this.kernel.connect(this.#carrier, identity)
    this.#carrier.connection = this.#connection
    this.isLoaded = true
    this.#resolve(this.#connection)
  }

  /** Kills a process there. Only the server itself is killed by force; its kernel kills the others. */
  #kill(to: number): boolean {
    if (to !== this.server?.id) return false
    this.end('killed')
    return true
  }

  /** Returns what else is there besides the server, as it is now. */
  #besides(): Pick<StartRequest, 'levels' | 'extensions' | 'carry'> {
    const { kernel, about } = this
    if (isolates.hasSubscribers) {
      const { post } = this.extensions
      isolates.publish({ kernel, name: about.name, post } satisfies IsolateEvent)
    }
    const station = (at: number, order: IsolateExtensionOrder): void =>
      this.#runtime.post(['station', at, this.#encoded(order)])
    return {
      levels: this.#levels(),
      extensions: this.extensions.depart(station),
      carry: carriedNames(kernel),
    }
  }

  #levels(): readonly string[] {
    return (['error', 'warn', 'info', 'debug'] as const).filter((level) => this.kernel.hears(level, 'server'))
  }

  #tell(news: unknown): void {
    if (!this.#tells || this.#gone) return
    this.#runtime.post(['news', this.#encoded(news), this.#levels()])
  }

  #refusalOf(value: unknown): HeartwoodError | undefined {
    try {
      this.#codec.encode(value, this.kernel.withNodes(), false)
      this.#codec.takeMoves()
      this.#codec.takeSize()
      return undefined
    } catch (error) {
      if (HeartwoodError.is(error)) return error
      throw error
    }
  }

  #encoded(value: unknown): unknown {
    return this.#codec.encode(value, this.kernel.withNodes(), true)
  }

  #decoded(encoded: unknown): unknown {
    return this.#codec.decode(encoded, this.kernel.withNodes())
  }

  #refuse(error: unknown): void {
    this.#refusal = error
    this.#reject(error)
    this.end('killed')
  }

  #failed(reason: ExitReason): Error {
    return kernelError('START_FAILED', { name: this.about.name, reason }, { cause: reason })
  }
}
