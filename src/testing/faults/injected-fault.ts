/** What a process crashes with when a test wants it to. Such a crash is expected, being ordered. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'

  /** @param where such as `the init of counter` */
  constructor(where: string) {
    super(`a fault was injected into ${where}`)
  }
}
