/**
 * The interop suite: what holds between nodes of ours and of Elixir. `npm run interop`, with `--only TEXT` for some checks, `--setting TEXT` for one setting. Without Elixir it says
 * that it is skipped.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kernel, sleep } from 'heartwood'
import type { ErlangOptions } from 'heartwood/erlang'
import { Epmd } from '../../src/erlang/handshake/epmd.js'
import { freePort, OwnEpmd } from '../erlang/beam-node.js'
import { Authority, hasOpenssl } from '../erlang/certificates.js'
import { CHECKS } from './checks.js'
import { COOKIE, ElixirNode, hasElixir } from './elixir-node.js'
import { Way } from './way.js'
import { joined, type OursOptions, type World, type WorldSetting } from './world.js'

if (!hasElixir) {
  console.log('SKIPPED: Elixir is not installed (Debian: erlang-base, elixir)')
  process.exit(0)
}

const HERE = dirname(fileURLToPath(import.meta.url))

/** Certificates are bytes of text. */
const asText = (_: string, value: unknown): unknown => {
  const bytes = (value as { readonly type?: string; readonly data?: number[] } | null) ?? {}
  return bytes.type === 'Buffer' && bytes.data !== undefined ? Buffer.from(bytes.data).toString() : value
}

const LIMIT = 30_000
const TICK = '-kernel net_ticktime 4 -kernel net_tickintensity 4'

interface Setting {
  readonly title: string
  /** Without it, all nodes listen on one port, each on a host of its own. */
  readonly epmd: OwnEpmd | undefined
  readonly port: number
  readonly host: string
  readonly flags: string
  readonly options: Omit<ErlangOptions, 'cookie'>
  readonly isIPv6?: boolean
  readonly elsewhere?: WorldSetting['elsewhere']
  readonly elsewhereFlags?: string
}

const EXPOSE = {
  Shop: {
    total: (price: number, count: number) => price * count,
    fails: () => {
      throw new TypeError('no price')
    },
    leaves: async (reason: unknown) => {
      const { exit } = await import('heartwood')
      exit(String(reason))
    },
    waits: () => new Promise(() => {}),
  },
}

async function play(setting: Setting, only: string): Promise<{ passed: number; failed: number }> {
  const { title, epmd, port, flags, options } = setting
  let failed = 0
  let passed = 0
  let names = 0
  const begun = Date.now()
  const hostOf = (place: string): string => (epmd === undefined ? place : setting.host)
  const elixirAt = (
    alive: string,
    place: string,
    more: { readonly flags?: string; readonly run?: string } = {},
  ): Promise<ElixirNode> => {
    const where =
      epmd === undefined
        ? `-erl_epmd_port ${port} -kernel inet_dist_use_interface {${place.replaceAll('.', ',')}}`
        : ''
    return ElixirNode.start(`${alive}@${hostOf(place)}`, {
      epmd: epmd?.port,
      flags: `${TICK} ${more.flags ?? flags} ${where}`,
      run: more.run,
    })
  }
  const elixir = await elixirAt('elixir', '127.0.2.1')
  for (const [name, check] of Object.entries(CHECKS)) {
    // A program has a port of its own, which EPMD must tell.
    if (!name.includes(only) || (epmd === undefined && name.startsWith('a program of ours'))) continue
    // A kernel for each: what one leaves is not in the way of the next.
    const ending: (() => unknown)[] = []
    const made = new Map<Kernel, () => void>()
    const node = async ({ name = 'ours', isExact = false, ...more }: OursOptions = {}) => {
      const at = ++names
      const place = `127.0.1.${at % 250}`
      const node = await joined(`${isExact ? name : `${name}${at}`}@${hostOf(place)}`, {
        cookie: COOKIE,
        tickTime: 4_000,
        expose: EXPOSE,
        ...(epmd === undefined
          ? { epmd: false, host: place, port, resolve: (other) => ({ host: other.replace(/.*@/, ''), port }) }
          : { epmd: { port: epmd.port } }),
        ...options,
        ...more,
      } as ErlangOptions)
      ending.push(() => node.close())
      made.set(node.kernel, () => node.close())
      return node.kernel
    }
    const wayTo = async (name: string) => {
      const found = await new Epmd({ clock: kernel.clock, port: epmd?.port ?? 0 }).lookUp(
        name.replace(/@.*/, ''),
      )
      const way = await Way.to(setting.isIPv6 ? '::1' : '127.0.0.1', found)
      ending.push(() => way.close())
      return way
    }
    const program = async (epmdPort: number) => {
      const name = `program${++names}@${setting.host}`
      const tls = options.tls === undefined ? '' : JSON.stringify(options.tls, asText)
      const argv = [join(HERE, 'peer.js'), name, String(epmdPort), tls, options.host ?? '']
      const child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'inherit'] })
      ending.push(() => child.kill('SIGKILL'))
      await once(child.stdout, 'data')
      return { node: name, child }
    }
    const kernel = await node()
    const world: World = {
      kernel,
      here: kernel.node,
      elixir,
      setting: {
        hasEpmd: epmd !== undefined,
        isEncrypted: options.tls !== undefined,
        isIPv6: setting.isIPv6 === true,
        elsewhere: setting.elsewhere,
        elsewhereFlags: setting.elsewhereFlags,
      },
      another: async (more) => {
        const other = await elixirAt('another', '127.0.2.2', more)
        ending.push(() => other.stop())
        return other
      },
      ours: node,
      end: (kernel) => made.get(kernel)?.(),
      ...(epmd !== undefined && { program: () => program(epmd.port), wayTo }),
    }
    try {
      await within(kernel, check, world)
      passed++
    } catch (error) {
      failed++
      console.log(
        `   FAILED ${title}: ${name}\n   ${String((error as Error)?.stack ?? error).replaceAll('\n', '\n   ')}`,
      )
    } finally {
      for (const end of ending.reverse()) await end()
    }
  }
  await elixir.stop()
  console.log(
    `${title}: ${passed} passed, ${failed} failed, ${Math.round((Date.now() - begun) / 100) / 10} s`,
  )
  return { passed, failed }
}

/** A check, as a process of ours; for so many milliseconds. */
async function within(kernel: Kernel, check: (world: World) => unknown, world: World): Promise<void> {
  const limit = kernel.run(async () => {
    await sleep(LIMIT)
    throw new Error(`it takes more than ${LIMIT} ms`)
  })
  limit.catch(() => {})
  await Promise.race([kernel.run(async () => void (await check(world))), limit])
}

const hasIPv6 = (): boolean => networkInterfaces().lo?.some(({ family }) => family === 'IPv6') === true

const argument = (name: string): string =>
  process.argv.includes(name) ? (process.argv[process.argv.indexOf(name) + 1] ?? '') : ''
const only = argument('--only')
const epmd = new OwnEpmd(await freePort(), hasIPv6() ? '127.0.0.1,::1' : undefined)
await epmd.start()
let passed = 0
let failed = 0
const authority = hasOpenssl ? new Authority() : undefined
try {
  const settings: Setting[] = [
    { title: 'plain, EPMD', epmd, port: 0, host: '127.0.0.1', flags: '', options: {} },
    { title: 'plain, no EPMD', epmd: undefined, port: await freePort(), host: '', flags: '', options: {} },
  ]
  if (authority !== undefined) {
    const tls = authority.certify('localhost')
    const flags = `-proto_dist inet_tls -ssl_dist_optfile ${authority.erlangOptions('localhost')}`
    const elsewhere = authority.certify('elsewhere.example')
    const elsewhereFlags = `-proto_dist inet_tls -ssl_dist_optfile ${authority.erlangOptions('elsewhere.example')}`
    const options = { tls }
    settings.push({
      title: 'TLS, EPMD',
      epmd,
      port: 0,
      host: 'localhost',
      flags,
      options,
      elsewhere,
      elsewhereFlags,
    })
  }
  if (hasIPv6()) {
    const flags = '-proto_dist inet6_tcp'
    const options = { host: '::1' }
    settings.push({ title: 'IPv6, EPMD', epmd, port: 0, host: '::1', flags, options, isIPv6: true })
  } else console.log('SKIPPED: this machine has no IPv6')
  for (const setting of settings.filter(({ title }) => title.includes(argument('--setting')))) {
    const result = await play(setting, only)
    passed += result.passed
    failed += result.failed
  }
} finally {
  authority?.remove()
  await epmd.stop()
}
console.log(`${passed} checks passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
