import * as heartwood from 'heartwood'
import {
  Agent,
  abcast,
  call,
  cancelTimer,
  cast,
  currentKernel,
  currentPid,
  defineServer,
  deleteChild,
  demonitor,
  disown,
  exit,
  isAlive,
  Kernel,
  link,
  monitor,
  own,
  ownCallback,
  type Pid,
  processes,
  processInfo,
  processSignal,
  Reference,
  receive,
  ref,
  register,
  registered,
  reply,
  restartChild,
  self,
  send,
  sendAfter,
  setLabel,
  sleep,
  spawn,
  spawnLink,
  spawnMonitor,
  start,
  startChild,
  startDynamicSupervisor,
  startLink,
  startMonitor,
  startServer,
  startSupervisor,
  stop,
  sys,
  Task,
  terminateChild,
  trapExit,
  unlink,
  unregister,
  whereis,
  whereisServer,
  whichChildren,
} from 'heartwood'
import { callers } from 'heartwood/kernel'
import { describe, expect, it } from 'vitest'
import { PlainCast } from '../../src/genserver/messages/server-message.js'
import * as kernelExports from '../../src/kernel/index.js'
import {
  alias,
  ancestors,
  behaviourOf,
  type CallRequest,
  erase,
  figure,
  get,
  hibernate,
  ownedImmediate,
  ownedInterval,
  ownedTimeout,
  parentPid,
  pendingTimers,
  post,
  processDetail,
  processSummary,
  put,
  readTimer,
  sendNosuspend,
  sendRequest,
  sparedValue,
  startTimer,
  tie,
  unalias,
  untie,
} from '../../src/kernel/index.js'
import { codeOf, drain, idle, inWorld } from '../kernel/world.js'

interface Stage {
  /** A living process, registered as `victim`. */
  readonly victim: Pid
  /** A server that counts what reaches it, registered as `server`. */
  readonly server: Pid
  readonly supervisor: Pid
  readonly timer: Reference
  readonly kernel: Kernel
}

const nothing = { init: () => ({ state: undefined }) }
class Defined {
  add(): void {}
  reset(): void {}
}
defineServer(Defined, { calls: ['add'], casts: ['reset'] })

const child = { id: 'late', start: () => startLink(nothing, undefined) }

/** What would act on the tree: refused. Each function that the entries export is in one of these tables. */
const REFUSED: Record<string, (stage: Stage) => unknown> = {
  injected: () => heartwood.injected('store'),
  alias: () => alias(),
  ancestors: () => ancestors(),
  call: () => call('server', 'x'),
  callers: () => callers(),
  cancelTimer: ({ timer }) => cancelTimer(timer),
  connect: () => heartwood.connect('b@127.0.0.1'),
  deleteChild: ({ supervisor }) => deleteChild(supervisor, 'x'),
  demonitor: () => demonitor(new Reference()),
  disconnect: () => heartwood.disconnect('b@127.0.0.1'),
  disown: () => disown({}),
  erase: () => erase('key'),
  'exit(reason)': () => exit('normal'),
  'exit(pid, reason)': ({ victim }) => exit(victim, 'kill'),
  get: () => get('key'),
  inherited: () => kernelExports.inherited('key'),
  getState: () => sys.getState('server'),
  hibernate: () => hibernate(),
  link: ({ victim }) => link(victim),
  tie: ({ victim }) => tie(victim, victim),
  untie: ({ victim }) => untie(victim, victim),
  monitor: ({ victim }) => monitor(victim),
  monitorNode: () => heartwood.monitorNode('b@127.0.0.1'),
  monitorNodes: () => heartwood.monitorNodes(),
  own: () => own({ close() {} }),
  ownCallback: () => ownCallback(() => {}),
  ownedImmediate: () => ownedImmediate(() => {}),
  ownedInterval: () => ownedInterval(() => {}),
  ownedTimeout: () => ownedTimeout(() => {}),
  parentPid: () => parentPid(),
  processSignal: () => processSignal(),
  put: () => put('key', 1),
  readTimer: ({ timer }) => readTimer(timer),
  receive: () => receive(),
  endOfMail: () => kernelExports.endOfMail(),
  receiveAfter: () => kernelExports.receiveAfter(undefined, heartwood.isExit),
  receiveRef: () => kernelExports.receiveRef(new Reference(), { matches: () => true, handle: undefined }),
  register: ({ victim }) => register('late', victim),
  replaceState: () => sys.replaceState('server', () => 0),
  restartChild: ({ supervisor }) => restartChild(supervisor, 'x'),
  resume: () => sys.resume('server'),
  sendAfter: ({ victim }) => sendAfter(0, victim, 'late'),
  sendRequest: () => sendRequest('server', 'x'),
  setLabel: () => setLabel('late'),
  sleep: () => sleep(0),
  spawn: () => spawn(idle),
  spawnAtOnce: () => kernelExports.spawnAtOnce(idle, {}, () => {}),
  spawnLink: () => spawnLink(idle),
  spawnMonitor: () => spawnMonitor(idle),
  start: () => start(nothing, undefined),
  startChild: ({ supervisor }) => startChild(supervisor, child),
  startDynamicSupervisor: () => startDynamicSupervisor(),
  startLink: () => startLink(nothing, undefined),
  startMonitor: () => startMonitor(nothing, undefined),
  startServer: () => startServer(nothing, undefined),
  startSupervisor: () => startSupervisor({ children: [] }),
  startTimer: ({ victim }) => startTimer(0, victim, 'late'),
  stop: () => stop('server'),
  suspend: () => sys.suspend('server'),
  isLinked: ({ victim }) => kernelExports.isLinked(victim),
  mayGoOn: () => kernelExports.mayGoOn(),
  takeExit: ({ victim }) => kernelExports.takeExit(victim),
  takeNow: () => kernelExports.takeNow(heartwood.isExit),
  takeSentExit: ({ victim }) => kernelExports.takeSentExit(victim),
  terminateChild: ({ supervisor }) => terminateChild(supervisor, 'x'),
  trapExit: () => trapExit(true),
  unalias: () => unalias(new Reference()),
  unlink: ({ victim }) => unlink(victim),
  unregister: () => unregister('victim'),
  whichChildren: ({ supervisor }) => whichChildren(supervisor),
  'Agent.start': () => Agent.start(() => 0),
  'Task.async': () => Task.async(() => 1),
  'Task.start': () => Task.start(() => 1),
  'ref.call': ({ server }) => ref(Defined, server).call.add(),
  'Kernel.exit': ({ kernel, victim }) => kernel.exit(victim, 'kill'),
  'Kernel.request': ({ kernel, server }) => kernel.request(server, 'x'),
  'Kernel.run': ({ kernel }) => kernel.run(idle),
  'Kernel.spawn': ({ kernel }) => kernel.spawn(idle),
  'Kernel.spawnBehaviour': ({ kernel }) => kernel.spawnBehaviour({ handle() {} }),
  'Kernel.startBehaviour': ({ kernel }) => kernel.startBehaviour({ handle() {} }),
}

/** What promises never to throw: it reaches nobody. */
const DROPPED: Record<string, (stage: Stage) => unknown> = {
  send: ({ victim }) => send(victim, 'late'),
  sendNosuspend: ({ victim }) => sendNosuspend(victim, 'late'),
  post: ({ victim }) => post(victim, new PlainCast('late')),
  'send to a name': () => send('victim', 'late'),
  abcast: () => abcast(['server'], 'late'),
  cast: () => cast('server', 'late'),
  'ref.cast': ({ server }) => ref(Defined, server).cast.reset(),
}

/** What only looks: it answers. */
const ANSWERED: Record<string, (stage: Stage) => unknown> = {
  behaviourOf: ({ victim }) => behaviourOf(victim),
  processDetail: ({ victim }) => processDetail(victim, 1),
  currentKernel: () => currentKernel(),
  currentPid: () => currentPid(),
  exitCall: ({ kernel }) => kernelExports.exitCall(kernel, 1),
  figure: ({ victim }) => figure(victim, 'id'),
  processSummary: ({ victim }) => processSummary(victim),
  nodeSummaries: ({ kernel }) => kernelExports.nodeSummaries(kernel),
  isAlive: ({ victim }) => isAlive(victim),
  stillInherited: () => kernelExports.stillInherited('key'),
  isElsewhere: ({ victim }) => kernelExports.isElsewhere(victim),
  seenElsewhere: ({ victim }) => kernelExports.seenElsewhere(victim),
  isOver: ({ victim }) => kernelExports.isOver(victim),
  nodes: () => heartwood.nodes(),
  pendingTimers: ({ kernel }) => pendingTimers(kernel, 1),
  processes: () => processes(),
  processInfo: ({ victim }) => processInfo(victim),
  registered: () => registered(),
  self: () => self(),
  sparedValue: () => sparedValue(1),
  whereis: () => whereis('victim'),
  whereisServer: () => whereisServer('server'),
}

/** Runs `act` as code that outlived its process; resolves with how it went. */
async function leftOver(
  act: (stage: Stage) => unknown,
): Promise<{ code: string | undefined; heard: unknown[] }> {
  let code: string | undefined
  let heard: unknown[] = []
  await inWorld(async ({ kernel }) => {
    const victim = self()
    register('victim', victim)
    const seen: unknown[] = []
    const server = await startLink(
      {
        init: () => ({ state: undefined }),
        handleCast: (request: unknown) => {
          seen.push(request)
          return { state: undefined }
        },
      },
      undefined,
      { name: 'server' },
    )
    const supervisor = await startSupervisor({ children: [] }, { link: false })
    const timer = sendAfter(3_600_000, victim, 'never')
    const stage = { victim, server, supervisor, timer, kernel }
    let done: () => void = () => {}
    const over = new Promise<void>((resolve) => {
      done = resolve
    })
    const doomed = spawn(async () => {
      try {
        await receive()
      } finally {
        code = await codeOf(() => act(stage))
        done()
      }
    })
    await kernel.settled()
    const before = kernel.processCount
    exit(doomed, 'over')
    await over
    await kernel.settled()
    expect(kernel.processCount).toBe(before - 1)
    expect(readTimer(timer)).not.toBe(false)
    heard = [...(await drain()), ...seen]
  })()
  return { code, heard }
}

describe('code that outlives its process', () => {
  it.each(Object.entries(REFUSED))('cannot %s', async (_, act) => {
    expect(await leftOver(act)).toEqual({ code: 'PROCESS_DEAD', heard: [] })
  })

  it.each(Object.entries(DROPPED))('reaches nobody by %s', async (_, act) => {
    expect(await leftOver(act)).toEqual({ code: undefined, heard: [] })
  })

  it.each(Object.entries(ANSWERED))('may look with %s', async (_, act) => {
    expect(await leftOver(act)).toEqual({ code: undefined, heard: [] })
  })

  it('answers nobody: a reply of its is dropped', async () => {
    await inWorld(async ({ kernel }) => {
      const server = kernel.spawnBehaviour({
        async handle(message) {
          try {
            await receive('never')
          } finally {
            reply(message as CallRequest, 'late')
          }
        },
      })
      const answer = kernel.request(server, 'question')
      await kernel.settled()
      exit(server, 'over')
      expect(await codeOf(() => answer)).toBe('CALL_SERVER_EXITED')
    })()
  })

  it('fails without harm: a report, and one more on the counter', async () => {
    await inWorld(async ({ kernel, reports }) => {
      const doomed = spawn(async () => {
        try {
          await receive()
        } finally {
          setImmediate(() => kernel.contain(new Error('late')))
        }
      })
      await kernel.settled()
      const before = kernel.strayFailures
      exit(doomed, 'over')
      await kernel.settled()
      await kernel.settled()
      expect(kernel.strayFailures).toBe(before + 2)
      expect(reports.map(({ level, kind }) => [level, kind])).toEqual([['warn', 'stray']])
    })()
  })

  it('is tried with every function of the kernel, and of the layers above that act for the current process', () => {
    const tried = new Set(
      [...Object.keys(REFUSED), ...Object.keys(DROPPED), ...Object.keys(ANSWERED)].map(word),
    )
    expect(functionsOf(kernelExports).filter((name) => !tried.has(name) && !INERT.has(name))).toEqual([])
    expect(
      functionsOf(heartwood).filter((name) => !tried.has(name) && !INERT.has(name) && !MADE_OF.has(name)),
    ).toEqual([])
  })
})

const word = (name: string): string => name.split(/[ (.]/)[0] ?? name

const functionsOf = (module: Record<string, unknown>): string[] =>
  Object.keys(module).filter((name) => typeof module[name] === 'function' && /^[a-z]/.test(name))

/** Functions of their arguments alone, or of the program. */
const INERT = new Set(
  `isInstance isList promiseOf alsoRedacted carryPrivateFields classOf cut errorLine errorText hasOwn hidePrivateFields hides inherits isError isObject isPromise isRevoked jsonOf keysOf lacksSharing linesOfStack nameOf oneLine ownData ownPromise pageOf read redactAlso safeText showAs
   checkFunction checkPid checkText namesOf isInHandler noteSource announcesTimers machineMilliseconds machineNow
   snapshot soundsSecret stackLines withoutSecrets applyFault strideOf kernelOf rankOf uniqueText
   bindCallback bindListener guardedChannel crashProcess endProcess engineProbe signalAs isThenable isFollowed isDown isExit isOrderly isShutdown formatReason matcherOf on printed
   reasonOf errorsOf pageOfCode downOf exitOf processKey defaultKernel setDefaultKernel currentBehaviour clearOwned rememberPromises isAsyncFunction shared shortPath codeAddress copiesHint foreignCopyOf packageFolder stopWaiting waitForAbort firedOf checkSignal isSignal placeOf stackHere storesOfNow unshared exchangeDefaultKernel nodeImmediate isCalledByNode isCalledByHeartwood
   runAsNobody leaveFrame observedTerminate checkKnown mayBeRefused mayPutBy isNodeMessage pathTo portable portableNamed portableOf
   isAbandonment turnOfLoop carryStores carryNamed carriedNames oldestDelivery runOnStack packageVersion isLibrary kernelOfUser discardAbandoned
   inCircle noteAwaited rejectedWith noteWaitForAnswer noteWaitForEnd noteWaitForStart isReadable
   isTime isTimeout isCurrentKernel awaitsInit awaitsOutcome within checkKnown pathTo portable portableNamed portableOf runAsNobody
   runAsyncHandler allIsHandlers notePutBy noteOpened withoutStandIns exitCall tell isOfSignal`.split(/\s+/),
)

/** What is made of the functions above, or declares something that acts only later. */
const MADE_OF = new Set(
  `remote boot bootTreeText drain health checkConfig checkValue defineSettings readSettings resolveConfig setLogLevel setting defineConfig drawing loadConfig logger planOf application child decorate inject injectable
   injectFromBase multiInject named optional overrideBindings postConstruct preDestroy tagged unmanaged continueWith
   defineServer from getStatus idle isTaskReply noReply ref showState stopping createLogger logReporter isGroupMessage isRegister
   isUnregister via reply acting repeating defineMachine stateMachine machineChart mermaid pendingEvents partition partitions
   transfer isolable startIsolated logMixin reopenLog
   checkResponse multiCall receiveResponse waitResponse
   partitionSupervisorSpec resizePartitions startPartitionSupervisor poolRef poolSpec startPool checkChildSpecs countChildren dynamicSupervisorSpec getChildSpec supervisorSpec toChildSpec`.split(
    /\s+/,
  ),
)
