/** The options of `boot` beside the configuration, and their checks. */
import { Kernel, type Rules, rules } from '../../kernel/index.js'
import type { Logger } from '../../logging/index.js'
import type { Companion } from '../companion.js'
import { applicationError } from '../errors.js'
import type { SystemExit } from '../lifecycle/application-controller.js'
import type { BootStep, BootWatcher } from './boot-timeline.js'

/** The options of `boot`. */
export interface BootOptions {
  /** The kernel to run in. Default a new one with the system clock, which becomes the default kernel. */
  readonly kernel?: Kernel | undefined
  /** The logger. Default one with the options in `log` of the configuration. */
  readonly logger?: Logger | undefined
  /** A signal that cancels the boot, or stops the running system. */
  readonly signal?: AbortSignal | undefined
  /** Called once with the steps of the start and their times, also when it failed, before `boot` resolves or rejects. */
  readonly onBootTree?: ((tree: BootStep) => void) | undefined
  /**
   * Whether SIGTERM and SIGINT stop the system and then the program, as with `heartwood start`. A second signal ends it at once.
   * Default false: they end the program at once, as Node does by default.
   */
  readonly signals?: boolean | undefined
  /**
   * Whether the program ends with the system after a crash or a signal: the other systems are stopped, output is flushed, and the exit
   * code is that of `heartwood start`. If false, the program goes on, and `ended` tells how the system ended. Default true; false on a
   * kernel with virtual time. `stop()` never ends the program.
   */
  readonly exitOnEnd?: boolean | undefined
  /**
   * Closes other resources of the program before it ends with the system, such as a framework with its own hooks. Called when the tree
   * has stopped. It may take as long as the configuration's `shutdownTimeout`. If it fails or is late, that is reported and the program
   * ends anyway.
   */
  readonly beforeExit?: ((exit: SystemExit) => unknown) | undefined
  /**
   * Whether Node stays alive until the system has ended, also when all its processes only wait for messages. Default true;
   * false on a kernel with virtual time.
   */
  readonly keepAlive?: boolean | undefined
}

/** The parts that a higher layer passes to `boot`. */
export interface Accompaniment {
  readonly companions?: readonly Companion[] | undefined
  /** Sees the tree come up. */
  readonly watcher?: BootWatcher | undefined
  /** Told why the boot failed when nothing runs any more, also where the program then ends and `boot` never settles. */
  readonly failed?: ((error: unknown) => void) | undefined
}

/** The rules for the options of `boot`. Any other key is a mistake. */
const BOOT: Rules = {
  kernel: {
    expected: 'a kernel, made by new Kernel() or new TestKernel()',
    fits: (value) => value instanceof Kernel,
  },
  logger: {
    expected: 'a logger, such as createLogger() makes',
    fits: (value) => can(value, 'trace', 'debug', 'info', 'warn', 'error', 'child'),
  },
  // Tested by its methods: some test environments have their own class `AbortSignal`.
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

/** Checks the options of `boot`. @throws BOOT_OPTION_INVALID with all mistakes */
export function checkBootOptions(options: unknown): void {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, BOOT)
    : [{ field: 'its second argument', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0) throw applicationError('BOOT_OPTION_INVALID', rules.mistakeDetails(mistakes))
}

function can(value: unknown, ...methods: readonly string[]): boolean {
  return rules.isRecord(value) && methods.every((method) => typeof value[method] === 'function')
}
