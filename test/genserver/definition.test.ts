import { describe, expect, it } from 'vitest'
import {
  call,
  defineServer,
  definitionOf,
  getState,
  isServerClass,
  type ServerClass,
  start,
} from '../../src/genserver/index.js'
import { send } from '../../src/kernel/index.js'
import { failure, world } from './world.js'

class Base {
  log: unknown[] = []
  greet(name: string): string {
    return `hello ${name}`
  }
  note(what: unknown): void {
    this.log.push(what)
  }
  onTick(): void {
    this.log.push('base tick')
  }
  field = () => 1
  get computed(): number {
    return 1
  }
}
defineServer(Base, {
  name: 'base',
  calls: ['greet'],
  casts: ['note'],
  infos: [
    { pattern: 'tick', method: 'onTick' },
    { pattern: 'tock', method: 'onTick' },
  ],
})

describe('defineServer', () => {
  it('stores the table on the class', () => {
    expect(isServerClass(Base)).toBe(true)
    expect(definitionOf(Base)).toMatchObject({ Class: Base, name: 'base' })
    expect([...definitionOf(Base).calls]).toEqual(['greet'])
    expect([...definitionOf(Base).casts]).toEqual(['note'])
    expect(Object.keys(Base)).toEqual([])
  })

  it('gives a subclass what its base declares, and its own before it', () =>
    world(async () => {
      class Derived extends Base {
        bye(): string {
          return 'bye'
        }
        onDerivedTick(): void {
          this.log.push('derived tick')
        }
      }
      defineServer(Derived, { calls: ['bye'], infos: [{ pattern: 'tick', method: 'onDerivedTick' }] })
      expect(definitionOf(Derived).name).toBeUndefined()
      const server = await start(Derived)
      expect(await server.call.greet('you')).toBe('hello you')
      expect(await server.call.bye()).toBe('bye')
      send(server.pid as never, 'tick')
      send(server.pid as never, 'tock')
      expect(await getState(server)).toMatchObject({ log: ['derived tick', 'base tick'] })
      expect([...definitionOf(Base).calls]).toEqual(['greet'])
    }))

  it('lets a subclass without a table of its own be the server that its base is', () =>
    world(async () => {
      class Louder extends Base {
        override greet(name: string): string {
          return super.greet(name).toUpperCase()
        }
      }
      const server = await start(Louder, undefined, { name: 'louder' })
      expect(await server.call.greet('you')).toBe('HELLO YOU')
      expect(await getState('louder')).toBeInstanceOf(Louder)
    }))

  it.each([
    ['a method that is not there', { calls: ['nothing'] }, 'nothing'],
    ['a field that holds a function', { calls: ['field'] }, 'field'],
    ['a getter', { casts: ['computed'] }, 'computed'],
    ['a callback of the engine', { casts: ['terminate'] }, 'terminate'],
    ['the constructor', { calls: ['constructor'] }, 'constructor'],
    ['a message handler that is not there', { infos: [{ method: 'nothing' }] }, 'nothing'],
  ])('refuses %s', (_, table, method) =>
    world(async () => {
      class Other extends Base {}
      const error = await failure(() => defineServer(Other, table as never))
      expect(error).toMatchObject({ code: 'HANDLER_INVALID', details: { class: 'Other', method } })
    }))
})

describe('definitionOf', () => {
  it('refuses a class that has no table', () =>
    world(async () => {
      class Plain {}
      expect(isServerClass(Plain)).toBe(false)
      expect(await failure(() => definitionOf(Plain))).toMatchObject({
        code: 'CLASS_UNDEFINED',
        details: { class: 'Plain' },
      })
    }))
})

describe('create', () => {
  it('makes the instance inside the new process, at every start', () =>
    world(async () => {
      let made = 0
      class Injected extends Base {
        constructor(readonly serial: number) {
          super()
        }
      }
      defineServer(Injected, {
        create: async (Class) => {
          made++
          expect(Class).toBe(Injected)
          return new Injected(made)
        },
      })
      const first = await start(Injected)
      const second = await start(Injected)
      expect(await getState(first)).toMatchObject({ serial: 1 })
      expect(await getState(second)).toMatchObject({ serial: 2 })
    }))

  it('that throws is a failed init', () =>
    world(async () => {
      class Broken extends Base {}
      defineServer(Broken, {
        create: () => {
          throw new Error('unbound')
        },
      })
      expect(await failure(start(Broken))).toMatchObject({
        code: 'START_FAILED',
        cause: { message: 'unbound' },
      })
    }))

  it('is none that would be taken for a promise: an heir with such a method, a field of that name', () =>
    world(async () => {
      class Heir extends Base {
        // biome-ignore lint/suspicious/noThenProperty: that is the mistake.
        then(): string {
          return 'next step'
        }
      }
      class Field {
        // biome-ignore lint/suspicious/noThenProperty: that is the mistake.
        then = () => 'next step'
      }
      defineServer(Field, {})
      class Made extends Field {}
      defineServer(Made, { create: () => new Made() })
      for (const Class of [Heir, Field, Made]) {
        expect(await failure(start(Class as ServerClass))).toMatchObject({
          code: 'START_FAILED',
          cause: { code: 'HANDLER_INVALID', details: { method: 'then' } },
        })
      }
    }))

  it('is missed where the constructor takes arguments', () =>
    world(async () => {
      class Needy extends Base {
        constructor(readonly needed: number) {
          super()
        }
      }
      defineServer(Needy, {})
      expect(await failure(start(Needy))).toMatchObject({
        code: 'START_FAILED',
        cause: { code: 'CONSTRUCTOR_NEEDS_ARGUMENTS', details: { class: 'Needy', count: 1 } },
      })
    }))
})

it('keeps untyped calls working beside typed ones', () =>
  world(async () => {
    class Both extends Base {
      handleCall(request: unknown): string {
        return `untyped ${request}`
      }
    }
    const both = await start(Both, undefined, { name: undefined })
    expect(await call(both, 'x')).toBe('untyped x')
    expect(await both.call.greet('x')).toBe('hello x')
  }))
