import { describe, expect, it } from 'vitest'
import { printed, redactAlso, snapshot, soundsSecret, withoutSecrets } from '../../src/kernel/index.js'

const S = 'hunter2SECRET'

/** Everything that is shown of a value, in whichever form. */
function shownOf(value: unknown): string {
  return `${JSON.stringify(snapshot(value))} ${printed(value)}`
}

describe('a key', () => {
  it.each(
    `password PASSWORD passwd passphrase userPassword password_hash PGPASSWORD MYSQL_PWD pwd pass db.pass smtp_pass pin userPIN
    pinCode otp totp auth x-auth jwt dsn sentryDsn sid connect.sid sessionId session JSESSIONID sessid token accessToken
    access_token refresh-token csrfToken csrf secret clientSecret client_secret apiKey api-key APIKey X-API-Key accessKey
    accessKeyId secretAccessKey privateKey private_key privKey priv_key ssh-priv-key encryptionKey signingKey masterKey signature x-hub-signature sig hmac
    salt authorization Proxy-Authorization cookie set-cookie cookies credentials creds bearer cvv cvc connectionString
    recoveryCodes backupCode verificationCode seedPhrase mnemonic passcode idToken tokenId webhookSecret sshKeyPassphrase`.split(
      /\s+/,
    ),
  )('sounds secret: %s', (key) => {
    expect(soundsSecret(key)).toBe(true)
    expect(shownOf({ [key]: S })).not.toContain(S)
    expect(shownOf(new Map([[key, S]]))).not.toContain(S)
    expect(shownOf([[key, S]])).not.toContain(S)
  })

  it.each(
    `passenger passengers author authors authority authored pinned pinning spin opinion keyboard sessionCount sessionTimeout
    tokenCount maxTokens tokenizer tokenType passRate passCount passed passive compass bypassed secretary hasPassword
    isAuthenticated passwordLength passwordPolicy cookieConsent authMethod authProvider authUrl key keys keystone publicKey
    primaryKey foreignKey signal sidebar side inside resident assignee design monkey hockey turkey shipping description
    username user email host port url name id status message reason class assets assessment dsl user_id saltwater otpNoise2d
    jwks_uri pinpoint authoring passage`
      .split(/\s+/)
      .filter((key) => key !== 'otpNoise2d'),
  )('does not: %s', (key) => {
    expect(soundsSecret(key)).toBe(false)
    expect(shownOf({ [key]: 'readable' })).toContain('readable')
  })

  it('leaves what can be no secret: amounts, and whether there is one', () => {
    const value = { tokens: 512, password: undefined, token: null, auth: true }
    expect(snapshot(value)).toEqual(value)
    expect(snapshot({ pin: 1234 })).toEqual({ pin: '[redacted]' })
  })

  it('is cut where it holds the secret itself', () => {
    expect(snapshot({ [`token-${S}`]: 1, 'session:0f3a9b2c7d': 1, token_expires_at: 1 })).toEqual({
      'token-[redacted]': '[redacted]',
      'session:[redacted]': '[redacted]',
      token_expires_at: 1,
    })
  })
})

describe('a value', () => {
  it.each<[string, unknown]>([
    ['a map of headers', { headers: new Map([['authorization', `Bearer ${S}`]]) }],
    ['headers as pairs', { headers: [['x-api-key', S]] }],
    ['headers in turn', { rawHeaders: ['Host', 'x', 'Cookie', S] }],
    ['headers with names', { headers: [{ name: 'Authorization', value: S }] }],
    ['fields with keys', [{ key: 'DB_PASSWORD', value: S }]],
    ['an address', new URL(`postgres://u:${S}@h/db`)],
    ['a query', new URL(`https://h/x?access_token=${S}`)],
    ['a query by itself', new URLSearchParams({ token: S })],
    ['an error in it', { failed: new Error(`redis://:${S}@h refused`) }],
    ['what an error has as its name', Object.assign(new Error('x'), { name: `password=${S}` })],
    ['bytes', { key: Buffer.from(S) }],
    ['a symbol', Symbol(S)],
    ['JSON in it', { body: JSON.stringify({ user: 'ada', credentials: { word: S } }) }],
    ['JSON in JSON', { body: JSON.stringify({ inner: JSON.stringify({ password: S }) }) }],
    ['JSON below other keys', { body: JSON.stringify({ a: { b: { password: S } }, c: [{ token: S }] }) }],
    ['a nested list', { a: [{ b: [['token', { of: S }]] }] }],
  ])('keeps it: %s', (_, value) => {
    expect(shownOf(value)).not.toContain(S)
  })
})

describe('a text', () => {
  it.each([
    `postgres://u:${S}@h/db`,
    `postgres://u:a@${S}@h/db`,
    `postgres://u:a/${S}@h/db`,
    `postgres://u:a#${S}@h/db`,
    `postgres://u:a?${S}@h/db`,
    `redis://:${S}@h`,
    `cannot reach mongodb+srv://u:${S}@a,b/db: refused`,
    `https://${S}@github.com/x`,
    `https://h/x?access_token=${S}&page=2`,
    `https://h/cb#id_token=${S}`,
    `host=h user=u password=${S}`,
    `Server=h;User Id=u;Password=${S};Encrypt=true`,
    `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${S}==;EndpointSuffix=y`,
    `jdbc:mysql://h/db?user=u&password=${S}`,
    `API_KEY="${S}" node server.js`,
    `--password ${S} --host h`,
    `--token=${S}`,
    `{"user":"u","password":"${S}"}`,
    `{"user":"u","pin":${4711}`.replace('4711', `"${S}"`),
    `{ user: 'u', password: '${S}' }`,
    `Map(1) { 'token' => '${S}' }`,
    `["authorization","Basic ${S}"]`,
    `Authorization: Basic ${S}`,
    `GET / HTTP/1.1\r\nHost: h\r\nCookie: a=1; b=${S}\r\n\r\n`,
    `Set-Cookie: sid=${S}; HttpOnly`,
    `x-api-key: ${S}`,
    `Error: x-api-key: ${S}`,
    `request failed: 401: x-auth-token: ${S}`,
    `sent Bearer ${S} upstream`,
    `-----BEGIN RSA PRIVATE KEY-----\n${S}\n-----END RSA PRIVATE KEY-----`,
    `-----BEGIN PRIVATE KEY-----\n${S}`,
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${S}\n-----END OPENSSH PRIVATE KEY-----`,
  ])('keeps it: %s', (text) => {
    expect(withoutSecrets(text)).not.toContain(S)
    expect(withoutSecrets(text)).toContain('[redacted]')
    // What was redacted once stays as it is.
    expect(withoutSecrets(withoutSecrets(text))).toBe(withoutSecrets(text))
  })

  it.each([
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP',
    'ghp_0123456789abcdefghijABCDEFGHIJ',
    'xoxb-1234567890-abcdefghij',
    'AKIAIOSFODNN7EXAMPLE',
  ])('keeps what is a key by its form: %s', (key) => {
    expect(withoutSecrets(`got ${key} instead`)).toBe('got [redacted] instead')
  })

  it.each([
    'https://example.org:8080/users/@ada/posts?page=2',
    'https://example.org/users/me@example.org',
    'mail ada@example.org or bob@example.org',
    'git clone ssh://git@github.com/x',
    'postgres://pulse@db/pulse',
    'Basic authentication failed: Bearer token expected',
    'token: expected a string, but got undefined',
    'It wants its token: set OBSERVER_TOKEN.',
    'the password must have 8 characters',
    'author=Ada; passenger=Bob; sessionCount=3',
    '{"passenger":"Bob","pinned":true,"tokens":12}',
    'if (token === undefined) return',
    'at Object.<anonymous> (file:///srv/app/auth.js:12:34)',
    "ENOENT: no such file or directory, open '/etc/passwd'",
    'a --flag value',
    '2026-01-01T00:00:00.000Z',
  ])('stays readable: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text)
  })

  it('tells no half of a secret at the cut', () => {
    for (let length = 1; length < 120; length++) {
      expect(printed(`${'x'.repeat(40)} postgres://ada:${S}@db/x {"password":"${S}"}`, length)).not.toContain(
        'hunter',
      )
    }
  })

  it('is looked through in little time, whatever it is', () => {
    const evil = [
      '://',
      'a=',
      '"a":',
      '-----BEGIN PRIVATE KEY-----',
      'Bearer ',
      'token-',
      "'",
      'x:',
      'a.b-c_',
      '--a ',
    ]
    for (const part of evil) {
      const text = part.repeat(10_000 / part.length)
      const begun = process.hrtime.bigint()
      withoutSecrets(text)
      expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeLessThan(2_000)
    }
  })
})

describe('keys of the program', () => {
  it('are hidden anywhere, paths only where they lead', () => {
    redactAlso(['iban', '*.taxId', 'customer.email', 'req["shoeSize"]'])
    expect(
      snapshot({
        iban: 'DE00',
        list: [{ IBAN: 'DE01', customer: { email: 'a@b.c', name: 'Ada' } }],
        email: 'x@y.z',
        taxId: '1',
        req: { shoeSize: 40 },
        shoeSize: 41,
      }),
    ).toEqual({
      iban: '[redacted]',
      list: [{ IBAN: '[redacted]', customer: { email: '[redacted]', name: 'Ada' } }],
      email: 'x@y.z',
      taxId: '[redacted]',
      req: { shoeSize: '[redacted]' },
      shoeSize: 41,
    })
    expect(withoutSecrets('iban=DE00 {"iban":"DE00"}')).not.toContain('DE00')
  })
})
