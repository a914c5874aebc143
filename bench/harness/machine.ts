/** What the figures were measured on. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, release, totalmem, type } from 'node:os'
import { dirname, join } from 'node:path'
import type { Ground } from './arm.js'
import type { Machine, Versions } from './results.js'
import { PEERS } from './scenario.js'

export function machine(): Machine {
  const all = cpus()
  return {
    processor: all[0]?.model.trim() || 'unknown',
    cores: all.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
  }
}

export function versions({ node, beam }: Ground): Versions {
  const said = execFileSync(node, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8' })
  const own = JSON.parse(said) as { node: string; v8: string }
  return {
    node: own.node,
    v8: own.v8,
    ...(beam === undefined ? undefined : { otp: `${beam.versions.otp} (erts ${beam.versions.erts})` }),
    ...(beam?.versions.elixir == null ? undefined : { elixir: beam.versions.elixir }),
    packages: Object.fromEntries(['fastify', ...PEERS].map((name) => [name, versionOf(name)])),
  }
}

/** Read from the package itself: not every package lets its `package.json` be imported. */
function versionOf(name: string): string {
  const require = createRequire(import.meta.url)
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string })
        .version
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
  }
  throw new Error(`${name} is not installed below ${dirname(import.meta.url)}; run npm ci`)
}
