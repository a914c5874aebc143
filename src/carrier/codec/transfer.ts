/** A value of which some parts are moved, see `transfer`. */
export class Transfer {
  constructor(
    readonly value: unknown,
    readonly parts: readonly object[],
  ) {}
}

/**
 * Has parts of a message moved to another kernel in place of copied: when the turn is over they are empty here. It stands in
 * the message for the value, and is for messages that leave the kernel.
 *
 * @param value what is sent
 * @param parts its array buffers, and message ports, that are moved
 * @example
 * ```ts
 * const pixels = new Uint8Array(8_000_000)
 * send(painter, { paint: transfer(pixels, [pixels.buffer]) })
 * ```
 */
export function transfer<T>(value: T, parts: readonly object[]): T {
  return new Transfer(value, parts) as T
}
