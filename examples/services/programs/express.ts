/** An Express service with a tree in it: `npm run service express`. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type NextFunction, type Request, type Response } from 'express'
import { application, defineConfig, HeartwoodError, health, ref } from 'heartwood'
import { bootBeside, requestProcess } from 'heartwood/http'
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

const app = express()
// The first middleware: each request is a process, and the caller of what it asks for.
app.use(requestProcess())

const [stock, till] = [ref(Stock), ref(Till)]

app.post('/sell/:what', async ({ params: { what } }, response) => {
  response.json({ left: await stock.call.take(what), total: await till.call.sell(what) })
})

app.get('/count/:ms', async ({ params }, response) => {
  console.log('counting')
  response.send(String(await till.call.count(Number(params.ms))))
})

app.get('/alive', (_, response) => {
  response.send('alive')
})

app.get('/health', async (_, response) => {
  const { ready } = await health(system)
  response.status(ready.ok ? 200 : 503).json(ready)
})

app.post('/break/:who', ({ params: { who } }, response) => {
  if (who === 'stock') stock.cast.breaks()
  else if (who === 'till') till.cast.breaks()
  // Where no framework catches it: in plain Express the end of the program.
  else {
    setImmediate(() => JSON.parse('{'))
    return
  }
  response.status(201).send('broken')
})

// A worker that crashed is there again soon; who asks is told to ask again.
app.use((error: unknown, _: Request, response: Response, next: NextFunction) => {
  if (HeartwoodError.is(error)) response.status(503).json({ error: error.code })
  else next(error)
})

const server = createServer(app)
const system = await bootBeside(server, config, {
  signals: true,
  beforeExit: () => console.log('the rest of the program closes'),
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1')
await once(server, 'listening')
console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`)
