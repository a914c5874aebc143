/**
 * An agent: conversations with a model that uses tools, over HTTP. `MODEL_URL=http://… npm run service agent`
 *
 * `POST /ID` says what is in the body, and has the answer; `DELETE /ID` cancels the turn; `GET /ID` tells what is left of the budget.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import {
  application,
  child,
  DynamicSupervisor,
  defineConfig,
  HeartwoodError,
  type Ref,
  ref,
  Supervisor,
  startChild,
  TaskSupervisor,
  whereis,
} from 'heartwood'
import { bootBeside, requestProcesses } from 'heartwood/http'
import { Conversation, nameOf } from './conversation.js'
import { Sandbox } from './sandbox.js'

@DynamicSupervisor({ name: 'conversations', maxChildren: 1_000 })
class Conversations {}

// What is used is listed before those that use it. Conversations do not know each other, and end with none of the rest.
@Supervisor({
  intensity: 100,
  children: [
    Sandbox,
    TaskSupervisor.childSpec({ name: 'tools', maxChildren: 20 }),
    TaskSupervisor.childSpec({ name: 'turns', maxChildren: 100 }),
    Conversations,
  ],
})
class Root {}

/** The conversation of that id, which begins when it is first asked for. */
async function conversation(id: string): Promise<Ref<Conversation>> {
  const name = nameOf(id)
  if (whereis(name) === undefined) {
    // Two may begin it at once: the second finds the name taken.
    await startChild('conversations', child(Conversation, { id }, { restart: 'transient' })).catch(
      (error: unknown) => {
        if (whereis(name) === undefined) throw error
      },
    )
  }
  return ref(Conversation, name).with({ timeout: 60_000 })
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const it = await conversation(request.url?.slice(1) ?? '')
  try {
    if (request.method === 'POST') response.end(await it.call.say(await text(request)))
    else if (request.method === 'DELETE') response.end(String(await it.call.cancel()))
    else response.end(JSON.stringify(await it.call.state()))
  } catch (error) {
    if (!HeartwoodError.is(error)) throw error
    response.writeHead(503).end(error.code)
  }
}

const server = createServer(requestProcesses(handle))
await bootBeside(
  server,
  defineConfig({
    applications: [
      application({ name: 'agent', root: Root, stop: () => console.log('the tree has stopped') }),
    ],
    log: { level: process.env.LOG === 'info' ? 'info' : 'silent' },
  }),
  { signals: true },
)
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1')
await once(server, 'listening')
console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
