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
import { read } from '../../../../kernel/index.js'
import { StandIns } from '../../../time/replacements.js'
import { type Watch, watchMachine } from './outside-machine.js'

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
 * @param mayBe `'own'` where Node and Heartwood do the same for themselves, `'seeded'` where the seed may decide it
 */
export type Leave = (what: string, above: Method, mayBe?: 'own' | 'seeded') => Error | undefined

export function watchDoors(leave: Leave): Disposable {
  const standIns = new StandIns()
  const watch: Watch = (holder, name, what, isHarmless, mayBe) => {
    const standIn: Method = standIns.method<Method>(
      holder,
      name,
      (real) =>
        function (this: unknown, ...args: never[]) {
          const shut = isHarmless?.(this, args) === true ? undefined : leave(what, standIn, mayBe)
          if (shut !== undefined) throw shut
          return Reflect.apply(real, this, args)
        },
    )
  }
  for (const [name, value] of Object.entries(fs)) {
    if (typeof value !== 'function' || !name.endsWith('Sync') || HARMLESS.test(name)) continue
    watch(fs, name, `fs.${name}`, (_, [path]) => typeof path === 'string' && OUTPUT.test(path), 'own')
  }
  // They open their file a moment later, in a turn of Node's own.
  for (const name of ['createReadStream', 'createWriteStream']) {
    const isOfOutput = (_: unknown, [path, options]: readonly unknown[]): boolean =>
      isOutput(read(options, 'fd')) || (typeof path === 'string' && OUTPUT.test(path))
    watch(fs, name, `fs.${name}`, isOfOutput, 'own')
  }
  // What is awaited is not begun: its end would come when it comes.
  for (const [name, value] of Object.entries(fs.promises)) {
    if (typeof value !== 'function') continue
    watch(fs.promises, name, `fs.promises.${name}`, undefined, 'own')
    if (typeof Reflect.get(fs, name) === 'function') watch(fs, name, `fs.${name}`, undefined, 'own')
  }
  watch(net.Socket.prototype, 'connect', 'a connection')
  for (const name of ['execFileSync', 'execSync', 'spawnSync'])
    watch(childProcess, name, `child_process.${name}`)
  watch(childProcess.ChildProcess.prototype, 'spawn', 'a child program')
  watchStdin(standIns, leave)
  watchMachine(watch)
  for (const name of ['write', 'end']) {
    watch(net.Socket.prototype, name, 'a write to a connection that is open', (socket) =>
      isOutput((socket as { fd?: unknown }).fd),
    )
  }
  watch(dgram.Socket.prototype, 'send', 'a datagram')
  const isRunner = (port: unknown): boolean => port === parentPort
  for (const { prototype } of [Worker, MessagePort, BroadcastChannel])
    watch(prototype, 'postMessage', 'a message to a thread', isRunner)
  const requested = (): void => void leave('a request of fetch', requested)
  subscribe(REQUESTS, requested)
  standIns.complete()
  return {
    [Symbol.dispose]() {
      unsubscribe(REQUESTS, requested)
      standIns[Symbol.dispose]()
    },
  }
}

/** The input of the program is opened when it is first asked for, and read in turns of Node's own. */
function watchStdin(standIns: StandIns, leave: Leave): void {
  const { get: real } = Object.getOwnPropertyDescriptor(process, 'stdin') ?? {}
  if (real === undefined) return
  const get = function (this: unknown): unknown {
    const shut = leave('process.stdin', get, 'own')
    if (shut !== undefined) throw shut
    return Reflect.apply(real, process, [])
  }
  standIns.property(process, 'stdin', { get })
}
