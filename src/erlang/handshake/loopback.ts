import { lookup } from 'node:dns/promises'

/** Whether what is sent to that host stays on this machine. */
export async function isLoopback(host: string): Promise<boolean> {
  if (isLoopbackAddress(host)) return true
  try {
    const found = await lookup(host, { all: true })
    return found.length > 0 && found.every(({ address }) => isLoopbackAddress(address))
  } catch {
    return false
  }
}

export function isLoopbackAddress(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|::1|localhost|::ffff:127\.\d+\.\d+\.\d+)$/i.test(host)
}
