/** Redis and PostgreSQL of Debian, each started for a test in a folder of its own, on loopback. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RunningServer {
  readonly port: number
  stop(): Promise<void>
}

type Starter = (folder: string) => Promise<RunningServer>

// How they are started is told where the libraries are tried; that module has no types.
const path = new URL('../../../../libraries/servers/debian.js', import.meta.url).href
const { DEBIAN } = (await import(path)) as { DEBIAN: Record<'redis' | 'postgres', () => Starter | undefined> }

/** What starts it; undefined where it is not installed. */
export function starterOf(kind: 'redis' | 'postgres'): (() => Promise<RunningServer>) | undefined {
  const start = DEBIAN[kind]()
  if (start === undefined) return undefined
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heartwood-services-'))
    // PostgreSQL runs as a user of its own, who must find its folder.
    chmodSync(folder, 0o755)
    const server = await start(join(folder, kind))
    return {
      port: server.port,
      async stop() {
        await server.stop()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  }
}
