import { GenServer, logger } from 'heartwood'

@GenServer({ name: 'greeter' })
export class Greeter {
  init(): void {
    logger().info('good morning')
  }
}
