import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Who may see the operator's view: anyone, nobody, or whoever has the token. */
export type OperatorAccess = 'open' | 'closed' | { readonly token: string }

/**
 * Lets a request of the operator's pass, or answers it. The token comes as `authorization: Bearer …`, or as the password
 * that a browser asks for.
 */
export function refuseUnlessOperator(
  access: OperatorAccess,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (access === 'open') return undefined
  if (access === 'closed') {
    return reply
      .code(403)
      .send({ error: 'the operator’s view is closed on an open address; PULSE_OPERATOR_TOKEN opens it' })
  }
  if (isSame(given(request.headers.authorization), access.token)) return undefined
  return reply
    .code(401)
    .header('www-authenticate', 'Basic realm="Pulse operator", charset="UTF-8"')
    .send({ error: 'this needs the operator’s token, as a Bearer token or as the password' })
}

function given(authorization = ''): string {
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return ''
  const decoded = Buffer.from(value, 'base64').toString('utf8')
  return decoded.slice(decoded.indexOf(':') + 1)
}

/** In a time that tells nothing of how much was right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
