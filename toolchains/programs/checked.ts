/** What `heartwood check` says where there is no inspector: a constructor is known, and that of fields nothing is known is said. */
import { application, decorate, defineConfig, GenServer, inject, injected, Supervisor } from 'heartwood'

class Fields {
  readonly store = injected<object>('store')
}
decorate(GenServer({ name: 'fields' }), Fields)

class Parameters {
  constructor(readonly store: object) {}
}
decorate(inject('store'), Parameters, 0)
decorate(GenServer({ name: 'parameters' }), Parameters)

class Root {}
decorate(Supervisor({ children: process.env.WRONG === '1' ? [Fields, Parameters] : [Fields] }), Root)

export default defineConfig({ applications: [application({ name: 'app', root: Root })], contain: false })
