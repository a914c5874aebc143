/**
 * The ways out of a program that `async_hooks` does not tell of: what is done at once, and what goes over a connection that is open. Nobody
 * waits for a new resource there.
 */
import childProcess from 'node:child_process'
import dgram from 'node:dgram'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import fs from 'node:fs'
import net from 'node:net'
import { parentPort, Worker } from 'node:worker_threads'
import { StandIns } from '../../time/replacements.js'

type Method = (this: unknown, ...args: never[]) => unknown

/** Node's `fetch`, whose connections are kept open. */
const REQUESTS = 'undici:request:create'

/** What is written comes back to nobody: the output of the program, and what is open already. */
const isOutput = (fd: unknown): boolean => fd === 1 || fd === 2
const HARMLESS = /^(write|writev|fsync|fdatasync|fstat|close)Sync$/
/** The output opened anew, as by a log that must not block. */
const OUTPUT = /^\/(proc\/self|dev)\/fd\/[12]$/

/**
 * Told of each way out that is taken; the error that it returns keeps it shut.
 *
 * @param above the function that its place is above
 * @param mayBeOwn whether Node and Heartwood do the same for themselves
 */
export type Leave = (what: string, above: Method, mayBeOwn: boolean) => Error | undefined

export function watchDoors(leave: Leave): Disposable {
  const standIns = new StandIns()
  const watch = (
    holder: object,
    name: string,
    what: string,
    isHarmless?: (self: unknown, first: unknown) => boolean,
  ) => {
    const standIn: Method = standIns.method<Method>(
      holder,
      name,
      (real) =>
        function (this: unknown, ...args: never[]) {
          const shut =
            isHarmless?.(this, args[0]) === true
              ? undefined
              : leave(what, standIn, holder === fs || holder === fs.promises)
          if (shut !== undefined) throw shut
          return Reflect.apply(real, this, args)
        },
    )
  }
  for (const [name, value] of Object.entries(fs)) {
    if (typeof value !== 'function' || !name.endsWith('Sync') || HARMLESS.test(name)) continue
    watch(fs, name, `fs.${name}`, (_, path) => typeof path === 'string' && OUTPUT.test(path))
  }
  // What is awaited is not begun: its end would come when it comes.
  for (const [name, value] of Object.entries(fs.promises)) {
    if (typeof value !== 'function') continue
    watch(fs.promises, name, `fs.promises.${name}`)
    if (typeof Reflect.get(fs, name) === 'function') watch(fs, name, `fs.${name}`)
  }
  watch(net.Socket.prototype, 'connect', 'a connection')
  for (const name of ['execFileSync', 'execSync', 'spawnSync'])
    watch(childProcess, name, `child_process.${name}`)
  for (const name of ['write', 'end']) {
    watch(net.Socket.prototype, name, 'a write to a connection that is open', (socket) =>
      isOutput((socket as { fd?: unknown }).fd),
    )
  }
  watch(dgram.Socket.prototype, 'send', 'a datagram')
  const isRunner = (port: unknown): boolean => port === parentPort
  for (const { prototype } of [Worker, MessagePort, BroadcastChannel])
    watch(prototype, 'postMessage', 'a message to a thread', isRunner)
  const requested = (): void => void leave('a request of fetch', requested, false)
  subscribe(REQUESTS, requested)
  standIns.complete()
  return {
    [Symbol.dispose]() {
      unsubscribe(REQUESTS, requested)
      standIns[Symbol.dispose]()
    },
  }
}
