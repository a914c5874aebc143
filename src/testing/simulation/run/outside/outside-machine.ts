/**
 * What the machine decides of itself and `async_hooks` does not tell of: chance that no seed can be put in the place of, and what JavaScript's
 * engine does beside the program.
 */
import crypto from 'node:crypto'
import { read } from '../../../../kernel/index.js'

/** Puts a door where something is called. */
export type Watch = (
  holder: object,
  name: string,
  what: string,
  isHarmless?: (self: unknown, args: readonly unknown[]) => boolean,
  mayBe?: 'own' | 'seeded',
) => void

/** Puts a door before each of them. */
export function watchMachine(watch: Watch): void {
  // Node takes its random bytes from a store of its own: the first of many is told of.
  for (const holder of [crypto, globalThis.crypto])
    watch(holder, 'randomUUID', 'crypto.randomUUID', undefined, 'seeded')
  for (const kind of ['ECDH', 'DiffieHellman', 'DiffieHellmanGroup'] as const)
    watch(crypto[kind].prototype, 'generateKeys', `${kind}.generateKeys`)
  watch(crypto, 'publicEncrypt', 'crypto.publicEncrypt')
  watch(crypto.Sign.prototype, 'sign', 'a signature that is another each time', (_, [key]) =>
    isSameEachTime(key),
  )
  watch(URL, 'createObjectURL', 'URL.createObjectURL')
  for (const name of ['wait', 'waitAsync']) watch(Atomics, name, `Atomics.${name}`, undefined, 'own')
  const { WebAssembly } = globalThis as { WebAssembly?: object }
  for (const name of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) {
    if (WebAssembly !== undefined && typeof read(WebAssembly, name) === 'function')
      watch(WebAssembly, name, `WebAssembly.${name}`, undefined, 'own')
  }
}

/** Whether a key signs the same text in the same way each time. What is no key Node refuses. */
function isSameEachTime(key: unknown): boolean {
  const padding = read(key, 'padding')
  if (padding !== undefined && padding !== crypto.constants.RSA_PKCS1_PADDING) return false
  try {
    const { asymmetricKeyType } =
      key instanceof crypto.KeyObject ? key : crypto.createPrivateKey(key as crypto.PrivateKeyInput)
    return asymmetricKeyType === 'rsa' || asymmetricKeyType?.startsWith('ed') === true
  } catch {
    // Not swallowed: Node says the same where it signs.
    return true
  }
}
