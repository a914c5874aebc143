/** Calls, answers, tasks and streams. */
import {
  abcast,
  type Callbacks,
  call,
  cast,
  currentKernel,
  exit,
  type From,
  multiCall,
  type Pid,
  RequestCollection,
  receiveResponse,
  sendRequest,
  start,
  Task,
} from 'heartwood'
import { range, type Situation } from './situation.js'

const echo: Callbacks<undefined> = {
  init: () => ({ state: undefined }),
  handleCall: (request) => ({ reply: request, state: undefined }),
  handleCast: () => ({ state: undefined }),
}

/** Answers all calls when it is told to. */
const late: Callbacks<From[]> = {
  init: () => ({ state: [] }),
  handleCall: (_request, from, state) => {
    state.push(from)
    return { state }
  },
  handleCast: (_request, state) => {
    for (const from of state) from.reply('late')
    return { state: [] }
  },
}

async function servers(count: number): Promise<Pid[]> {
  const all: Pid[] = []
  for (const _ of range(count)) all.push(await start(echo))
  return all
}

export const SERVERS: readonly Situation[] = [
  {
    name: 'calls of one server, in turn',
    of: ['call'],
    async run(count, timed) {
      const server = await start(echo)
      await timed(async () => {
        for (const index of range(count)) await call(server, index)
      })
    },
  },
  {
    name: 'calls that are answered late, with one signal',
    of: ['call', 'reply'],
    async run(count, timed) {
      const server = await start(late)
      const { signal } = new AbortController()
      await timed(async () => {
        const all = range(count).map((index) => call(server, index, { timeout: 600_000, signal }))
        cast(server, 'answer')
        await Promise.all(all)
      })
    },
  },
  {
    name: 'calls of a server that is killed',
    of: ['call', 'exit'],
    async run(count, timed) {
      const server = await start(late)
      const all = Promise.allSettled(range(count).map((index) => call(server, index, 600_000)))
      await currentKernel().settled()
      await timed(() => {
        exit(server, 'kill')
        return all
      })
    },
  },
  {
    name: 'calls that time out together',
    of: ['call'],
    async run(count, timed) {
      const server = await start(late)
      await timed(() => Promise.allSettled(range(count).map((index) => call(server, index, 1))))
    },
  },
  {
    name: 'calls to a server that waits in as many',
    of: ['call'],
    most: 30,
    because: 'each call looks for a circle in 1,000 waits at most, and the BEAM in none',
    upTo: 10_000,
    async run(count, timed) {
      const sinks: Pid[] = []
      for (const _ of range(count)) sinks.push(await start(late))
      const head = await start({
        ...echo,
        handleCast: async () => {
          await Promise.all(sinks.map((sink) => call(sink, 1, 600_000)))
          return { state: undefined }
        },
      } satisfies Callbacks<undefined>)
      cast(head, 'wait')
      const caller = await start({
        ...echo,
        handleCast: () => {
          for (const _ of range(count)) call(head, 1, 600_000).catch(() => {})
          return { state: undefined }
        },
      } satisfies Callbacks<undefined>)
      await currentKernel().settled()
      await timed(async () => {
        cast(caller, 'go')
        await currentKernel().settled()
      })
    },
  },
  {
    name: 'answers of a collection of requests',
    of: ['sendRequest', 'receiveResponse', 'RequestCollection'],
    async run(count, timed) {
      const server = await start(echo)
      await timed(async () => {
        const collection = new RequestCollection()
        for (const index of range(count)) sendRequest(server, index, index, collection)
        while (collection.size > 0) await receiveResponse(collection)
      })
    },
  },
  {
    name: 'servers that are called at once',
    of: ['multiCall', 'abcast'],
    async run(count, timed) {
      const all = await servers(count)
      await timed(async () => {
        abcast(all, 'tell')
        await multiCall(all, 'ask')
      })
    },
  },
  {
    name: 'tasks that are awaited at once',
    of: ['Task.async', 'Task.await'],
    run: (count, timed) =>
      timed(() => Promise.all(range(count).map((index) => Task.async(() => index).await(Infinity)))).then(
        () => {},
      ),
  },
  {
    name: 'tasks that are awaited together',
    of: ['Task.awaitMany'],
    run: (count, timed) =>
      timed(() =>
        Task.awaitMany(
          range(count).map((index) => Task.async(() => index)),
          Infinity,
        ),
      ).then(() => {}),
  },
  {
    name: 'tasks within tasks',
    of: ['Task.async'],
    upTo: 10_000,
    run: (count, timed) => {
      const nested = (depth: number): unknown =>
        depth === 0 ? 'deep' : Task.async(() => nested(depth - 1)).await(Infinity)
      return timed(() => nested(count)).then(() => {})
    },
  },
  {
    name: 'tasks of a stream, few at a time',
    of: ['Task.asyncStream'],
    run: (count, timed) =>
      timed(() => Task.asyncStream(range(count), (index) => index, { maxConcurrency: 8 }).toArray()).then(
        () => {},
      ),
  },
  {
    name: 'tasks of a stream, all at once',
    of: ['Task.asyncStream'],
    run: (count, timed) => {
      const options = { maxConcurrency: Infinity, timeout: Infinity }
      return timed(() => Task.asyncStream(range(count), (index) => index, options).toArray()).then(() => {})
    },
  },
]
