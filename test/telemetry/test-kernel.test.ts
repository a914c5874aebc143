import { Call, GenServer } from 'heartwood'
import { startMetrics } from 'heartwood/telemetry'
import { openTelemetry } from 'heartwood/telemetry/opentelemetry'
import { faults, restartOf, startSupervised } from 'heartwood/testing'
import { useTestKernel } from 'heartwood/testing/vitest'
import { expect, it } from 'vitest'

const kernel = useTestKernel()

@GenServer({ name: 'counter' })
class Counter {
  #count = 0
  @Call() add(by: number): number {
    this.#count += by
    return this.#count
  }
}

it('measures and traces in a test kernel, whose faults strike as without', async () => {
  using metrics = startMetrics({ kernel: kernel() })
  using _telemetry = openTelemetry({ kernel: kernel() })
  const counter = await startSupervised(Counter)
  expect(await counter.call.add(2)).toBe(2)
  faults().crashInHandler(counter)
  await expect(counter.call.add(1)).rejects.toMatchObject({ code: 'CALL_SERVER_EXITED' })
  await restartOf(counter)
  expect(await counter.call.add(1)).toBe(1)
  expect(metrics.prometheusText()).toMatch(/heartwood_restarts_total\{[^}]*child="counter"\} 1/)
  expect(metrics.prometheusText()).toContain('_count{server="Counter",method="add",outcome="ok"} 2')
})
