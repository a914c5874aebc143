/**
 * A Nest service with a tree in it: `npm run service nest`, on Express, or on Fastify with `ADAPTER=fastify`. Its price list is a
 * provider of Nest's, its till and its stock are workers, its controllers have refs to them.
 */
import 'reflect-metadata'
import {
  Controller,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  Param,
  Post,
} from '@nestjs/common'
import { HttpAdapterHost, NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { application, defineConfig, HeartwoodError, type Ref } from 'heartwood'
import { requestProcess } from 'heartwood/http'
import { HeartwoodModule, HeartwoodService, refToken } from 'heartwood/nest'
import { Prices, Shop, Stock, Till } from './shop.js'

@Injectable()
class PriceList extends Prices implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  #open = false

  onModuleInit(): void {
    this.#open = true
    console.log('nest opens the price list')
  }

  of(what: string): number {
    if (!this.#open) throw new Error('the price list is closed')
    return what.length
  }

  onModuleDestroy(): void {
    this.#open = false
    console.log('nest closes the price list')
  }

  onApplicationShutdown(signal?: string): void {
    console.log(`nest is shut down by ${signal ?? 'close()'}`)
  }
}

@Module({ providers: [{ provide: Prices, useClass: PriceList }], exports: [Prices] })
class PricesModule {}

@Controller()
class ShopController {
  constructor(
    @Inject(refToken(Stock)) private readonly stock: Ref<Stock>,
    @Inject(refToken(Till)) private readonly till: Ref<Till>,
    @Inject(HeartwoodService) private readonly heartwood: HeartwoodService,
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
  ) {}

  @Post('sell/:what')
  async sell(@Param('what') what: string): Promise<{ left: number; total: number }> {
    return served(async () => ({
      left: await this.stock.call.take(what),
      total: await this.till.call.sell(what),
    }))
  }

  @Get('count/:ms')
  count(@Param('ms') ms: string): Promise<number> {
    console.log('counting')
    return served(() => this.till.call.count(Number(ms)))
  }

  @Get('alive')
  alive(): string {
    return 'alive'
  }

  @Post('break/:who')
  break(@Param('who') who: string): string {
    if (who === 'stock') this.stock.cast.breaks()
    else if (who === 'till') this.till.cast.breaks()
    else {
      // In plain Nest this ends the program.
      setImmediate(() => {
        throw new Error('a request is broken')
      })
      return new Promise(() => {}) as never
    }
    return 'broken'
  }

  @Get('health')
  ready(): Promise<unknown> {
    return this.health.check([() => this.heartwood.ready()])
  }
}

/** A worker that crashed is there again soon; who asks is told to ask again. */
async function served<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!HeartwoodError.is(error)) throw error
    throw new HttpException({ error: error.code }, 503)
  }
}

@Module({
  imports: [
    HeartwoodModule.forRoot({
      config: defineConfig({
        applications: [
          application({ name: 'shop', root: Shop, stop: () => console.log('the tree has stopped') }),
        ],
        log: { level: process.env.LOG === 'info' ? 'info' : 'fatal' },
      }),
      imports: [PricesModule],
      // Without it the till does not find its prices, which is seen before anything starts.
      inject: process.env.BROKEN ? [] : [Prices],
      http: HttpAdapterHost,
    }),
    HeartwoodModule.forFeature([Stock, Till]),
    TerminusModule,
  ],
  controllers: [ShopController],
})
class AppModule {}

const adapter = process.env.ADAPTER === 'fastify' ? new FastifyAdapter() : new ExpressAdapter()
const app = await NestFactory.create(AppModule, adapter, { logger: ['error', 'warn'] })
app.enableShutdownHooks()
// The first middleware: each request is a process, and the caller of what it asks for.
app.use(requestProcess())
await app.listen(Number(process.env.PORT ?? 0), '127.0.0.1')
console.log(`listening on ${(await app.getUrl()).replace('[::1]', '127.0.0.1')}`)
