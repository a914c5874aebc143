/** The tools of the agent: some that work, and some of each kind that does not. */
import { processSignal, ref } from 'heartwood'
import { Sandbox } from './sandbox.js'

/** Says what it finds out, in pieces. */
export type Tool = (input: string) => AsyncIterable<string>

export const TOOLS: Readonly<Record<string, Tool>> = {
  async *add(input) {
    const numbers = input.split('+').map(Number)
    yield String(numbers.reduce((sum, number) => sum + number, 0))
  },

  /** The code of somebody else runs in a thread, which is killed when it does not end. */
  async *matches(input) {
    const [text = '', pattern = ''] = input.split(' ')
    yield String(
      await ref(Sandbox).with({ timeout: 10_000, waitForRestart: 10_000 }).call.matches(text, pattern),
    )
  },

  /** Waits for what never comes. */
  async *hang() {
    processSignal().addEventListener('abort', () => console.log('the tool that hangs was ended'))
    await new Promise(() => {})
  },

  /** Throws where nobody catches it. */
  async *crash() {
    setImmediate(() => JSON.parse('{'))
    await new Promise(() => {})
  },

  /** Never stops to talk. */
  async *flood() {
    for (;;) yield 'and another thing, '.repeat(10)
  },

  /** Never stops to talk, and says nothing. */
  async *mumble() {
    for (;;) yield ''
  },
}
