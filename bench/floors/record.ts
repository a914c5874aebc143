/**
 * What a program keeps for an idle server, without any meaning: four objects of 128 bytes, which is a little less than a
 * process of Heartwood with its mailbox, its server and its pid.
 */
export class Block {
  /** A message that waits. */
  first: object | undefined = undefined
  value: number
  a = 0
  b = 0
  c = 0
  d = 0
  e = 0
  f = 0
  g = 0
  h = 0
  i = 0
  j = 0
  readonly next: Block | undefined

  constructor(value: number, next: Block | undefined) {
    this.value = value
    this.next = next
  }
}

export function record(value: number): Block {
  return new Block(value, new Block(value, new Block(value, new Block(value, undefined))))
}
