import { ServiceBroker } from 'moleculer'

/** A service with one action, called with the time-out of `call`. */
export async function adder(): Promise<{ broker: ServiceBroker; add: (by: number) => Promise<number> }> {
  const broker = new ServiceBroker({ logger: false, requestTimeout: 5_000 })
  let value = 0
  broker.createService({
    name: 'cell',
    actions: {
      add(context: { params: { by: number } }): number {
        value += context.params.by
        return value
      },
    },
  })
  await broker.start()
  return { broker, add: (by) => broker.call<number, { by: number }>('cell.add', { by }) }
}
