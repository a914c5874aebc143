/**
 * What an isolated server of a node needs where it runs: what other nodes send it are Erlang's terms, whose classes are known there once
 * this layer is loaded.
 */
import { channel } from 'node:diagnostics_channel'
import {
  ISOLATES,
  type IsolateEvent,
  type IsolateExtension,
  type IsolateExtensionEntry,
} from '../../isolation/index.js'
import type { Kernel } from '../../kernel/index.js'

const EXTENSION: IsolateExtension = {
  module: 'heartwood/erlang',
  entry: 'termsThere' satisfies keyof { termsThere: typeof termsThere },
  luggage: undefined,
  heard() {},
  left() {},
}

/** Has the terms be known wherever servers of that kernel are started isolated from now on. @returns how that ends */
export function termsWhereIsolated(kernel: Kernel): () => void {
  const isolates = channel(ISOLATES)
  const tell = (event: unknown): void => {
    const { kernel: where, post } = event as IsolateEvent
    if (where === kernel) post(EXTENSION)
  }
  isolates.subscribe(tell)
  return () => void isolates.unsubscribe(tell)
}

/** For Heartwood itself, which loads this module where isolated servers run. Loading it is enough; the function does nothing. */
export const termsThere: IsolateExtensionEntry = () => () => {}
