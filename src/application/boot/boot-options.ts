/** What `boot` may be told beside the configuration. */
import { Kernel, type Rules, rules } from '../../kernel/index.js'
import type { Logger } from '../../logging/index.js'
import { applicationError } from '../errors.js'
import type { SystemExit } from '../lifecycle/application-controller.js'
import type { Companion } from '../observer-companion.js'
import type { BootStep, BootWatcher } from './boot-timeline.js'

/** What a program may bring to its boot, and what it wants of the system beside its own code. */
export interface BootOptions {
  /** Where it runs. Default a new one on the system clock, which becomes the default kernel. */
  readonly kernel?: Kernel | undefined
  /** Default one as the configuration's `log` says. */
  readonly logger?: Logger | undefined
  /** Cancels the boot, and stops what runs after it. */
  readonly signal?: AbortSignal | undefined
  /** Told once what the start was made of, also when it failed: before `boot` resolves or rejects. */
  readonly onBootTree?: ((tree: BootStep) => void) | undefined
  /**
   * Whether SIGTERM and SIGINT stop the system, and with it the program, as with `heartwood start`; a second one ends it at
   * once. Default false: they do what they do to any Node program, which is to end it at once.
   */
  readonly signals?: boolean | undefined
  /**
   * Whether the program ends with the system when a crash or a signal was the cause: the other systems are stopped, what
   * was written is let out, and the exit code is that of `heartwood start`. With false, `ended` tells how it ended and
   * the rest is yours. Default true; false on a kernel with virtual time. `stop()` never ends the program.
   */
  readonly exitOnEnd?: boolean | undefined
  /**
   * Closes what the program has beside the system, before it ends with the system: a framework with hooks of its own, a
   * pool. Called when the tree has stopped. It may take the configuration's `shutdownTimeout`; one that fails or is late is
   * reported, and the program ends all the same.
   */
  readonly beforeExit?: ((exit: SystemExit) => unknown) | undefined
  /**
   * Whether Node goes on until the system has ended, also when nothing in it waits for anything but messages. Default true;
   * false on a kernel with virtual time.
   */
  readonly keepAlive?: boolean | undefined
}

/** What a layer above brings. */
export interface Accompaniment {
  readonly companions?: readonly Companion[] | undefined
  /** Sees the tree come up. */
  readonly watcher?: BootWatcher | undefined
}

/** Everything that the options of a boot may have; a key that is not here is a slip. */
const BOOT: Rules = {
  kernel: {
    expected: 'a kernel, made by new Kernel() or new TestKernel()',
    fits: (value) => value instanceof Kernel,
  },
  logger: {
    expected: 'a logger, such as createLogger() makes',
    fits: (value) => can(value, 'trace', 'debug', 'info', 'warn', 'error', 'child'),
  },
  // By what it can do: a test environment brings an AbortSignal of its own.
  signal: {
    expected: 'an AbortSignal (signals: true has SIGTERM and SIGINT stop the system)',
    fits: (value) => can(value, 'addEventListener', 'removeEventListener') && 'aborted' in (value as object),
  },
  onBootTree: rules.action,
  signals: rules.flag,
  exitOnEnd: rules.flag,
  beforeExit: rules.action,
  keepAlive: rules.flag,
}

/** @throws BOOT_OPTION_INVALID with all that is wrong */
export function checkBootOptions(options: unknown): void {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, BOOT)
    : [{ field: 'its second argument', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0) throw applicationError('BOOT_OPTION_INVALID', rules.mistakeDetails(mistakes))
}

function can(value: unknown, ...methods: readonly string[]): boolean {
  return rules.isRecord(value) && methods.every((method) => typeof value[method] === 'function')
}
