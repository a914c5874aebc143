/**
 * `heartwood console <config>`: the program in a process of its own, and the console in this one. Node's REPL catches what fails in the code
 * that a line has started (by domains, up to Node 24), which would keep it from the process that it belongs to; and a program that blocks
 * would block the console.
 */
import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { askToStop, exitCode, type RunningSystem } from './application/index.js'
import { type SourceFlags, start } from './command-line/index.js'
import { reasonLine } from './logging/index.js'
import { openConsole, startObserver } from './observer/index.js'

type StartOptions = Parameters<typeof start>[1]

/** Where the program can be asked. */
interface Door {
  readonly url: string
  readonly token: string
}

/** Starts the program, opens a console on it, and ends with it. @returns the exit code */
export async function consoleOf(
  path: string,
  { env, set = [] }: SourceFlags,
  { json, verbose }: { readonly json?: boolean; readonly verbose?: boolean },
): Promise<number> {
  const flags = [
    ...(env === undefined ? [] : env.split(',').flatMap((each) => ['--env', each])),
    ...set.flatMap((each) => ['--set', each]),
    ...(json === true ? ['--json'] : []),
    ...(verbose === true ? ['--verbose'] : []),
  ]
  // Of a group of its own: Ctrl-C is the console's.
  const child = fork(process.argv[1] ?? '', ['console-program', path, ...flags], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 0) : exitCode('refused')))
  })
  const door = await Promise.race([once(child, 'message').then(([told]) => told as Door), ended])
  if (typeof door === 'number') return door
  const over = new AbortController()
  let closing = false
  void ended.then((code) => {
    if (!closing) process.stderr.write(`heartwood: the program has ended, with exit code ${code}\n`)
    over.abort()
  })
  try {
    await openConsole(door.url, { token: door.token, signal: over.signal })
  } finally {
    closing = true
    // It stops in good order when the channel to it closes, also on Windows, where a signal would end it at once.
    if (child.connected) child.disconnect()
  }
  return ended
}

/** The program of a console; it ends when the console does, however that is. */
export function runForConsole(path: string, options: StartOptions): Promise<number> {
  process.once('disconnect', askToStop)
  const onUp = ({ kernel }: RunningSystem): void => {
    const token = randomBytes(24).toString('base64url')
    startObserver({ kernel, port: 0, token, reading: 'token', console: true }).then(
      ({ url }) => process.send?.({ url, token } satisfies Door),
      (reason: unknown) => {
        const message = `the console cannot be opened: ${reasonLine(reason)}`
        kernel.report({ level: 'error', kind: 'observer', message, reason })
        askToStop()
      },
    )
  }
  return start(path, { ...options, onUp })
}
