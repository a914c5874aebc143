import type { ExitReason, Kernel } from '../../kernel/index.js'

/** On this channel it is told of each server that is about to be started isolated: an `IsolateEvent`. */
export const ISOLATES = 'heartwood.isolate'

/** A thread or program gets a server. */
export interface IsolateEvent {
  readonly kernel: Kernel
  /** The name of its class. */
  readonly name: string
  /** Has something of a layer above be there, too. */
  post(extension: IsolateExtension): void
}

/**
 * What a layer above has in a thread or program besides the server, such as what measures there. It is loaded there by the name under
 * which everybody imports that layer, so that there is one copy of it.
 */
export interface IsolateExtension {
  /** An entry of the package. */
  readonly module: string
  /** What it exports an `IsolateExtensionEntry` as. */
  readonly entry: string
  /** What that gets: a copy. */
  readonly luggage: unknown
  /** It says something. It must not throw. */
  heard(news: unknown): void
  /** It is no more. @param isTold whether its last news came; without, it was ended by force */
  left(reason: ExitReason, isTold: boolean): void
}

/**
 * Begins over there, before the server does.
 *
 * @param say sends news home, behind the signals of turns that are over
 * @returns what is called when the server has ended: for the last news
 */
export type IsolateExtensionEntry = (
  luggage: unknown,
  say: (news: unknown) => void,
) => (() => void) | Promise<() => void>

/** An extension on its way. */
export type IsolateExtensionOrder = Pick<IsolateExtension, 'module' | 'entry' | 'luggage'>

/** All that layers above have in one thread or program. */
export class IsolateExtensions {
  readonly #all: IsolateExtension[] = []
  /** Sends one there; undefined until those that there are have gone along with the start. */
  #send: ((at: number, order: IsolateExtensionOrder) => void) | undefined

  /** Those that go along with the start. @param send for later ones */
  depart(send: (at: number, order: IsolateExtensionOrder) => void): readonly IsolateExtensionOrder[] {
    this.#send = send
    return this.#all.map(orderOf)
  }

  /** Whether those of later go by themselves. */
  get departed(): boolean {
    return this.#send !== undefined
  }

  readonly post = (extension: IsolateExtension): void => {
    this.#all.push(extension)
    this.#send?.(this.#all.length - 1, orderOf(extension))
  }

  heard(at: number, news: unknown): void {
    this.#all[at]?.heard(news)
  }

  left(reason: ExitReason, isTold: boolean): void {
    this.#send = () => {}
    for (const extension of this.#all) extension.left(reason, isTold)
  }
}

function orderOf({ module, entry, luggage }: IsolateExtension): IsolateExtensionOrder {
  return { module, entry, luggage }
}
