/** Certificates for tests, made anew each time. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NodeTls } from '../../src/erlang/handshake/transport.js'

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0
if (!hasOpenssl) console.warn('openssl is not installed: connections over TLS are skipped.')

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']

/** Somebody who vouches for nodes. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), 'heartwood-tls-'))

  constructor() {
    openssl(
      'req',
      '-x509',
      ...KEY,
      '-subj',
      '/CN=ca',
      '-keyout',
      this.path('ca.key'),
      '-out',
      this.path('ca.pem'),
    )
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** For a node of that host. */
  certify(host: string): NodeTls {
    const at = (kind: string): string => this.path(`${host}.${kind}`)
    openssl('req', ...KEY, '-subj', `/CN=${host}`, '-keyout', at('key'), '-out', at('csr'))
    writeFileSync(at('ext'), `subjectAltName=DNS:${host}\n`)
    const ca = ['-CA', this.path('ca.pem'), '-CAkey', this.path('ca.key'), '-CAcreateserial']
    openssl('x509', '-req', '-days', '2', '-in', at('csr'), ...ca, '-extfile', at('ext'), '-out', at('pem'))
    return {
      ca: readFileSync(this.path('ca.pem')),
      cert: readFileSync(at('pem')),
      key: readFileSync(at('key')),
    }
  }

  /** What Erlang takes as `-ssl_dist_optfile`. */
  erlangOptions(host: string): string {
    const files = `{certfile, "${this.path(`${host}.pem`)}"}, {keyfile, "${this.path(`${host}.key`)}"}, {cacertfile, "${this.path('ca.pem')}"}, {verify, verify_peer}`
    const path = this.path(`${host}.options`)
    writeFileSync(path, `[{server, [${files}, {fail_if_no_peer_cert, true}]}, {client, [${files}]}].\n`)
    return path
  }

  remove(): void {
    rmSync(this.folder, { recursive: true })
  }
}

function openssl(...argv: readonly string[]): void {
  execFileSync('openssl', argv, { stdio: 'ignore' })
}
