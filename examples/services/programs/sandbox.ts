/** What runs code that may never give the event loop back: a thread of its own, which can be killed. */
import { Call, GenServer } from 'heartwood'

@GenServer({ name: 'sandbox', isolate: 'thread', module: import.meta.url, blockedFor: 500, warm: 1 })
export class Sandbox {
  /** A pattern of somebody else's may take longer than the universe. */
  @Call() matches(text: string, pattern: string): boolean {
    return new RegExp(pattern).test(text)
  }
}
