/** The error of a process that a test crashes. Such a crash is expected. */
export class InjectedFault extends Error {
  override readonly name = 'InjectedFault'

  /** @param where such as `the init of counter` */
  constructor(where: string) {
    super(`a fault was injected into ${where}`)
  }
}
