/** A conversation with a model that uses tools. Whatever a turn or a tool does, the conversation is there afterwards. */
import { setImmediate } from 'node:timers/promises'
import {
  Call,
  Cast,
  type DownMessage,
  demonitor,
  type From,
  from,
  GenServer,
  Info,
  isDown,
  isTaskReply,
  type NoReply,
  noReply,
  processSignal,
  ref,
  register,
  reply,
  self,
  Task,
  type TaskReply,
  TaskSupervisor,
  trapExit,
} from 'heartwood'
import { TOOLS, type Tool } from './tools.js'

/** What one conversation may use. */
export const LIMITS = {
  /** Tokens of the model, in all. */
  tokens: 200,
  /** Answers of the model in one turn. */
  steps: 6,
  /** Milliseconds for an answer of the model. */
  model: Number(process.env.MODEL_TIME ?? 30_000),
  /** Milliseconds for a tool. */
  tool: Number(process.env.TOOL_TIME ?? 10_000),
  /** Characters that a tool may say. */
  output: 2_000,
}

export interface Message {
  readonly role: 'user' | 'assistant' | 'tool'
  readonly text: string
}

/** What the model says: that it wants tools used, or an answer. */
interface Step {
  readonly text?: string
  readonly tools?: readonly { readonly name: string; readonly input: string }[]
  readonly tokens: number
}

/** How a turn came out. */
interface Turn {
  readonly messages: readonly Message[]
  readonly answer: string
}

const turns = TaskSupervisor.ref('turns')
const tools = TaskSupervisor.ref('tools')

@GenServer()
export class Conversation {
  #name = ''
  #messages: readonly Message[] = []
  #tokens: number = LIMITS.tokens
  #turn: Task<Turn> | undefined
  #asker: From | undefined

  init({ id }: { id: string }): void {
    this.#name = nameOf(id)
    register(this.#name, self())
  }

  /** The answer comes when the turn is over; meanwhile the conversation can be asked, and told, other things. */
  @Call() async say(text: string): Promise<string | NoReply> {
    if (this.#turn !== undefined) return 'wait: I am still at the last one'
    if (this.#tokens <= 0) return 'the budget of this conversation is spent'
    this.#messages = [...this.#messages, { role: 'user', text }]
    const [messages, tokens, name] = [this.#messages, this.#tokens, this.#name]
    // Not linked: what becomes of the turn is news to the conversation, and not its end.
    this.#turn = await turns.asyncNolink(() => turn(messages, tokens, name))
    this.#asker = from()
    return noReply
  }

  /** Ends the turn, with its tools and what it asked the model. */
  @Call() async cancel(): Promise<boolean> {
    const turn = this.#turn
    if (turn === undefined) return false
    // Killed, and so are its tools, which are linked with it.
    await turn.shutdown('brutal_kill')
    this.#over('cancelled')
    return true
  }

  @Call() state(): { messages: number; tokens: number } {
    return { messages: this.#messages.length, tokens: this.#tokens }
  }

  /** Told at each step, so that a turn that is cancelled or crashes has cost what it has cost. */
  @Cast() spent(tokens: number): void {
    this.#tokens -= tokens
  }

  @Info(isTaskReply) done({ ref, value }: TaskReply): void {
    if (ref !== this.#turn?.ref) return
    demonitor(ref, { flush: true })
    const { messages, answer } = value as Turn
    this.#messages = messages
    this.#over(answer)
  }

  @Info(isDown) crashed({ ref }: DownMessage): void {
    if (ref === this.#turn?.ref) this.#over('something went wrong with this one')
  }

  #over(answer: string): void {
    this.#messages = [...this.#messages, { role: 'assistant', text: answer }]
    this.#turn = undefined
    if (this.#asker !== undefined) reply(this.#asker, answer)
    this.#asker = undefined
  }
}

export const nameOf = (id: string): string => `conversation ${id}`

/** One turn: the model and its tools, until it answers or a limit is reached. */
async function turn(begun: readonly Message[], budget: number, conversation: string): Promise<Turn> {
  // Its tools are linked with it, so that they end with it; it hears of their ends, and goes on.
  trapExit(true)
  let messages = begun
  let left = budget
  const end = (answer: string): Turn => ({ messages, answer })
  for (let step = 0; step < LIMITS.steps; step++) {
    const said = await ask(messages)
    if (said === undefined) return end('the model does not answer')
    left -= said.tokens
    ref(Conversation, conversation).cast.spent(said.tokens)
    if (said.tools === undefined) return end(said.text ?? '')
    if (left <= 0) return end('the budget of this conversation is spent')
    const results = await Promise.all(said.tools.map(({ name, input }) => use(name, input)))
    messages = [...messages, ...results.map((text): Message => ({ role: 'tool', text }))]
  }
  return end(`no answer after ${LIMITS.steps} steps`)
}

/** What the model says next; undefined when it does not, in time or at all. */
async function ask(messages: readonly Message[]): Promise<Step | undefined> {
  const task = Task.async(() => request(messages))
  const outcome = (await task.yield(LIMITS.model)) ?? (await task.shutdown('brutal_kill'))
  return outcome !== undefined && 'ok' in outcome ? outcome.ok : undefined
}

async function request(messages: readonly Message[]): Promise<Step | undefined> {
  try {
    const body = JSON.stringify({ messages, tools: Object.keys(TOOLS) })
    // The connection is closed when this process ends: with its time, or with the turn.
    const answer = await fetch(process.env.MODEL_URL ?? '', { method: 'POST', body, signal: processSignal() })
    return answer.ok ? ((await answer.json()) as Step) : undefined
  } catch {
    return undefined
  }
}

/** What a tool says, or what became of it: the model reads either. */
async function use(name: string, input: string): Promise<string> {
  const tool = TOOLS[name]
  if (tool === undefined) return `there is no tool ${name}`
  try {
    const task = await tools.async(() => output(tool, input))
    const outcome = (await task.yield(LIMITS.tool)) ?? (await task.shutdown('brutal_kill'))
    if (outcome === undefined) return `${name} was not done within ${LIMITS.tool} ms`
    return 'ok' in outcome ? outcome.ok : `${name} crashed: ${brief(outcome.exit)}`
  } catch (error) {
    // All places for tools are taken.
    return `${name} could not be used: ${brief(error)}`
  }
}

/** What a tool says, up to the limit; then it is not listened to any more. */
async function output(tool: Tool, input: string): Promise<string> {
  let said = ''
  for await (const piece of tool(input)) {
    said += String(piece).slice(0, LIMITS.output)
    if (said.length >= LIMITS.output) return `${said.slice(0, LIMITS.output)} … (cut off)`
    // A tool that yields without waiting for anything would keep the event loop, and its own time limit could not end it.
    await setImmediate()
  }
  return said
}

const brief = (reason: unknown): string =>
  (reason instanceof Error ? reason.message : String(reason)).slice(0, 200)
