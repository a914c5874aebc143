/** The user and password part of a URL: `postgres://pulse:secret@db/pulse`. */
const URL_PASSWORD = /(\/\/[^:/?#@\s]*):[^@/?#\s]+@/g

/** Text without the passwords that URLs in it carry: connection strings get into messages and states easily. */
export function withoutSecrets(text: string): string {
  return text.includes('@') ? text.replace(URL_PASSWORD, '$1:[redacted]@') : text
}
