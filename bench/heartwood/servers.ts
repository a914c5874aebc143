/** The GenServers of the scenarios, and what they have in common. */
import {
  Call,
  Cast,
  type DownMessage,
  exit,
  GenServer,
  Info,
  isDown,
  monitor,
  type Pid,
  receive,
  self,
  send,
  startLink,
  unlink,
} from 'heartwood'

/** Holds one number. */
@GenServer()
export class Cell {
  #value = 0

  init(value: number): void {
    this.#value = value
  }

  @Call() add(by: number): number {
    this.#value += by
    return this.#value
  }

  @Call() value(): number {
    return this.#value
  }

  /** Counts, and tells who waits when all have come. */
  @Cast() expect(by: number, expected: number, main: Pid): void {
    this.#value += by
    if (this.#value === expected) send(main, new Counted(expected))
  }

  @Cast() tell(pid: Pid): void {
    send(pid, 'told')
  }
}

/** Sent by a counter when all have come. */
export class Counted {
  constructor(readonly seen: number) {}
}

/** Counts messages of any kind, and tells who started it when so many have come. */
@GenServer()
export class Counter {
  #main!: Pid
  #expected = 0
  #seen = 0

  init({ expected, main }: { expected: number; main: Pid }): void {
    this.#expected = expected
    this.#main = main
  }

  handleInfo(): void {
    this.#seen += 1
    if (this.#seen === this.#expected) send(this.#main, new Counted(this.#seen))
  }
}

/** Watches a process, and tells the counter of its end. */
@GenServer()
export class Watcher {
  #counter!: Pid

  init(counter: Pid): void {
    this.#counter = counter
  }

  @Call() watch(pid: Pid): boolean {
    monitor(pid)
    return true
  }

  @Info(isDown) onDown(_down: DownMessage): void {
    send(this.#counter, 'down')
  }
}

/** The pid of a counter of `expected` messages that answers to the current process. */
export async function counter(expected: number): Promise<Pid> {
  return pidOf(await startLink(Counter, { expected, main: self() }))
}

/** What the counter has seen, when it has seen all. */
export async function counted(): Promise<number> {
  const { seen } = await receive(isCounted)
  return seen
}

/** The pid of a ref that was started. */
export function pidOf(ref: { readonly pid: Pid | undefined }): Pid {
  if (ref.pid === undefined) throw new Error('a server of the benchmark is gone')
  return ref.pid
}

/** Ends processes that are linked to this one. */
export function stopAll(pids: readonly Pid[]): void {
  for (const pid of pids) {
    unlink(pid)
    exit(pid, 'kill')
  }
}

function isCounted(message: unknown): message is Counted {
  return message instanceof Counted
}
