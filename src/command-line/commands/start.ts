/** `heartwood start`: runs a config module until a signal or the end of its applications. */
import {
  type Accompaniment,
  type BootStep,
  boot,
  bootTreeText,
  type CheckedConfig,
  exitCode,
  exitCodeOfStop,
  exitCodeOfSystem,
  flushAndExit,
  loadConfig,
  onStopSignals,
  outputWritten,
  READER_PATIENCE,
  READER_PATIENCE_AT_ONCE,
  type RunningSystem,
  signalCode,
} from '../../application/index.js'
import { HeartwoodError } from '../../kernel/index.js'
import { createLogger, type Logger } from '../../logging/index.js'
import { bootDrawing } from '../console/boot-drawing.js'
import { whileLoading } from '../console/load-failures.js'
import { nestedJson } from '../console/nested-json.js'
import { HangUp } from '../console/terminal-hang-up.js'
import type { Sources } from './check-and-tree.js'

/** How a boot tree is printed. */
export type BootTreeFormat = 'text' | 'json'

/** What a start may be told. */
export interface StartOptions extends Accompaniment {
  /** Prints to stderr how long each part of the start took; stdout is the log's. */
  readonly bootTree?: BootTreeFormat | undefined
  readonly sources?: Sources | undefined
  /** Watches the configuration, whatever it says itself. */
  readonly watchConfig?: boolean | undefined
  /** Failures are told in JSON, too. */
  readonly json?: boolean | undefined
  /** Loads the configuration; default `loadConfig`. */
  readonly load?: (() => Promise<CheckedConfig>) | undefined
  /** Told when all of it is up. */
  readonly onUp?: ((system: RunningSystem) => void) | undefined
}

/** Runs the program and resolves with its exit code when nothing of it runs any more. */
export async function start(path: string, options: StartOptions = {}): Promise<number> {
  const { bootTree, sources, watchConfig = false, json = false, companions, onUp } = options
  const { load = () => loadConfig(path, sources) } = options
  const stopping = new AbortController()
  let logger: Logger | undefined
  const signals = onStopSignals(
    (signal) => {
      logger?.info(
        { kind: 'application', signal },
        `${signal}: stopping; a second signal ends the program at once`,
      )
      stopping.abort(signal)
    },
    (signal) => {
      logger?.warn({ kind: 'application', signal }, `${signal} again: ended at once`)
      void flushAndExit(signalCode(signal), READER_PATIENCE_AT_ONCE)
    },
  )
  const hangUp = new HangUp()
  try {
    const loading = load()
    const loaded = await whileLoading(path, json, Promise.race([loading, aborted(stopping.signal)]))
    // Nothing was started; a module that waits for something is not waited for.
    if (loaded === undefined) return exitCode('ok')
    const config = { ...loaded, watch: loaded.watch || watchConfig }
    logger = createLogger(config.log)
    const { signal } = stopping
    const onBootTree = bootTree === undefined ? undefined : (tree: BootStep) => printTree(tree, bootTree)
    const options = { logger, signal, onBootTree, exitOnEnd: false }
    const watcher =
      bootTree === undefined && !json ? bootDrawing(config.log.format, sources?.environment) : undefined
    const system = await boot(config, options, { companions, watcher })
    watcher?.up()
    hangUp.system = system
    onUp?.(system)
    return exitCodeOfSystem(await system.ended)
  } catch (error) {
    if (HeartwoodError.is(error, 'BOOT_CANCELLED')) {
      logger?.info({ kind: 'application' }, error.message)
      return exitCodeOfStop(error.details.stragglers)
    }
    throw error
  } finally {
    await outputWritten(READER_PATIENCE)
    signals[Symbol.dispose]()
    hangUp[Symbol.dispose]()
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }))
}

function printTree(tree: BootStep, format: BootTreeFormat): void {
  process.stderr.write(format === 'json' ? `${nestedJson(tree)}\n` : bootTreeText(tree))
}
