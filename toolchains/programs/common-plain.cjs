/** CommonJS that nobody has compiled. */
const {
  application,
  boot,
  Call,
  decorate,
  defineConfig,
  GenServer,
  injected,
  ref,
  Supervisor,
} = require('heartwood')

class Till {
  currency = injected('currency')
  total(cents) {
    return `${(cents / 100).toFixed(2)} ${this.currency}`
  }
  static {
    decorate(Call(), Till, 'total')
    decorate(GenServer({ name: 'till' }), Till)
  }
}

class Root {}
decorate(
  Supervisor({ children: [Till], bindings: (bind) => void bind('currency').toConstantValue('EUR') }),
  Root,
)

async function main() {
  const shop = application({ name: 'shop', root: Root })
  const system = await boot(defineConfig({ applications: [shop], log: { level: 'silent' } }))
  const total = await ref(Till).call.total(450)
  await system.stop()
  console.log(total === '4.50 EUR' ? 'all is well' : total)
}

void main()
