/**
 * What is cloned for another thread, or by `structuredClone`, is cloned by its properties, and V8 refuses stand-ins: an object
 * of a class that a worker handed to a shared port has to be there itself. So what was refused is tried once more
 * without stand-ins: nothing has been sent by then.
 */
import { withoutStandIns } from '../kernel/index.js'
import { type Callback, replaceOnce } from './callback-claims.js'
import { looksLike } from './guard-mark.js'

export function guardClones(): void {
  replaceOnce('clones', () => {
    for (const holder of [MessagePort.prototype, BroadcastChannel.prototype]) retry(holder, 'postMessage')
    retry(globalThis, 'structuredClone')
  })
}

function retry(holder: object, name: string): void {
  const methods = holder as Record<string, Callback>
  const original = methods[name] as Callback
  methods[name] = looksLike(original, function (this: unknown, ...args: unknown[]): unknown {
    try {
      return original.apply(this, args as never[])
    } catch (error) {
      if ((error as Partial<DOMException> | null)?.name !== 'DataCloneError') throw error
      const [value, ...rest] = args
      const bare = withoutStandIns(value)
      if (bare === value) throw error
      return original.apply(this, [bare, ...rest] as never[])
    }
  })
}
