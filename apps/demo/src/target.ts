import { Secret } from 'heartwood'
import { compile } from 'json-p3'
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
const STATUS = 'an HTTP status from 100 to 599, a class such as "2xx", or a list of them'
const NAME =
  'a name of 1 to 64 letters, digits, spaces, dots, dashes or underscores that starts with a letter or digit'
const HIDE = 'true or false'
const WHO = 'a text of 1 to 2000 characters without line ends'
const TEXT = 'a text of at least 1 character'
const HEADER = 'the name of an HTTP header'
const URLS =
  'an address that begins with http://, https://, tcp://, tls://, dns://, grpc:// or grpcs://; or else "push"'
const ADDRESS = 'an address with a host and, if need be, a port from 1 to 65535'
const PORT = 'an address with a port from 1 to 65535, such as tcp://db.example:5432'
export const PUSH_TOKEN = /^[\w-]{16,200}$/
const PUSH = 'a token of 16 to 200 letters, digits, dashes or underscores'
const SERVER = 'the IP address of a name server, if need be with a port'
const JSON_PATH = 'a JSONPath such as $.status'
const BOUNDS = 'a "min" that is no more than its "max"'
const JSON_VALUE = 'a text, a number, true, false, null, or { "min", "max" }'

const line = z
  .string(WHO)
  .min(1, WHO)
  .max(2000, WHO)
  .regex(/^[^\r\n]*$/, WHO)

/** Who Pulse is for the target: a user with a password, or the bearer of a token. */
const authSchema = z.union(
  [z.strictObject({ username: line, password: line }), z.strictObject({ token: line })],
  'either { "username", "password" } or { "token" }',
)

type OneStatus = number | `${1 | 2 | 3 | 4 | 5}xx`
/** Which status an answer may have. */
export type StatusWanted = OneStatus | readonly OneStatus[]

const isStatus = (given: unknown): given is OneStatus =>
  typeof given === 'number'
    ? Number.isInteger(given) && given >= 100 && given <= 599
    : typeof given === 'string' && /^[1-5]xx$/.test(given)

const statusSchema = z.custom<StatusWanted>(
  (given) => (Array.isArray(given) ? given.length > 0 && given.every(isStatus) : isStatus(given)),
  STATUS,
)

const jsonSchema = z.record(
  z.string(),
  z.union(
    [
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.strictObject({ min: z.number(), max: z.number().optional() }),
      z.strictObject({ min: z.number().optional(), max: z.number() }),
    ],
    JSON_VALUE,
  ),
  'an object of JSONPaths and what is to be there',
)

/** What an answer has to have where: a JSONPath, and the value or the bounds of a number. */
export type JsonWanted = Readonly<Record<string, string | number | boolean | null | JsonBounds>>

interface JsonBounds {
  readonly min?: number | undefined
  readonly max?: number | undefined
}

/** Whether no number is within the bounds. */
function isEmpty(wanted: JsonWanted[string]): boolean {
  if (typeof wanted !== 'object' || wanted === null) return false
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = wanted
  return min > max
}

function isJsonPath(path: string): boolean {
  try {
    compile(path)
    return true
  } catch {
    return false
  }
}

/** What every target has, whatever its kind. */
const name = z.string(NAME).regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u, NAME)

const common = {
  /** The page shows targets of one group together. */
  group: name.optional(),
  interval: milliseconds(100, DAY).default(30_000),
  /** So many checks in a row have to find another state before it counts. */
  confirm: z.int(CHECKS).min(1, CHECKS).max(20, CHECKS).default(1),
}

/** What a target has that is asked. */
const asked = {
  ...common,
  /** Whether the address is the operator's business alone. */
  hideUrl: z.boolean(HIDE).default(false),
  timeout: milliseconds(10, 600_000).default(10_000),
  /** Slower than this, in ms, counts as slow. */
  slow: milliseconds(1, 600_000).optional(),
}

/** So many days before its TLS certificate ends, an alert is sent. */
const certificateDays = z.int(DAYS_LEFT).min(1, DAYS_LEFT).max(365, DAYS_LEFT).default(14)

/** How the addresses begin that are known. */
const KNOWN = /^(https?|tcp|tls|dns|grpcs?):\/\//i
const portOf = (text: string): string => (URL.canParse(text) ? new URL(text).port : '')

const url = (protocol: RegExp) =>
  z
    .url({
      protocol,
      error: ({ input }) => (typeof input === 'string' && KNOWN.test(input) ? ADDRESS : URLS),
    })
    .refine((text) => portOf(text) !== '0', ADDRESS)
const urlWithPort = (protocol: RegExp) => url(protocol).refine((text) => portOf(text) !== '', PORT)

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const BODILESS: readonly string[] = ['GET', 'HEAD']

const shapes = {
  http: {
    name,
    url: url(/^https?$/),
    ...asked,
    auth: authSchema.optional(),
    method: z.enum(METHODS, `one of ${METHODS.join(', ')}`).default('GET'),
    /** Sent with the request. Values may be keys: they are shown nowhere. */
    headers: z
      .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, HEADER), line, {
        error: ({ code }) => (code === 'invalid_key' ? HEADER : 'an object of headers'),
      })
      .default({}),
    /** Sent as the body of the request. */
    payload: z.string(TEXT).min(1, TEXT).optional(),
    /** `stop` judges the redirect itself; told nothing, a target that should answer 3xx is not followed. */
    redirects: z.enum(['follow', 'stop'], "'follow' or 'stop'").optional(),
    status: statusSchema.default(200),
    /** Text that the body must contain. */
    body: z.string(TEXT).min(1, TEXT).optional(),
    /** Text that it must not contain. */
    bodyWithout: z.string(TEXT).min(1, TEXT).optional(),
    /** What it must have, read as JSON. */
    json: jsonSchema.optional(),
    certificateDays,
  },
  tcp: { name, url: urlWithPort(/^tcp$/), ...asked },
  tls: { name, url: urlWithPort(/^tls$/), ...asked, certificateDays },
  dns: {
    name,
    url: url(/^dns$/),
    ...asked,
    record: z
      .enum(
        ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT'],
        'A, AAAA, CNAME, MX, NS, PTR, SRV or TXT',
      )
      .default('A'),
    /** The name server that is asked; told nothing, those of the machine. */
    server: z
      .string(SERVER)
      .regex(/^(\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?|\[[\da-f:]+\](:\d{1,5})?|[\da-f:]+)$/i, SERVER)
      .optional(),
    /** One of the records must be this. */
    answer: z.string(TEXT).min(1, TEXT).optional(),
  },
  grpc: { name, url: urlWithPort(/^grpcs?$/), ...asked, certificateDays },
  push: {
    name,
    /** Whoever knows it may say that all is well. */
    push: z.string(PUSH).regex(PUSH_TOKEN, PUSH),
    ...common,
    /** How much later than its interval a word may come, in ms. */
    grace: milliseconds(0, DAY).default(10_000),
  },
}

const schemaOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, onlyKeysOf(shape))

/** A host as a socket takes it. */
const hostOf = (address: string): string => new URL(address).hostname.replace(/^\[|\]$/g, '')

/**
 * How a target of each kind is written down. Every message of the schemas says what was *expected*: Heartwood puts the place
 * and the value before it.
 */
const schemas = {
  http: schemaOf(shapes.http)
    .superRefine(({ method, payload, body, bodyWithout, json }, context) => {
      const wrong = (key: string, message: string) =>
        context.addIssue({ code: 'custom', path: [key], message })
      if (payload !== undefined && BODILESS.includes(method))
        wrong('payload', `nothing with the method ${method}`)
      if (method === 'HEAD' && [body, bodyWithout, json].some((each) => each !== undefined)) {
        wrong('method', 'another method than HEAD, whose answers have no body to judge')
      }
      for (const path of Object.keys(json ?? {}).filter((each) => !isJsonPath(each))) {
        context.addIssue({ code: 'custom', path: ['json', path], message: JSON_PATH })
      }
      for (const [path] of Object.entries(json ?? {}).filter(([, each]) => isEmpty(each))) {
        context.addIssue({ code: 'custom', path: ['json', path], message: BOUNDS })
      }
    })
    .transform(({ url, auth, headers, payload, redirects, ...rest }) => {
      const { address, authorization = auth && headerOf(auth) } = credited(url)
      return {
        ...rest,
        kind: 'http' as const,
        /** As it may be shown: user, password and query may be secrets. */
        url: shownAddress(address),
        /** What is asked. */
        address: new Secret(address),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name, new Secret(value)]),
        ) as Readonly<Record<string, Secret<string>>>,
        // A target that should answer 301 must not be followed to where it leads.
        redirects: redirects ?? (isRedirect(rest.status) ? ('stop' as const) : ('follow' as const)),
        ...(payload !== undefined && { payload: new Secret(payload) }),
        ...(authorization !== undefined && { authorization: new Secret(authorization) }),
      }
    }),
  tcp: schemaOf(shapes.tcp).transform(({ url, ...rest }) => ({
    ...rest,
    kind: 'tcp' as const,
    url: shownAddress(url),
    host: hostOf(url),
    port: Number(new URL(url).port),
  })),
  tls: schemaOf(shapes.tls).transform(({ url, ...rest }) => ({
    ...rest,
    kind: 'tls' as const,
    url: shownAddress(url),
    host: hostOf(url),
    port: Number(new URL(url).port),
  })),
  dns: schemaOf(shapes.dns).transform(({ url, ...rest }) => ({
    ...rest,
    kind: 'dns' as const,
    url: shownAddress(url),
    host: hostOf(url),
  })),
  grpc: schemaOf(shapes.grpc).transform(({ url, ...rest }) => ({
    ...rest,
    kind: 'grpc' as const,
    url: shownAddress(url),
    address: new Secret(url.replace(/^grpc/, 'http')),
    service: decodeURIComponent(new URL(url).pathname.replace(/^\//, '')),
  })),
  push: schemaOf(shapes.push).transform(({ push, ...rest }) => ({
    ...rest,
    kind: 'push' as const,
    url: 'push',
    hideUrl: false,
    token: new Secret(push),
  })),
}

const isRedirect = (status: StatusWanted): boolean => {
  const all = Array.isArray(status) ? status : [status]
  return all.every((each) => String(each).startsWith('3'))
}

function headerOf(auth: z.output<typeof authSchema>): string {
  return 'token' in auth ? `Bearer ${auth.token}` : basic(auth.username, auth.password)
}

type Kind = keyof typeof schemas

/** The kind follows from how the address begins; one that is no address is told of as one of the most common kind. */
function kindOf(given: unknown): Kind {
  if (typeof given !== 'object' || given === null) return 'http'
  if ('push' in given) return 'push'
  const scheme = 'url' in given ? /^(tcp|tls|dns|grpc)s?:/i.exec(String(given.url))?.[1] : undefined
  return (scheme?.toLowerCase() as Kind | undefined) ?? 'http'
}

/** The keys that such a target may have. */
export const keysOf = (given: object): readonly string[] => Object.keys(shapes[kindOf(given)])

/** One thing to watch. */
export const targetSchema = z.custom<GivenTarget>().transform((given, context): Target => {
  const parsed = schemas[kindOf(given)].safeParse(given)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: given } as never)
  return z.NEVER
})

/** Every target has its own name: history, metrics and the checker's process go by it. */
export const targetListSchema = z
  .array(targetSchema, 'a list of targets')
  .min(1, 'at least one target')
  .superRefine((targets, context) => {
    const seen = { name: new Map<string, number>(), push: new Map<string, number>() }
    const isOnce = (
      key: keyof typeof seen,
      value: string,
      index: number,
      say: (first: string) => string,
    ): void => {
      const first = seen[key].get(value)
      if (first === undefined) seen[key].set(value, index)
      else context.addIssue({ code: 'custom', path: [index, key], message: say(`targets[${first}]`) })
    }
    targets.forEach((target, index) => {
      isOnce('name', target.name, index, (first) => `a name that no other target has (${first} has it too)`)
      if (target.kind !== 'push') return
      // A word of one would count for the other. What begins so is told without the value.
      const duplicate = (first: string) => `duplicate token: that of ${first}; each target has its own`
      isOnce('push', target.token.reveal(), index, duplicate)
    })
  })

/** What a list may hold, for the JSON schema that editors read. */
export const givenTargetSchema = z.union(Object.values(shapes).map((shape) => z.strictObject(shape)))

export type HttpTarget = z.output<typeof schemas.http>
export type TcpTarget = z.output<typeof schemas.tcp>
export type TlsTarget = z.output<typeof schemas.tls>
export type DnsTarget = z.output<typeof schemas.dns>
export type GrpcTarget = z.output<typeof schemas.grpc>
/** One that tells by itself that all is well. */
export type PushTarget = z.output<typeof schemas.push>
/** One that Pulse asks. */
export type AskedTarget = HttpTarget | TcpTarget | TlsTarget | DnsTarget | GrpcTarget
export type Target = AskedTarget | PushTarget
/** One that speaks TLS, whose certificate can be looked at. */
export type CertifiedTarget = HttpTarget | TlsTarget | GrpcTarget

export function isCertified(target: Target): target is CertifiedTarget {
  return 'certificateDays' in target && /^(https|tls|grpcs):/.test(target.url)
}

/** Tells a target from one that is written down otherwise, in whatever it may be. */
export function fingerprint(target: Target): string {
  return JSON.stringify(target, function (this: Record<string, unknown>, key, shown) {
    const value = this[key]
    return value instanceof Secret ? value.reveal() : shown
  })
}

type Given = { [kind in Kind]: z.input<(typeof schemas)[kind]> }
/** A target as it is written down. */
export type GivenTarget = Given[Kind]
