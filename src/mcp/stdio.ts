/** Serves whoever started the program, over its standard input and output, until the input ends. */
import { ObserverClient } from '../application/index.js'
import { mcpError } from './errors.js'
import { mcpServer } from './server.js'

const ASKER = { usage: 'heartwood mcp <url>', help: 'heartwood mcp --help' }

/** @throws USAGE, MCP_TOKEN_NEEDED, MCP_SDK_MISSING. All of them reject. */
export async function serveMcp(url: string, allowActions: boolean): Promise<void> {
  const token = process.env.OBSERVER_TOKEN
  if (allowActions && (token ?? '') === '') throw mcpError('MCP_TOKEN_NEEDED')
  const server = await mcpServer(new ObserverClient(url, token, ASKER), { allowActions })
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
  const ended = new Promise<void>((resolve) => {
    server.onclose = resolve
    process.stdin.once('end', resolve)
  })
  await server.connect(new StdioServerTransport())
  await ended
  await server.close()
}
