import type { ReferenceId } from '../../kernel/index.js'

/** A value that is not plain data, with what the other side needs to make it again. */
export type Special =
  | readonly ['pid', node: string, creation: number, id: number]
  | readonly ['ref', node: string, creation: number, id: ReferenceId]
  | readonly ['error', className: string, fields: unknown]
  | readonly ['object', className: string, fields: unknown]
  | readonly ['view', type: string, bytes: ArrayBuffer, offset: number, length: number]
  | readonly ['boxed', value: unknown]
  | readonly ['url', href: string]
  | readonly ['symbol', key: string]

/** A packed value: the value itself if it is no object, else the data and the list of what its placeholders represent. */
export type Packed =
  | readonly [data: unknown]
  | readonly [data: unknown, specials: readonly Special[]]
  /** An object of a portable class whose fields are nothing but data: most messages of servers. */
  | readonly [fields: unknown, specials: undefined, className: string]
