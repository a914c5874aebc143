/** `name@host`, as nodes are called. */
export interface NodeName {
  readonly alive: string
  readonly host: string
}

const NODE_NAME = /^([^\s@/\\]{1,200})@([^\s@/\\]{1,255})$/

/** What OTP takes for a name that a node is given. */
const GIVEN = /^[\w-]{1,200}$/

/** What is wrong with a name for a node that is to be one among those of Erlang. */
export function problemOfOwnName(name: string): string | undefined {
  const parsed = parsedNodeName(name)
  if (parsed === undefined || name === 'nonode@nohost')
    return `its name must be name@host, but is ${JSON.stringify(name)}: give the kernel a node`
  if (GIVEN.test(parsed.alive)) return undefined
  return `no BEAM takes the name ${JSON.stringify(name)}: before the @ there are letters of ASCII, digits, - and _`
}

/** Its parts; undefined for what is no name of a node. */
export function parsedNodeName(name: string): NodeName | undefined {
  const [, alive, host] = NODE_NAME.exec(name) ?? []
  return alive === undefined || host === undefined || Buffer.byteLength(name) > 255
    ? undefined
    : { alive, host }
}
