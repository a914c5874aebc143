import { isInstance } from '../show/index.js'

/** The message about a node that connected or disconnected. Erlang's `{nodeup, Node}` and `{nodedown, Node}`. */
export class NodeMessage {
  constructor(
    readonly tag: 'nodeup' | 'nodedown',
    readonly node: string,
  ) {}
}

/** Guard for `receive`: a node connected or disconnected. */
export function isNodeMessage(message: unknown): message is NodeMessage {
  return isInstance(message, NodeMessage)
}
