/** What a trace shows of an actor of a kernel scenario. */
import { DownMessage, ExitMessage, Pid, processInfo, type RemoteName } from '../../src/kernel/index.js'
import { spelled } from './canon.js'
import { type Cast, mailOf } from './cast.js'

export class ActorStates {
  /** @param hidden watches the actors for the comparison itself */
  constructor(
    private readonly cast: Cast,
    private readonly hidden: (pid: Pid) => boolean,
  ) {}

  /** Of one that lives in this kernel. */
  of(name: string): string {
    const info = processInfo(this.cast.pid(name))
    if (info === undefined) return 'dead unnoticed'
    const parts = [
      ...(info.trapExit ? ['trap'] : []),
      ...listed(
        'links',
        info.links.map((pid) => this.cast.nameOf(pid)),
      ),
      ...listed(
        'mons',
        info.monitors.map((object) => this.#object(object)),
      ),
      ...listed(
        'by',
        info.monitoredBy.filter((pid) => !this.hidden(pid)).map((pid) => this.cast.nameOf(pid)),
      ),
      ...(info.registeredName === undefined ? [] : [`name=${info.registeredName}`]),
      ...mailbox(info.messages.map((message) => this.described(message))),
    ]
    return parts.length === 0 ? '-' : parts.join(' ')
  }

  /** The sender of a message, and its text. */
  described(message: unknown): [string, string] {
    const mail = mailOf(message)
    if (mail !== undefined) return [mail.from, `msg(${mail.tag})`]
    if (message instanceof ExitMessage)
      return [this.cast.nameOf(message.from), `exit(${spelled(message.reason)})`]
    if (!(message instanceof DownMessage)) throw new TypeError(`an actor got ${message}`)
    const ref = this.cast.nameOf(message.ref)
    const { object, tag, reason } = message
    const from = object instanceof Pid ? this.cast.nameOf(object) : this.cast.watchedBy(ref)
    return [from, `${tag === 'DOWN' ? 'down' : tag}(${ref},${this.#object(object)},${spelled(reason)})`]
  }

  #object(object: Pid | RemoteName): string {
    return object instanceof Pid ? this.cast.nameOf(object) : `@${object.name}`
  }
}

function listed(what: string, names: string[]): string[] {
  return names.length === 0 ? [] : [`${what}=[${names.sort().join(',')}]`]
}

/** One queue a sender: the order within it is promised, the order between senders is not. */
function mailbox(messages: readonly [string, string][]): string[] {
  if (messages.length === 0) return []
  const queues = [...bySender(messages)].sort(([a], [b]) => (a < b ? -1 : 1))
  return [`mbox={${queues.map(([from, texts]) => `${from}:${texts.join(',')}`).join(' ')}}`]
}

function bySender(messages: readonly [string, string][]): Map<string, string[]> {
  const queues = new Map<string, string[]>()
  for (const [from, text] of messages) {
    const queue = queues.get(from)
    if (queue === undefined) queues.set(from, [text])
    else queue.push(text)
  }
  return queues
}
