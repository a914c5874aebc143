import { Secret } from 'heartwood'
import { z } from 'zod'
import { basic, credited, shownAddress } from './address.js'
import { onlyKeysOf } from './known-keys.js'

/** Milliseconds in a day: the longest pause between two checks. */
const DAY = 86_400_000

const milliseconds = (min: number, max: number) => {
  const expected = `a whole number of milliseconds from ${min} to ${max}`
  return z.int(expected).min(min, expected).max(max, expected)
}

const CHECKS = 'a whole number of checks from 1 to 20'
const DAYS_LEFT = 'a whole number of days from 1 to 365'
const STATUS = 'an HTTP status from 100 to 599'
const NAME =
  'a name of 1 to 64 letters, digits, spaces, dots, dashes or underscores that starts with a letter or digit'

const HIDE = 'true or false'
const WHO = 'a text of 1 to 2000 characters without line ends'

const credential = z
  .string(WHO)
  .min(1, WHO)
  .max(2000, WHO)
  .regex(/^[^\r\n]*$/, WHO)
const user = { username: credential, password: credential }
const token = { token: credential }

/** Who Pulse is for the target: a user with a password, or the bearer of a token. */
const authSchema = z.union(
  [z.strictObject(user), z.strictObject(token)],
  'either { "username", "password" } or { "token" }',
)

const shape = {
  name: z.string(NAME).regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, NAME),
  url: z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }),
  auth: authSchema.optional(),
  /** Whether the address is the operator's business alone. */
  hideUrl: z.boolean(HIDE).default(false),
  interval: milliseconds(100, DAY).default(30_000),
  timeout: milliseconds(10, 600_000).default(10_000),
  status: z.int(STATUS).min(100, STATUS).max(599, STATUS).default(200),
  body: z.string('text that the body must contain').min(1, 'text that the body must contain').optional(),
  /** Slower than this, in ms, counts as slow. */
  slow: milliseconds(1, 600_000).optional(),
  /** So many checks in a row have to find another state before it counts. */
  confirm: z.int(CHECKS).min(1, CHECKS).max(20, CHECKS).default(1),
  /** So many days before its TLS certificate ends, an alert is sent. */
  certificateDays: z.int(DAYS_LEFT).min(1, DAYS_LEFT).max(365, DAYS_LEFT).default(14),
}

/**
 * One thing to watch. Every message of the schema says what was *expected*: Heartwood puts the place and the value before it.
 */
export const targetSchema = z.strictObject(shape, onlyKeysOf(shape)).transform(({ url, auth, ...rest }) => {
  const { address, authorization = auth && headerOf(auth) } = credited(url)
  return {
    ...rest,
    /** As it may be shown: user, password and query may be secrets. */
    url: shownAddress(address),
    /** What is asked. */
    address: new Secret(address),
    ...(authorization !== undefined && { authorization: new Secret(authorization) }),
  }
})

function headerOf(auth: z.output<typeof authSchema>): string {
  return 'token' in auth ? `Bearer ${auth.token}` : basic(auth.username, auth.password)
}

/** Every target has its own name: history, metrics and the checker's process go by it. */
export const targetListSchema = z
  .array(targetSchema, 'a list of targets')
  .min(1, 'at least one target')
  .superRefine((targets, context) => {
    const seen = new Map<string, number>()
    targets.forEach((target, index) => {
      const first = seen.get(target.name)
      if (first === undefined) seen.set(target.name, index)
      else {
        context.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `a name that no other target has (targets[${first}] has it too)`,
        })
      }
    })
  })

export type Target = z.output<typeof targetSchema>
/** A target as it is written down. */
export type GivenTarget = z.input<typeof targetSchema>
