import {
  type Application,
  application,
  type ChildSpec,
  type Config,
  currentKernel,
  DynamicSupervisor,
  defineConfig,
  inject,
  partitionSupervisorSpec,
  Supervisor,
  type SupervisorOptions,
} from 'heartwood'
import { clusterSupervisorSpec } from 'heartwood/cluster'
import { Outbox } from './alerts/outbox.js'
import { sinksOf } from './alerts/sinks.js'
import { lookAtCertificate } from './certificate.js'
import { Elsewhere } from './elsewhere.js'
import { Journal } from './journal.js'
import { Ownerships } from './ownerships.js'
import { askingResolver } from './resolver.js'
import { SETTINGS, type Settings } from './settings.js'
import { createStore, FolderLock, STORE } from './store/index.js'
import { Alerter, SINKS } from './workers/alerter.js'
import { BodyReader, READERS } from './workers/body-reader.js'
import { BodyReadings } from './workers/body-readings.js'
import { CERTIFICATES, CertificateWatcher } from './workers/certificate-watcher.js'
import { FETCH, RESOLVER } from './workers/checker.js'
import { Faults } from './workers/faults.js'
import { HistoryWriter } from './workers/history-writer.js'
import { MetricCollector } from './workers/metric-collector.js'
import { ALERT_SINKS, BODIES, CHECKERS } from './workers/names.js'
import { PortMemory } from './workers/port-memory.js'
import { PubSub } from './workers/pub-sub.js'
import { Relay } from './workers/relay.js'
import { SampleServices } from './workers/sample-services.js'
import { StatusCollector } from './workers/status-collector.js'
import { StoreRecord } from './workers/store-record.js'
import { TargetLoader } from './workers/target-loader.js'
import { TargetOwner } from './workers/target-owner.js'
import { WatchedTargets } from './workers/watched-targets.js'
import { WebServer } from './workers/web-server.js'

/**
 * One worker per sink. That a mail server is away is no crash: the worker tries again by itself. So only what is wrong in
 * a sink's own code brings restarts, and the sinks have nothing to do with one another: more are let pass than elsewhere.
 */
@DynamicSupervisor({ name: ALERT_SINKS, intensity: 20 })
export class AlertSinks {}

/** The alerter has started the sinks. When their supervisor dies they are gone, and it has to start them anew. */
@Supervisor({ name: 'alerts', strategy: 'rest_for_one', children: [AlertSinks, Alerter] })
export class Alerts {}

/** Independent of each other: one that crashes subscribes again and goes on, and no other has to start afresh. */
@Supervisor({
  name: 'collectors',
  strategy: 'one_for_one',
  children: [HistoryWriter, StatusCollector, MetricCollector, Alerts],
})
export class Collectors {}

/** The subscriptions live in the pub/sub server. When it dies they are gone, and the collectors have to subscribe anew. */
@Supervisor({ name: 'bus', strategy: 'rest_for_one', children: [PubSub, Collectors] })
export class Bus {}

/**
 * One checker per target, each on its own. Checkers have nothing to do with one another, so a few that crash at the
 * same time are no sign that all of them are sick: more restarts are let pass than elsewhere.
 */
@DynamicSupervisor({ name: CHECKERS, intensity: 10 })
export class Checkers {}

/** The loader has started the checkers. When their supervisor dies they are gone, and it has to start them anew. */
@Supervisor({ name: 'checks', strategy: 'rest_for_one', children: [Checkers, TargetLoader] })
export class Checks {}

/** A body that keeps a reader busy for too long ends it, and comes again at a later check: more restarts are let pass than elsewhere. */
const bodies = partitionSupervisorSpec(BODIES, { child: BodyReader, partitions: READERS, intensity: 20 })

/**
 * Of several Pulses that share the targets, each has the keys of some: the owner of a target has it checked here. They come last, so that they are stopped
 * first: what gives a target away needs all others.
 */
const owners = (watched: WatchedTargets): ChildSpec =>
  clusterSupervisorSpec(
    TargetOwner,
    {
      keys: () => watched.list.map(({ name }) => name),
      reconcile: 5_000,
      handOverTimeout: 12_000,
      shutdown: 15_000,
    },
    { id: 'owners' },
  )

const WATCH = [SampleServices, bodies, Checks, CertificateWatcher] as const

/**
 * A sample service that crashes is what checks are there to notice: none of them is restarted for it. Nor has a look at
 * a certificate anything to do with the checks.
 */
@Supervisor({
  name: 'watch',
  strategy: 'one_for_one',
  children: WATCH,
})
export class Watch {
  constructor(
    @inject(WatchedTargets) private readonly watched: WatchedTargets,
    @inject(Ownerships) private readonly ownerships: Ownerships,
  ) {}

  init(): SupervisorOptions {
    return this.ownerships.isShared ? { children: [...WATCH, owners(this.watched)] } : {}
  }
}

/** On its own, so that a web server that cannot stay up takes a while to bring down what it only shows. */
@Supervisor({ name: 'front', strategy: 'one_for_one', children: [WebServer] })
export class Front {
  constructor(@inject(Ownerships) private readonly ownerships: Ownerships) {}

  init(): SupervisorOptions {
    return this.ownerships.isShared ? { children: [Relay, WebServer] } : {}
  }
}

/**
 * Each part works on what stands before it: checks publish on the bus, the web server shows both. A part that had to
 * give up, its own restarts being spent, takes down what stands after it, and nothing else.
 */
@Supervisor({ name: 'pulse', strategy: 'rest_for_one', children: [Bus, Watch, Front] })
export class Pulse {}

/** Pulse as an application. What is bound here is bound once for all of Pulse, and outlives every process. */
export function pulseApplication(settings: Settings): Application {
  return application({
    name: 'pulse',
    root: Pulse,
    bindings: (bind) => {
      bind(SETTINGS).toConstantValue(settings)
      bind(FETCH).toConstantValue(fetch)
      bind(CERTIFICATES).toConstantValue(lookAtCertificate)
      bind(RESOLVER).toConstantValue(askingResolver(() => currentKernel().now()))
      bind(FolderLock).toDynamicValue(() => new FolderLock())
      bind(Journal).toDynamicValue(() => new Journal(() => currentKernel().clock.wallTime()))
      bind(Outbox).toDynamicValue(({ get }) => new Outbox(get(Journal)))
      bind(Ownerships).toConstantValue(new Ownerships(settings.isShared))
      bind(Elsewhere).toConstantValue(new Elsewhere())
      bind(WatchedTargets).toConstantValue(new WatchedTargets(settings))
      bind(SINKS).toDynamicValue(({ get }) =>
        sinksOf(settings.alerts, { fetch: get(FETCH), write: (line) => process.stdout.write(line) }),
      )
      bind(Faults).toConstantValue(new Faults())
      bind(BodyReadings).toConstantValue(new BodyReadings())
      bind(PortMemory).toConstantValue(new PortMemory())
      bind(StoreRecord).toConstantValue(new StoreRecord())
      // A store is closed with the writer that opened it; the next writer gets one of its own.
      bind(STORE)
        .toDynamicValue(() => createStore(settings))
        .inTransientScope()
    },
  })
}

/** A configuration of Pulse alone, with settings that are known. */
export function pulseConfig(settings: Settings): Config {
  return defineConfig({ applications: [pulseApplication(settings)] })
}
