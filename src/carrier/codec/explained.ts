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
  const name = classOf(value) ?? 'an unknown class'
  return { what: `an object of class ${name}`, advice: `call portable(${name}) where the class is defined` }
}
