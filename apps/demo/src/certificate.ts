import { connect } from 'node:tls'

/** Looks at the certificate of an https, tls or grpcs address: resolves with the moment it stops being valid, in epoch ms. */
export type CertificateLook = (url: string, signal: AbortSignal) => Promise<number>

/**
 * Opens a TLS connection and reads the certificate of the server. One that is not valid is still read: whether it is
 * valid is what the checks find out; this is about when it will not be any more.
 */
export const lookAtCertificate: CertificateLook = (url, signal) => {
  const { hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port) || 443,
      // An address that is a number is no name to ask for.
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
    })
    const end = (act: () => void): void => {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      act()
    }
    const abort = (): void => end(() => reject(signal.reason))
    signal.addEventListener('abort', abort)
    socket.once('error', (error) => end(() => reject(error)))
    socket.once('secureConnect', () => {
      const validTo = Date.parse(socket.getPeerCertificate().valid_to)
      end(() => resolve(validTo))
    })
  })
}
