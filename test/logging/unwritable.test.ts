import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const HEARTWOOD = new URL('../../dist/index.js', import.meta.url).href
const BIN = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url))

/** A worker that logs ten lines, and then has the program stop. */
const CONFIG = `
import { application, defineConfig, logger, self, send, startLink } from '${HEARTWOOD}'
const callbacks = {
  init: () => { send(self(), 1); return { state: undefined } },
  handleInfo: (line) => {
    logger().info('line ' + line)
    if (line === 10) process.kill(process.pid, 'SIGTERM')
    else send(self(), line + 1)
    return { state: undefined }
  },
}
const root = { id: 'talker', start: () => startLink(callbacks, undefined) }
export default defineConfig({ applications: [application({ name: 'talk', root })] })
`

/** Runs it with this as its standard output. */
async function run(
  path: string,
  output: number | 'pipe',
  deaf = false,
): Promise<{ code: unknown; errors: string }> {
  const program = spawn(process.execPath, [BIN, 'start', path], { stdio: ['ignore', output, 'pipe'] })
  program.stdout?.destroy()
  if (deaf) program.stderr?.destroy()
  let errors = ''
  program.stderr?.on('data', (text: Buffer) => {
    errors += text
  })
  const [code] = await once(program, 'close')
  return { code, errors }
}

describe('a log that cannot be written', () => {
  let folder: string
  let path: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'heartwood-log-'))
    path = join(folder, 'config.mjs')
    writeFileSync(path, CONFIG)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.skipIf(!existsSync('/dev/full'))(
    'for a full disk crashes nobody, and is told once, with what is lost in the end',
    async () => {
      const full = openSync('/dev/full', 'w')
      const { code, errors } = await run(path, full)
      closeSync(full)
      expect(errors).toMatch(
        /^heartwood: the log cannot be written: ENOSPC: .*\. The program goes on\.\nheartwood: up to \d+ bytes of output are lost: ENOSPC: .*\n$/,
      )
      expect(code).toBe(0)
    },
  )

  it('because its reader is gone crashes nobody, and is told once', async () => {
    const { code, errors } = await run(path, 'pipe')
    expect(errors).toMatch(/^heartwood: the log cannot be written: EPIPE: .*\. The program goes on\.\n$/)
    expect(code).toBe(0)
  })

  it('and standard error neither, still crashes nobody', async () => {
    expect(await run(path, 'pipe', true)).toEqual({ code: 0, errors: '' })
  })
})
