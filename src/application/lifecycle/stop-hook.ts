/** The hooks `prepStop` and `stop` of an application. */
import {
  currentKernel,
  DownMessage,
  demonitor,
  downOf,
  type ExitReason,
  exit,
  isAlive,
  on,
  reasonOf,
  receive,
  self,
  send,
  spawnMonitor,
} from '../../kernel/index.js'
import { reasonLine } from '../../logging/index.js'
import type { Application } from './application.js'

/** The default time limit of a hook, in milliseconds. */
const LIMIT = 5_000

class HookEnd {
  constructor(
    readonly run: symbol,
    readonly failure: { readonly reason: ExitReason } | undefined,
  ) {}
}

/**
 * Runs a hook, if there is one, in a new process, so that the stop goes on even if the hook fails. A failure or a time-out is
 * reported.
 */
export async function runHook(
  application: Application,
  which: 'prepStop' | 'stop',
  reason: ExitReason,
): Promise<void> {
  const { [which]: hook, name, hookTimeout = LIMIT } = application
  if (hook === undefined) return
  const me = self()
  const run = Symbol(which)
  const tell = (failure: HookEnd['failure']): void => {
    // An unawaited promise of the hook may have crashed its process before. That was reported, and a send would be reported as left-over code.
    if (isAlive(self())) send(me, new HookEnd(run, failure))
  }
  const body = async (): Promise<void> => {
    try {
      await hook(reason)
      tell(undefined)
    } catch (thrown) {
      tell({ reason: reasonOf(thrown) })
    }
  }
  const { pid, ref } = spawnMonitor(body, { label: `${which} of ${name}` })
  const isEnd = (message: unknown): message is HookEnd => message instanceof HookEnd && message.run === run
  const message = await receive([on(isEnd, same), on(downOf(ref), same)], { timeout: hookTimeout })
  demonitor(ref, { flush: true })
  if (message === undefined) {
    exit(pid, 'kill')
    reportHook(name, which, `it is not through after ${hookTimeout} ms`)
  } else if (message instanceof DownMessage) reportHook(name, which, message.reason)
  else if (message.failure !== undefined) reportHook(name, which, message.failure.reason)
}

function reportHook(application: string, which: string, reason: unknown): void {
  currentKernel().report({
    level: 'error',
    kind: 'application',
    message: `application ${application}: its hook ${which} failed, the stop goes on: ${reasonLine(reason)}`,
    pid: self(),
    application,
    hook: which,
    reason,
  })
}

const same = <T>(message: T): T => message
