import { isInstance } from '../show/index.js'

/** Sent to those who watch nodes. Erlang's `{nodeup, Node}` and `{nodedown, Node}`. */
export class NodeMessage {
  constructor(
    readonly tag: 'nodeup' | 'nodedown',
    readonly node: string,
  ) {}
}

/** Guard for `receive`: a node came, or is gone. */
export function isNodeMessage(message: unknown): message is NodeMessage {
  return isInstance(message, NodeMessage)
}
