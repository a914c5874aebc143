import { behaviourOf, definitionOf, Ref, type ServerClass, type ServerName } from '../genserver/index.js'
import {
  checkKnown,
  currentKernel,
  type Expirable,
  errorsOf,
  HeartwoodError,
  KERNEL_ERRORS,
  type MailboxOptions,
  namesOf,
  type Pid,
  Timer,
} from '../kernel/index.js'
import { isolationError } from './errors.js'
import { type IsolableClass, isolableOf } from './isolable.js'
import { Isolate } from './isolate.js'
import { copyAsSent, isolateHere } from './local-isolate.js'
import type { StartRequest } from './runtime/assignment.js'
import { ISOLATION_RULES, type IsolationOptions } from './runtime/isolate-options.js'
import { Spares } from './spares.js'

const kernelError = errorsOf(KERNEL_ERRORS)

/** The options of starting an isolated server. */
export interface IsolatedStartOptions extends IsolationOptions {
  /** The name to register it under, in this kernel and in its own. Default the name that its class declares, which must be a name of a kernel. */
  readonly name?: ServerName | undefined
  /** Milliseconds that loading the module and `init` may take together. After that it is killed. Default `Infinity`. */
  readonly timeout?: number | undefined
  /** The label in logs and in the observer. Default the name of the class. */
  readonly label?: unknown
  /** The limit of its mailbox. Default the limit that its class declares. */
  readonly mailbox?: MailboxOptions | undefined
}

const ISOLATED_OPTIONS = namesOf<IsolatedStartOptions>({
  isolate: true,
  blockedFor: true,
  heapLimit: true,
  warm: true,
  name: true,
  timeout: true,
  label: true,
  mailbox: true,
})

/**
 * Starts a server in a thread or a program of its own, linked to the current process, and waits for its `init`. It is a process like any other:
 * you call, cast to, link, monitor and supervise it by its pid. `exit(pid, 'kill')` always ends it, even if its code is in an endless loop.
 *
 * | it ended by | its reason |
 * | --- | --- |
 * | `exit(pid, 'kill')`, or the end of its shutdown time | `'killed'` |
 * | code that blocked the event loop for longer than `blockedFor` | `{ blocked: ms }` |
 * | a heap larger than `heapLimit` | `{ heapLimit: bytes }` |
 * | `process.exit(code)` | `{ exitCode: code }` |
 * | a signal, or a crash in native code (`'process'`) | `{ signal }` |
 * | a failure outside every process | the error |
 *
 * @param args the argument of its `init`; it is copied
 * @throws NOT_ISOLATED_CLASS, ISOLATE_MODULE, ISOLATE_OPTION; ALREADY_STARTED, NOT_CLONEABLE; START_FAILED, also when the module does not
 *   load or the thread ends before `init` is done, with the reason in `details.reason`; START_TIMEOUT
 */
export async function startIsolated<C extends object>(
  Class: ServerClass<C>,
  args: unknown,
  options: IsolatedStartOptions,
): Promise<Ref<C>> {
  const definition = definitionOf(Class)
  checkOptions(Class, options)
  const { label = Class.name, mailbox = definition.mailbox, timeout } = options
  const name = nameOf(Class, 'name' in options ? options.name : definition.name)
  const how = { name, label, mailbox }
  isolableOf(Class as IsolableClass)
  if (currentKernel().isolation === 'local') return startLocally(Class, args, { ...how, timeout }, options)
  const pid = await startElsewhere(Class as IsolableClass, { args, ...how }, options)
  if (pid === 'ignore') throw kernelError('START_FAILED', { name: Class.name, reason: 'ignore' })
  return new Ref(definition, pid) as Ref<C>
}

/**
 * Starts what a class runs isolated (`isolableAs`), linked to the current process, and waits for its init.
 *
 * @throws as `startIsolated`
 */
export async function startElsewhere(
  Class: IsolableClass,
  request: StartRequest,
  options: IsolationOptions & Pick<IsolatedStartOptions, 'timeout'>,
): Promise<Pid | 'ignore'> {
  const kernel = currentKernel()
  const by = kernel.actor()
  const { module, surroundings } = isolableOf(Class)
  const { name } = request
  const { warm = 0, timeout } = options
  const owner = name === undefined ? undefined : kernel.whereis(name)
  if (owner !== undefined) throw kernelError('ALREADY_STARTED', { name, pid: owner })
  const about = { name: Class.name, module }
  const spares = warm === 0 ? undefined : Spares.of(kernel, by.pid, about, options)
  const isolate = spares?.take() ?? new Isolate(kernel, about, options)
  const limit = new StartLimit(isolate)
  kernel.witness(by.pid, isolate)
  if (timeout !== undefined && timeout !== Number.POSITIVE_INFINITY) kernel.timers.set(limit.timer, timeout)
  try {
    const started = await isolate.start(by, request, surroundings)
    if (started === 'ignore') isolate.end('shutdown')
    return started
  } catch (error) {
    isolate.end('killed')
    // Nobody waits for it any more, and its end is no failure.
    if (!by.alive) return new Promise<never>(() => {})
    if (limit.late) throw kernelError('START_TIMEOUT', { name: Class.name, timeout })
    throw HeartwoodError.is(error, 'NO_CONNECTION')
      ? kernelError('START_FAILED', { name: Class.name, reason: error.cause }, { cause: error.cause })
      : error
  } finally {
    kernel.timers.cancel(limit.timer)
    kernel.unwitness(by.pid, isolate)
    spares?.refill(warm)
  }
}

/** In a test: a process of its kernel, with what a copy of its arguments is on the other side. */
async function startLocally<C extends object>(
  Class: ServerClass<C>,
  args: unknown,
  options: Omit<IsolatedStartOptions, keyof IsolationOptions> & { readonly name: string | undefined },
  isolation: IsolationOptions,
): Promise<Ref<C>> {
  const kernel = currentKernel()
  const behaviour = behaviourOf(Class as ServerClass, copyAsSent(args, kernel, isolation), true)
  const start = behaviour.start?.bind(behaviour)
  behaviour.start = (kernel, pid, parent) => {
    isolateHere(kernel, pid, isolation)
    return start?.(kernel, pid, parent)
  }
  const started = await kernel.startNow(behaviour, { ...options, link: true })
  if (started === 'ignore') throw kernelError('START_FAILED', { name: Class.name, reason: 'ignore' })
  return new Ref(definitionOf(Class), started.pid) as Ref<C>
}

/** Ends what is not up in time. */
class StartLimit implements Expirable {
  readonly timer = new Timer(this)
  late = false

  constructor(private readonly isolate: Isolate) {}

  expired(): void {
    this.late = true
    this.isolate.end('killed')
  }
}

function nameOf(Class: ServerClass, name: unknown): string | undefined {
  if (name === undefined || typeof name === 'string') return name
  throw isolationError('ISOLATE_OPTION', {
    option: 'name',
    class: Class.name,
    value: name,
    expected: 'a name of the kernel: a registry keeps its names in one kernel alone',
  })
}

function checkOptions(Class: ServerClass, options: IsolatedStartOptions): void {
  checkKnown(`startIsolated(${Class.name})`, options ?? null, ISOLATED_OPTIONS)
  for (const [option, rule] of Object.entries(ISOLATION_RULES)) {
    const value = options[option as keyof IsolationOptions]
    if (value === undefined ? option !== 'isolate' : rule.fits(value)) continue
    throw isolationError('ISOLATE_OPTION', { option, class: Class.name, value, expected: rule.expected })
  }
}
