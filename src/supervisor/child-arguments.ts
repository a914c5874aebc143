/** What children are given, compared with what their `init` takes: types alone. */
import type { Awaitable, InitArguments, InitOf } from '../genserver/index.js'
import type { Child, ChildOverrides, ChildSpec, childSpec } from './child-spec.js'
import type { SupervisorOptions } from './supervisor-options.js'

type Class = abstract new (...args: never[]) => unknown

/** What makes its own spec knows what it takes. */
interface Source<Args> {
  [childSpec](args: Args): ChildSpec
}

/** A child in the form that it has to be listed in: of a class and of `[Class, args, overrides]`, with what `init` takes. */
type Wanted<Entry> =
  Entry extends Source<never>
    ? Entry
    : Entry extends readonly [Source<infer Args>, ...unknown[]]
      ? readonly [Entry[0], args?: Args, overrides?: ChildOverrides]
      : Entry extends abstract new (
            ...args: never[]
          ) => infer C
        ? InitArguments<InitOf<C>, ChildOverrides> extends readonly [unknown, ...unknown[]]
          ? readonly [Entry, ...InitArguments<InitOf<C>, ChildOverrides>]
          : Entry
        : Entry extends readonly [abstract new (...args: never[]) => infer C, ...unknown[]]
          ? readonly [Entry[0], ...InitArguments<InitOf<C>, ChildOverrides>]
          : Entry

/** As the compiler infers what is written in a list: all of it is constant. */
type Constant<T> = T extends ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Constant<T[K]> }
    : T

/** No child has it: its name is the message. */
interface Unfit<Form> {
  readonly 'a child must be given what its init takes': Form
}

/** A child, if it is given what its `init` takes. */
export type Fitting<Entry> = Entry extends readonly unknown[] | Class
  ? Entry extends Constant<Wanted<Entry>>
    ? Constant<Wanted<Entry>>
    : Unfit<Wanted<Entry>>
  : Entry

/** A list of children of which each fits. */
export type FittingChildren<List extends readonly Child[]> = {
  readonly [At in keyof List]: Fitting<List[At]>
}

/** Options of a supervisor, of whose children each fits; or a function that computes them. */
export type FittingInit<List extends readonly Child[]> =
  | Options<List>
  | (() => Awaitable<Options<List> | 'ignore'>)

interface Options<List extends readonly Child[]> extends Omit<SupervisorOptions, 'children'> {
  readonly children?: (List & FittingChildren<List>) | undefined
}
