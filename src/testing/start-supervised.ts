/** Starting what a test is about: one child, or a whole application. */
import {
  type BootOptions,
  boot,
  type ConfigOptions,
  LOGGER,
  type RunningSystem,
  SCOPE,
  type Scope,
} from '../application/index.js'
import { type Bindings, ContainerScopes, overrideBindings } from '../decorators/index.js'
import {
  type Addressed,
  definitionOf,
  isServerClass,
  Ref,
  type ServerClass,
  stop,
} from '../genserver/index.js'
import { checkKnown, isRevoked, namesOf, Pid, put, setLabel } from '../kernel/index.js'
import { createLogger } from '../logging/index.js'
import {
  type Child,
  type ChildOverrides,
  type ChildSpec,
  type Fitting,
  type StartedChild,
  startChild,
  startSupervisor,
  toChildSpec,
} from '../supervisor/index.js'
import { testKernel } from './current-test-kernel.js'
import { testingError } from './errors.js'
import { failed } from './expect/expectation.js'
import type { TestKernel } from './test-kernel/test-kernel.js'
import { TEST } from './trace/index.js'

/** What trees and reports call the supervisor of a test. */
const SUPERVISOR = 'test supervisor'

/** A child that a test started. It means the current process of the child; after a restart, the next one. */
export class Supervised implements Addressed {
  readonly #kernel: TestKernel
  readonly #first: Pid

  constructor(kernel: TestKernel, first: Pid) {
    this.#kernel = kernel
    this.#first = first
  }

  /** The process at this moment, or the last one if none is alive. */
  get pid(): Pid {
    return this.#kernel.incarnations.ofPlace(this.#first).at(-1) ?? this.#first
  }

  get target(): Pid {
    return this.pid
  }

  toString(): string {
    return this.#kernel.trace.nameOf(this.pid)
  }
}

/** The options of a child in a test: fields that replace those of its spec, and bindings. */
export interface SupervisedOptions extends ChildOverrides {
  /** The bindings for the constructors of the child and of everything below it. The logger is bound, and silent. */
  readonly bindings?: Bindings | undefined
}

/** What a test has of its child: a typed ref of a class, with or without arguments. */
export type SupervisedAs<C> =
  C extends ServerClass<infer Instance>
    ? Ref<Instance>
    : C extends readonly [ServerClass<infer Instance>, ...unknown[]]
      ? Ref<Instance>
      : Supervised

/**
 * Starts a child under a supervisor of the test, which restarts it as its spec says (it gives up after 100
 * restarts at one moment). The child is stopped in order at the end of the test. ExUnit's `start_supervised!/2`.
 *
 * @param child a class, or a child in any form that a supervisor takes
 * @param options `bindings`, and fields of the child's spec
 * @returns for a class a typed `Ref`, for anything else its address; both mean the current process,
 *   also after a restart
 * @throws TEST_KERNEL_MISSING, TEST_OPTION_INVALID, INVALID_CHILD_SPEC, START_CHILD_FAILED with the reason
 * @example
 * ```ts
 * const counter = await startSupervised(Counter)
 * expect(await counter.call.add(2)).toBe(2)
 * ```
 */
export function startSupervised<const C extends Child>(
  child: C & NoInfer<Fitting<C>>,
  options?: SupervisedOptions,
): Promise<SupervisedAs<C>>
export async function startSupervised(
  child: Child,
  options: SupervisedOptions = {},
): Promise<Supervised | Ref<object>> {
  const kernel = testKernel('startSupervised')
  if (typeof options !== 'object' || options === null || isRevoked(options)) {
    const expected = 'an object'
    throw testingError('TEST_OPTION_INVALID', {
      action: 'startSupervised',
      option: 'options',
      value: options,
      expected,
    })
  }
  const { bindings, ...overrides } = options
  const spec = inScope(toChildSpec(child, overrides), bindings)
  const supervisor = await supervisorOf(kernel)
  const started = await kernel.runUntil(
    asTest(kernel, () => startChild(supervisor, spec)),
    { what: `the start of "${spec.id}"` },
  )
  const pid = pidOf(started)
  if (pid === undefined) throw failed(kernel, `"${spec.id}" to run`, "its start said 'ignore'")
  const supervised = new Supervised(kernel, pid)
  kernel.incarnations.met(pid)
  const Class: unknown = Array.isArray(child) ? child[0] : child
  return isServerClass(Class) ? new Ref(definitionOf(Class), supervised) : supervised
}

/** Runs `fn` as a process that traces call the test. */
function asTest<T>(kernel: TestKernel, fn: () => Promise<T>): Promise<T> {
  return kernel.run(() => {
    setLabel(TEST)
    return fn()
  })
}

/**
 * The scope is opened inside the supervisor of the test, which therefore owns what the bindings make: it outlives a
 * restart of the child, and is closed in good order when the test is over.
 */
function inScope(spec: ChildSpec, bindings: Bindings | undefined): ChildSpec {
  const silent = createLogger({ level: 'silent' })
  let scope: Scope | undefined
  const start = ((...args: never[]) => {
    scope ??= new ContainerScopes(bindings).open({ name: 'test', provided: new Map([[LOGGER, silent]]) })
    put(SCOPE, scope)
    put(LOGGER, silent)
    return spec.start(...args)
  }) satisfies ChildSpec['start']
  return { ...spec, start }
}

function pidOf(started: StartedChild<unknown>): Pid | undefined {
  return started === undefined || started instanceof Pid ? started : started.pid
}

/** Made when the first child is started. */
async function supervisorOf(kernel: TestKernel): Promise<Pid> {
  if (kernel.supervisor !== undefined) return kernel.supervisor
  // Without end a child that never comes up would keep time from moving, and the test from failing.
  const options = { intensity: 100, period: 1 }
  const pid = await asTest(kernel, () => startSupervisor(options, { label: SUPERVISOR, link: false }))
  kernel.supervisor = pid
  kernel.onFinish(() => {
    if (!kernel.isAlive(pid)) return
    const stopped = asTest(kernel, () => stop(pid, 'shutdown', Number.POSITIVE_INFINITY))
    return kernel.runUntil(stopped, { what: 'the stop of what the test started' })
  })
  return pid
}

/** The options of booting a configuration in a test. */
export interface BootApplicationOptions extends Omit<BootOptions, 'kernel'> {
  /** Bindings that replace those of the same token, in every part of the tree. */
  readonly overrides?: Bindings | undefined
  /** Whether a watchdog looks for code that blocks the event loop. Default false. */
  readonly watch?: boolean | undefined
}

const BOOT_OPTIONS = namesOf<BootApplicationOptions>({
  overrides: true,
  watch: true,
  logger: true,
  signal: true,
  onBootTree: true,
  signals: true,
  exitOnEnd: true,
  beforeExit: true,
  keepAlive: true,
})

/**
 * Boots a configuration in the kernel of the test: in virtual time, with any binding replaced, with a silent log. It is stopped
 * in order at the end of the test.
 *
 * @throws TEST_KERNEL_MISSING, and the errors of `boot`
 * @example
 * ```ts
 * await bootApplication(config, { overrides: (bind) => bind(STORE).toConstantValue(new MemoryStore()) })
 * ```
 */
export async function bootApplication(
  config: ConfigOptions,
  input: BootApplicationOptions = {},
): Promise<RunningSystem> {
  checkKnown('bootApplication', input, BOOT_OPTIONS)
  const { overrides, watch = false, logger, signal } = input
  const kernel = testKernel('bootApplication')
  // What is no configuration is refused where it is checked.
  if (isRevoked(config)) return boot(config, { kernel })
  const overridden = overrides === undefined ? config : overrideBindings(config, overrides)
  // Failures that no code caught are the test kernel's business already.
  const quiet = {
    ...overridden,
    contain: false,
    ...(watch ? undefined : { blockingLimit: Number.POSITIVE_INFINITY }),
  }
  const booting = boot(quiet, { kernel, signal, logger: logger ?? createLogger({ level: 'silent' }) })
  const system = await kernel.runUntil(booting, { what: 'the boot' })
  // Its log is silent, and what replaces nothing is most often a token that is misspelt.
  for (const { message, code } of kernel.reportsOf('override')) {
    process.emitWarning(message, { type: 'HeartwoodWarning', code: String(code) })
  }
  kernel.onFinish(() => kernel.runUntil(system.stop(), { what: 'the stop of the applications' }))
  return system
}
