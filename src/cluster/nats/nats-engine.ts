import type { NodeConnectionOptions } from '@nats-io/transport-node'
import { HeartwoodError, rules } from '../../kernel/index.js'
import type { Engine, Opening } from '../engine/engine.js'
import { clusterError } from '../errors.js'
import { isUnanswered, textOf } from './answers.js'
import { NatsConnection } from './nats-connection.js'
import { NatsStore } from './nats-store.js'

export interface NatsOptions {
  /** Such as `'nats://nats-1:4222'`; several servers of one NATS cluster as a list. */
  readonly servers: string | readonly string[]
  /**
   * Copies of each bucket: 1 to 5, an odd number. Default 3, and 1 in development. One copy loses acknowledged claims with its disk: it is refused outside development
   * unless it is said here.
   */
  readonly replicas?: number
  /** What else `connect()` of `@nats-io/transport-node` takes, such as `user` and `pass`, `token`, `tls` or `authenticator`. Reconnecting is not left to it. */
  readonly connection?: Omit<NodeConnectionOptions, 'servers'>
}

const COPIES = 3
/** Its buckets are what the conformance suite ran on; older ones have no consumers that are made in one request. */
const OLDEST = [2, 9]
const OPTIONS = {
  servers: {
    expected: 'the address of a server, such as nats://nats-1:4222, or a list of them',
    fits: (value: unknown) =>
      isAddress(value) || (Array.isArray(value) && value.length > 0 && value.every(isAddress)),
    secret: true,
  },
  replicas: {
    expected: '1, 3 or 5',
    fits: (value: unknown) => value === 1 || value === 3 || value === 5,
  },
  connection: {
    expected: 'an object of options for connect() of @nats-io/transport-node',
    fits: (value: unknown) => rules.isRecord(value),
    secret: true,
  },
}

const isAddress = (value: unknown): boolean => typeof value === 'string' && value !== ''

/**
 * NATS JetStream as the engine of a cluster, in two buckets `heartwood_<cluster>_leases` and `…_claims` that it makes. Needs `@nats-io/transport-node`,
 * `@nats-io/jetstream` and `@nats-io/kv`, and servers of version 2.9 or newer with JetStream.
 *
 * @throws CLUSTER_OPTION_INVALID. When a node joins: ENGINE_UNSUITABLE for buckets that are set otherwise (copies, direct reads, TTL, history), for servers without
 *   JetStream; ENGINE_UNREACHABLE
 * @example
 * ```ts
 * import { nats } from 'heartwood/cluster/nats'
 *
 * const engine = nats({ servers: ['nats://nats-1:4222', 'nats://nats-2:4222', 'nats://nats-3:4222'] })
 * console.log(engine.name)
 * ```
 */
export function nats(options: NatsOptions): Engine {
  const mistakes = rules.isRecord(options)
    ? rules.mistakesIn(options, OPTIONS, { required: ['servers'] })
    : [{ field: 'what nats() takes', value: options, expected: 'an object of options' }]
  if (mistakes.length > 0)
    throw clusterError('CLUSTER_OPTION_INVALID', {
      action: 'nats',
      problems: mistakes.map(rules.mistakeText).join('; '),
    })
  const { servers, replicas, connection = {} } = options
  const addresses = typeof servers === 'string' ? servers : [...servers]
  return {
    name: 'nats',
    async open(opening) {
      const joined = await NatsConnection.open({ ...connection, servers: addresses }, opening)
      try {
        checkVersion(joined.servers.nats.info?.version)
        const store = new NatsStore(joined, opening, copies(opening, replicas))
        await store.prepare()
        return store
      } catch (error) {
        await joined.close()
        throw refusal(error)
      }
    },
  }
}

function copies({ lease, development }: Opening, replicas: number | undefined) {
  const made = replicas ?? (development ? 1 : COPIES)
  return { lease, replicas: made, leastReplicas: replicas ?? (development ? 1 : 2) }
}

function checkVersion(version = 'unknown'): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldest = 0, oldestMinor = 0] = OLDEST
  if (major > oldest || (major === oldest && minor >= oldestMinor)) return
  throw clusterError('ENGINE_UNSUITABLE', {
    engine: 'nats',
    setting: 'the version of the server',
    found: version,
    expected: `${OLDEST.join('.')} or newer`,
    advice: 'Use a newer server.',
  })
}

function refusal(error: unknown): unknown {
  if (isUnanswered(error))
    return clusterError(
      'ENGINE_UNSUITABLE',
      {
        engine: 'nats',
        setting: 'JetStream',
        found: 'off',
        expected: 'on',
        advice: 'Start the servers with -js, or with a jetstream block, and let the account use it.',
      },
      { cause: error },
    )
  if (HeartwoodError.is(error)) return error
  return clusterError('ENGINE_UNREACHABLE', { engine: 'nats', problem: textOf(error) }, { cause: error })
}
