/** Converts views of bytes (Node's buffers, typed arrays and `DataView`s) by the names of their kinds. */

type Kind = new (bytes: ArrayBuffer, offset: number, length: number) => ArrayBufferView

/** The kinds that exist in this Node: `Float16Array` does not exist before Node 24. */
const KINDS = new Map<string, Kind>()
for (const type of [
  'Int8',
  'Uint8',
  'Uint8Clamped',
  'Int16',
  'Uint16',
  'Int32',
  'Uint32',
  'BigInt64',
  'BigUint64',
])
  addKind(type)
for (const type of ['Float16', 'Float32', 'Float64']) addKind(type)
KINDS.set('DataView', DataView)

function addKind(type: string): void {
  const Kind = (globalThis as Record<string, unknown>)[`${type}Array`]
  if (Kind !== undefined) KINDS.set(`${type}Array`, Kind as Kind)
}

/** Returns the kind of a typed array, also for a subclass. */
const tagOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: ArrayBufferView) => string | undefined

/** Returns the name of the kind of a view. */
export function viewType(view: ArrayBufferView): string {
  return Buffer.isBuffer(view) ? 'Buffer' : (tagOf.call(view) ?? 'DataView')
}

/**
 * Makes a view of a kind.
 *
 * @param length in bytes
 */
export function viewOf(type: string, bytes: ArrayBuffer, offset: number, length: number): ArrayBufferView {
  if (type === 'Buffer') return Buffer.from(bytes, offset, length)
  const Kind = KINDS.get(type)
  if (Kind === undefined) throw new Error(`no view of bytes is known here as ${type}`)
  const { BYTES_PER_ELEMENT = 1 } = Kind as { readonly BYTES_PER_ELEMENT?: number }
  return new Kind(bytes, offset, length / BYTES_PER_ELEMENT)
}
