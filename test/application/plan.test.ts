import {
  application,
  DynamicSupervisor,
  defineConfig,
  dynamicSupervisorSpec,
  GenServer,
  Supervisor,
  supervisorSpec,
} from 'heartwood'
import { checkConfig, drawing, planOf } from 'heartwood/tools'
import { expect, it } from 'vitest'

@GenServer({ restart: 'transient' })
class Worker {}

@DynamicSupervisor({ name: 'pool' })
class Pool {}

@Supervisor({
  strategy: 'rest_for_one',
  children: () => [Worker, Pool, [Worker, undefined, { id: 'second', restart: 'temporary' }]],
})
class Root {}

@Supervisor()
class Computed {
  init() {
    return { children: [] }
  }
}

const nothing = { id: 'nothing', start: () => 'ignore' as const }

it('draws the tree of a configuration: ids, kinds, strategies, restarts that are not permanent', () => {
  const config = defineConfig({
    applications: [
      application({
        name: 'plain',
        dependencies: ['decorated'],
        root: supervisorSpec('top', {
          children: [
            supervisorSpec('left', { strategy: 'one_for_all', children: [nothing] }),
            dynamicSupervisorSpec('right'),
            supervisorSpec('later', () => ({ children: [] })),
          ],
        }),
      }),
      application({ name: 'decorated', root: Root }),
      application({ name: 'computed', root: Computed }),
    ],
  })
  const plan = planOf(checkConfig(config))
  expect(plan.problems).toEqual([])
  expect(drawing(plan)).toBe(`decorated
└─ Root (supervisor, rest_for_one)
   ├─ Worker (transient)
   ├─ pool (dynamic supervisor)
   └─ second (temporary)
plain (after decorated)
└─ top (supervisor, one_for_one)
   ├─ left (supervisor, one_for_all)
   │  └─ nothing
   ├─ right (dynamic supervisor)
   └─ later (supervisor, children known at run time)
computed
└─ Computed (supervisor, one_for_one, children known at run time)
`)
})
