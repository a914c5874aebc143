/** Addresses that people write down: which part of them may be shown, and which is nobody's business. */

/** An address without what may be a secret in it: no user, no password, no query, no fragment. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'an address'
  const url = new URL(address)
  const query = url.search === '' ? '' : '?…'
  return `${url.protocol}//${url.host}${url.pathname}${query}`
}

/** A text with every address in it shown as {@link shownAddress} does. Messages of libraries quote whole addresses. */
export function withoutAddresses(text: string): string {
  return text.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, shownAddress)
}

/** An address that `fetch` takes, and what it said about who asks: the value of an `authorization` header. */
export interface Credited {
  readonly address: string
  readonly authorization?: string
}

/** Takes the user and the password out of an address: `fetch` refuses one that has them. */
export function credited(address: string): Credited {
  const url = new URL(address)
  if (url.username === '' && url.password === '') return { address }
  const authorization = basic(decoded(url.username), decoded(url.password))
  url.username = ''
  url.password = ''
  return { address: url.href, authorization }
}

/** The header of a user with a password. */
export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`

/** A percent sign that begins no code stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address itself where it is one that is asked; of any other text, what may stand in a message. */
export function quotable(text: string): string {
  return isAsked(text) ? text : withoutSecretParts(text)
}

function isAsked(text: string): boolean {
  const [, scheme = ''] = /^(https?|tcp|tls|dns|grpcs?):\/\//i.exec(text) ?? []
  if (scheme === '' || !URL.canParse(text)) return false
  const { port } = new URL(text)
  return port === '' ? !/^(tcp|tls|grpcs?)$/i.test(scheme) : port !== '0'
}

/** Of a text that may be an address, or may have been meant as one: all but user, password, query and fragment. */
export function withoutSecretParts(text: string): string {
  return text.replace(/[?#].*$/s, '?…').replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1')
}
