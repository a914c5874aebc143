import { erase, get, inherited, processKey, put } from 'heartwood/kernel'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare function assert<T extends true>(proof?: T): void

const LOCALE = processKey<'de' | 'en'>('shop.locale')

// A key says what is stored under it.
put(LOCALE, 'de')
const got = get(LOCALE)
const above = inherited(LOCALE)
const before = erase(LOCALE)
assert<Equal<typeof got, 'de' | 'en' | undefined>>()
assert<Equal<typeof above, typeof got>>()
assert<Equal<typeof before, typeof got>>()
// @ts-expect-error another type
put(LOCALE, 5)

// Of a plain key nobody knows.
put('locale', 5)
const plain = get('locale')
assert<Equal<typeof plain, unknown>>()
