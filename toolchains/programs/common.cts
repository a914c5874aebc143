/** CommonJS: what is compiled has `require('heartwood')`. Node 20.19 and later load an ES module by it. */
import { application, boot, Call, defineConfig, GenServer, inject, ref, Supervisor } from 'heartwood'

@GenServer({ name: 'till' })
class Till {
  constructor(@inject('currency') private readonly currency: string) {}
  @Call() total(cents: number): string {
    return `${(cents / 100).toFixed(2)} ${this.currency}`
  }
}

@Supervisor({ children: [Till], bindings: (bind) => void bind('currency').toConstantValue('EUR') })
class Root {}

async function main(): Promise<void> {
  const shop = application({ name: 'shop', root: Root })
  const contain = !('Bun' in globalThis)
  const system = await boot(defineConfig({ applications: [shop], contain, log: { level: 'silent' } }))
  const total = await ref(Till).call.total(450)
  await system.stop()
  console.log(total === '4.50 EUR' ? 'all is well' : total)
}

void main()
