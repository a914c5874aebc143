/** Types that compare the arguments of a child with the parameters of its `init`. There is no code in this file. */
import type { Awaitable, InitArguments, InitOf } from '../genserver/index.js'
import type { Child, ChildOverrides, ChildSpec, childSpec } from './child-spec.js'
import type { SupervisorOptions } from './supervisor-options.js'

type Class = abstract new (...args: never[]) => unknown

/** A source of child specs: the parameter of its `childSpec` method is the type of its arguments. */
interface Source<Args> {
  [childSpec](args: Args): ChildSpec
}

/** The form in which a child must be listed: a class, or `[Class, args, overrides]` where its `init` takes arguments. */
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

/** The type that the compiler infers for an element of a literal list: every part of it is `readonly`. */
type Constant<T> = T extends ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown)
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Constant<T[K]> }
    : T

/** A type that no child has. The name of its field is the message that the compiler prints. */
interface Unfit<Form> {
  readonly 'a child must be given what its init takes': Form
}

/** The type of a child whose arguments fit its `init`; `Unfit` where they do not. */
export type Fitting<Entry> = Entry extends readonly unknown[] | Class
  ? Entry extends Constant<Wanted<Entry>>
    ? Constant<Wanted<Entry>>
    : Unfit<Wanted<Entry>>
  : Entry

/** A list of children whose arguments all fit. */
export type FittingChildren<List extends readonly Child[]> = {
  readonly [At in keyof List]: Fitting<List[At]>
}

/** Options of a supervisor whose children all fit; or a function that computes these options. */
export type FittingInit<List extends readonly Child[]> =
  | Options<List>
  | (() => Awaitable<Options<List> | 'ignore'>)

interface Options<List extends readonly Child[]> extends Omit<SupervisorOptions, 'children'> {
  readonly children?: (List & FittingChildren<List>) | undefined
}
