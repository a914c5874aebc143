import { types } from 'node:util'
import { MessagePort } from 'node:worker_threads'
import { classOf } from '../../kernel/index.js'

/** Explains a value that cannot be sent: what it is, and what to send instead. */
export function explained(value: unknown): { what: string; advice: string } {
  if (typeof value === 'function') return { what: 'a function', advice: 'the name of what is to be done' }
  if (typeof value === 'symbol') return { what: 'a symbol', advice: 'a symbol of `Symbol.for`' }
  if (
    value instanceof SharedArrayBuffer ||
    (ArrayBuffer.isView(value) && value.buffer instanceof SharedArrayBuffer)
  ) {
    return { what: 'memory that is shared, which another program cannot have', advice: 'a copy of it' }
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return { what: 'a buffer that was moved before', advice: 'move it once' }
  if (value instanceof MessagePort)
    return {
      what: 'a message port',
      advice: 'move it with `transfer`, to a thread: another program cannot have one',
    }
  if (value instanceof Promise) return { what: 'a promise', advice: 'what it comes to' }
  if (types.isGeneratorObject(value)) return { what: 'a generator', advice: 'a list of its values' }
  const name = classOf(value) ?? 'an unknown class'
  const advice = adviceForBuiltIn(value, name)
  if (advice !== undefined) return { what: `an object of class ${name}`, advice }
  return { what: `an object of class ${name}`, advice: `call portable(${name}) where the class is defined` }
}

/** Globals of Node that can never be portable, and what to send instead. */
const GLOBALS: ReadonlyMap<string, string> = new Map([
  ['Blob', 'its bytes (await value.arrayBuffer())'],
  ['File', 'its name and its bytes (await value.arrayBuffer())'],
  ['ReadableStream', 'its pieces, each in a message'],
  ['WritableStream', 'nothing of it, and write here what the other side sends'],
  ['TransformStream', 'its pieces, each in a message'],
  ['AbortController', 'a cast when it aborts'],
  ['AbortSignal', 'a cast when it aborts'],
  ['Headers', 'its entries ([...value])'],
  ['FormData', 'its entries ([...value])'],
  ['URLSearchParams', 'its text (String(value))'],
  ['Request', 'its method, URL, headers and bytes'],
  ['Response', 'its status, headers and bytes'],
  ['WeakMap', 'a Map of what the other side needs'],
  ['WeakSet', 'a list of what the other side needs'],
  ['WeakRef', 'the object that it refers to'],
])

function adviceForBuiltIn(value: unknown, name: string): string | undefined {
  if (types.isKeyObject(value)) return 'what its export() returns'
  if (name === 'Ref' && typeof value === 'object' && value !== null && 'target' in value)
    return 'its pid, and call ref(Class, pid) there'
  const Global = (globalThis as Record<string, unknown>)[name]
  return typeof Global === 'function' && value instanceof Global ? GLOBALS.get(name) : undefined
}
