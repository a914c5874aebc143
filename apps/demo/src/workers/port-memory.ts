/** The ports that were given to whoever asked for any: the next incarnation is found where the last one was. */
export class PortMemory {
  readonly ports = new Map<string, number>()
}
