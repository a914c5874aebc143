/** A value with parts that are moved: see `transfer`. */
export class Transfer {
  constructor(
    readonly value: unknown,
    readonly parts: readonly object[],
  ) {}
}

/**
 * Moves parts of a message to another kernel instead of copying them: after the current turn they are empty here. Its result stands for the value
 * in the message. For messages that leave the kernel.
 *
 * @param value the value to send
 * @param parts the array buffers and message ports in it that are moved
 * @example
 * ```ts
 * const pixels = new Uint8Array(8_000_000)
 * send(painter, { paint: transfer(pixels, [pixels.buffer]) })
 * ```
 */
export function transfer<T>(value: T, parts: readonly object[]): T {
  return new Transfer(value, parts) as T
}
