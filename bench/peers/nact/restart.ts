import type { Ref, SupervisionContext } from 'nact'
import { began, perOperation, type Sample } from '../../harness/sample.js'
import { dispatch, spawn, stop, system } from './system.js'

/** An actor that throws, and that `onCrash` resets: its state is made anew. */
export async function work(size: number): Promise<Sample> {
  let counted = 0
  let up: () => void = () => {}
  const initialStateFunc = (): number => {
    up()
    return 0
  }
  const careless = (_state: number, _message: string): number => {
    throw new Error('oops')
  }
  const onCrash = (
    _message: unknown,
    _error: unknown,
    context: SupervisionContext<unknown, Ref<never>>,
  ): symbol => context.reset as symbol
  const actor = spawn(system, careless, 'careless', { initialStateFunc, onCrash: onCrash as never })
  const start = began()
  for (; counted < size; counted++) {
    const restarted = new Promise<void>((resolve) => {
      up = resolve
    })
    dispatch(actor, 'crash')
    await restarted
  }
  const sample = perOperation(start, counted)
  stop(actor)
  return sample
}
