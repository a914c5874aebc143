import { hostname } from 'node:os'
import type { ClusterConfig, SettingsOf } from 'heartwood'
import type { Engine } from 'heartwood/cluster'
import { addressesOf, type ClusterAddresses } from './cluster-addresses.js'
import type { pulseSettings } from './settings.js'

/** Of which cluster this Pulse is a node; undefined where it is alone. */
export function clusterConfig({ cluster }: SettingsOf<typeof pulseSettings>): ClusterConfig | undefined {
  const { url, name, lease, replicas, host, port, reachedAt, insecure } = cluster
  const addresses = url && addressesOf(url.reveal())
  // What is none is told with the other settings.
  if (addresses === undefined) return undefined
  const [reachedHost = '', reachedPort] = reachedAt?.split(':') ?? []
  return {
    engine: engineOf(addresses, replicas),
    name,
    lease,
    // Through NATS, instances need not reach each other: where this one runs stands in its name, and nowhere else.
    ...(addresses.kind === 'nats'
      ? { messages: 'engine', address: { host: host ?? hostname() } }
      : { insecure: insecure === 'on', address: { host: host ?? '127.0.0.1', port } }),
    ...(reachedAt !== undefined && { reachedAt: { host: reachedHost, port: Number(reachedPort) } }),
  }
}

/** Loaded when it is used: whoever has no NATS needs nothing of it. */
function engineOf({ kind, urls }: ClusterAddresses, replicas: number | undefined): Engine {
  return {
    name: kind,
    async open(opening) {
      if (kind === 'postgres') {
        const { postgres } = await import('heartwood/cluster/postgres')
        return postgres({ url: urls[0] ?? '' }).open(opening)
      }
      const { nats } = await import('heartwood/cluster/nats')
      const { servers, user, pass } = withoutCredentials(urls)
      const connection = { ...(user !== '' && { user, pass }), ...(isSecure(urls) && { tls: {} }) }
      return nats({ servers, connection, ...(replicas !== undefined && { replicas }) }).open(opening)
    },
  }
}

const isSecure = (urls: readonly string[]): boolean => urls.some((url) => /^tls:/i.test(url))

/** The client of NATS takes who it is apart from where the servers are. */
function withoutCredentials(urls: readonly string[]): { servers: string[]; user: string; pass: string } {
  const parsed = urls.map((url) => new URL(url))
  const { username = '', password = '' } = parsed.find(({ username }) => username !== '') ?? {}
  return {
    servers: parsed.map(({ host }) => host),
    user: decodeURIComponent(username),
    pass: decodeURIComponent(password),
  }
}
