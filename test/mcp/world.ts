import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { ObserverClient } from '../../src/application/index.js'
import { mcpServer } from '../../src/mcp/index.js'

/** What a tool answered. */
export interface Answered {
  readonly isError: boolean
  readonly text: string
  readonly json: Record<string, unknown> & { readonly rows: readonly Record<string, unknown>[] }
}

/** An agent, as far as the tools see one. */
export interface Agent extends AsyncDisposable {
  readonly client: Client
  /** How many calls it has made. */
  readonly calls: number
  use(tool: string, given?: Record<string, unknown>): Promise<Answered>
}

export async function agentAt(
  url: string,
  { token, allowActions = false }: { token?: string; allowActions?: boolean } = {},
): Promise<Agent> {
  const asker = { usage: 'heartwood mcp <url>', help: 'heartwood mcp --help' }
  const server = await mcpServer(new ObserverClient(url, token, asker), { allowActions })
  const client = new Client({ name: 'agent', version: '1' })
  const [here, there] = InMemoryTransport.createLinkedPair()
  await Promise.all([server.connect(there), client.connect(here)])
  let calls = 0
  return {
    client,
    get calls() {
      return calls
    },
    async use(name, given = {}) {
      calls++
      const { content, isError } = await client.callTool({ name, arguments: given })
      const [{ text = '' } = {}] = content as { text?: string }[]
      return { isError: isError === true, text, json: JSON.parse(text) }
    },
    [Symbol.asyncDispose]: () => client.close(),
  }
}
