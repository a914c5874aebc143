/**
 * The interop suite: what holds between nodes of ours and of Elixir. `npm run interop`, with `--only TEXT` for some checks. Without Elixir it says
 * that it is skipped.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kernel, sleep } from 'heartwood'
import type { ErlangOptions } from 'heartwood/erlang'
import { freePort, OwnEpmd } from '../erlang/beam-node.js'
import { Authority, hasOpenssl } from '../erlang/certificates.js'
import { CHECKS } from './checks.js'
import { COOKIE, ElixirNode, hasElixir } from './elixir-node.js'
import { joined, type World } from './world.js'

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

const LIMIT = 20_000
const TICK = '-kernel net_ticktime 4 -kernel net_tickintensity 4'

interface Setting {
  readonly title: string
  /** Without it, all nodes listen on one port, each on a host of its own. */
  readonly epmd: OwnEpmd | undefined
  readonly port: number
  readonly host: string
  readonly flags: string
  readonly options: Omit<ErlangOptions, 'cookie'>
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
  },
}

async function play(setting: Setting, only: string): Promise<{ passed: number; failed: number }> {
  const { title, epmd, port, flags, options } = setting
  let failed = 0
  let passed = 0
  let names = 0
  const begun = Date.now()
  const hostOf = (place: string): string => (epmd === undefined ? place : setting.host)
  const elixirAt = (alive: string, place: string): Promise<ElixirNode> => {
    const where =
      epmd === undefined
        ? `-erl_epmd_port ${port} -kernel inet_dist_use_interface {${place.replaceAll('.', ',')}}`
        : ''
    return ElixirNode.start(`${alive}@${hostOf(place)}`, {
      epmd: epmd?.port,
      flags: `${TICK} ${flags} ${where}`,
    })
  }
  const elixir = await elixirAt('elixir', '127.0.2.1')
  for (const [name, check] of Object.entries(CHECKS)) {
    // A program has a port of its own, which EPMD must tell.
    if (!name.includes(only) || (epmd === undefined && name.startsWith('a program of ours'))) continue
    // A kernel for each: what one leaves is not in the way of the next.
    const ending: (() => unknown)[] = []
    const node = async () => {
      const at = ++names
      const place = `127.0.1.${at % 250}`
      const made = await joined(`ours${at}@${hostOf(place)}`, {
        cookie: COOKIE,
        tickTime: 4_000,
        expose: EXPOSE,
        ...(epmd === undefined
          ? { epmd: false, host: place, port, resolve: (other) => ({ host: other.replace(/.*@/, ''), port }) }
          : { epmd: { port: epmd.port } }),
        ...options,
      })
      ending.push(() => made.close())
      return made.kernel
    }
    const program = async (epmdPort: number) => {
      const name = `program${++names}@${setting.host}`
      const tls = options.tls === undefined ? [] : [JSON.stringify(options.tls, asText)]
      const argv = [join(HERE, 'peer.js'), name, String(epmdPort), ...tls]
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
      options: { cookie: COOKIE },
      another: async () => {
        const other = await elixirAt('another', '127.0.2.2')
        ending.push(() => other.stop())
        return other
      },
      ours: node,
      ...(epmd !== undefined && { program: () => program(epmd.port) }),
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

const only = process.argv.includes('--only') ? (process.argv[process.argv.indexOf('--only') + 1] ?? '') : ''
const epmd = new OwnEpmd(await freePort())
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
    settings.push({ title: 'TLS, EPMD', epmd, port: 0, host: 'localhost', flags, options: { tls } })
  }
  for (const setting of settings) {
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
