/** A Fastify service with a tree in it: `npm run service fastify`. */
import fastify from 'fastify'
import { application, defineConfig, HeartwoodError, health, ref } from 'heartwood'
import { heartwoodPlugin } from 'heartwood/fastify'
import { Prices, Shop, Stock, Till } from './shop.js'

class PriceList extends Prices {
  of(what: string): number {
    return what.length
  }
}

const config = defineConfig({
  applications: [
    application({
      name: 'shop',
      root: Shop,
      bindings: (bind) => bind(Prices).to(PriceList),
      stop: () => console.log('the tree has stopped'),
    }),
  ],
  log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
})

const app = fastify()
await app.register(heartwoodPlugin, { config, signals: true })
app.addHook('onClose', async () => console.log('fastify closes'))

// A worker that crashed is there again soon; who asks is told to ask again.
app.setErrorHandler((error, _, reply) => {
  if (!HeartwoodError.is(error)) return reply.send(error)
  return reply.code(503).send({ error: error.code })
})

const [stock, till] = [ref(Stock), ref(Till)]

app.post<{ Params: { what: string } }>('/sell/:what', async ({ params: { what } }) => ({
  left: await stock.call.take(what),
  total: await till.call.sell(what),
}))

app.get<{ Params: { ms: string } }>('/count/:ms', async ({ params }) => {
  console.log('counting')
  return till.call.count(Number(params.ms))
})

app.get('/alive', async () => 'alive')

app.get('/health', async (_, reply) => {
  const { ready } = await health(app.heartwood)
  return reply.code(ready.ok ? 200 : 503).send(ready)
})

app.post<{ Params: { who: string } }>('/break/:who', ({ params: { who } }, reply) => {
  if (who === 'stock') stock.cast.breaks()
  else if (who === 'till') till.cast.breaks()
  // Where no framework catches it: in plain Fastify the end of the program.
  else {
    setImmediate(() => JSON.parse('{'))
    return new Promise(() => {})
  }
  return reply.code(201).send('broken')
})

console.log(`listening on ${await app.listen({ port: Number(process.env.PORT ?? 0), host: '127.0.0.1' })}`)
