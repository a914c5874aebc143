/** `heartwood mcp` as a program that a host of agents starts. */
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { describe, expect, it, vi } from 'vitest'
import { ObserverClient } from '../../src/application/index.js'
import { serveMcp } from '../../src/mcp/index.js'
import { observed } from '../observer/world.js'

const BIN = fileURLToPath(new URL('../../bin/heartwood.js', import.meta.url))
const asker = { usage: 'heartwood mcp <url>', help: 'heartwood mcp --help' }

describe('heartwood mcp', () => {
  it('speaks the protocol on its standard input and output, and ends with its input', async () => {
    await using world = await observed()
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [BIN, 'mcp', world.running.url],
      stderr: 'pipe',
    })
    const client = new Client({ name: 'agent', version: '1' })
    const closed = new Promise<void>((resolve) => {
      client.onclose = resolve
    })
    await client.connect(transport)
    const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
    expect(client.getServerVersion()).toEqual({ name: 'heartwood', version })
    const { content } = await client.callTool({ name: 'processes', arguments: {} })
    expect(JSON.parse((content as [{ text: string }])[0].text)).toMatchObject({ matched: 0, rows: [] })
    await client.close()
    await closed
  })

  it('acts for nobody without the token: MCP_TOKEN_NEEDED, before anything is asked', async () => {
    vi.stubEnv('OBSERVER_TOKEN', '')
    await expect(serveMcp('http://127.0.0.1:1', true)).rejects.toMatchObject({ code: 'MCP_TOKEN_NEEDED' })
    vi.unstubAllEnvs()
  })

  it('refuses a URL that is none', async () => {
    await expect(serveMcp('http://', false)).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('says what to install where the SDK is not there: MCP_SDK_MISSING', async () => {
    vi.doMock('@modelcontextprotocol/sdk/server/index.js', () => {
      throw new Error('Cannot find package')
    })
    vi.resetModules()
    const { mcpServer } = await import('../../src/mcp/index.js')
    const observer = new ObserverClient('http://127.0.0.1:1', undefined, asker)
    await expect(mcpServer(observer)).rejects.toMatchObject({
      code: 'MCP_SDK_MISSING',
      message: expect.stringContaining('npm install --save-dev @modelcontextprotocol/sdk'),
    })
    vi.doUnmock('@modelcontextprotocol/sdk/server/index.js')
  })
})
