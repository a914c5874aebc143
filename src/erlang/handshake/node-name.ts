/** `name@host`, as nodes are called. */
export interface NodeName {
  readonly alive: string
  readonly host: string
}

const NODE_NAME = /^([^\s@/\\]{1,200})@([^\s@/\\]{1,255})$/

/** Its parts; undefined for what is no name of a node. */
export function parsedNodeName(name: string): NodeName | undefined {
  const [, alive, host] = NODE_NAME.exec(name) ?? []
  return alive === undefined || host === undefined || Buffer.byteLength(name) > 255
    ? undefined
    : { alive, host }
}
