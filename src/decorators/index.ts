/** Decorators and injection: sugar over the layers below, which work without it. The only layer that knows inversify. */
export {
  type BindInWhenOnFluentSyntax,
  type BindToFluentSyntax,
  ContainerModule,
  injectFromBase,
  type ServiceIdentifier,
  unmanaged,
} from 'inversify'
export { type ApplicationOptions, application, overrideBindings } from './application.js'
export { child } from './child.js'
export { DECORATOR_ERRORS } from './errors.js'
export { GenServer, type GenServerOptions } from './gen-server.js'
export { Call, Cast, ConfigChange, Info, type MethodContext, type OfInstances } from './handlers.js'
export { Health } from './health.js'
export type { Bind, Bindings } from './injection/bindings.js'
export { ContainerScopes } from './injection/container-scopes.js'
export { decorate } from './injection/decorate.js'
export {
  inject,
  injectable,
  multiInject,
  named,
  optional,
  postConstruct,
  preDestroy,
  tagged,
} from './injection/inject.js'
export { type InjectedOptions, injected } from './injection/injected.js'
export { Pool, type PoolClassOptions } from './pool.js'
export { recordHandler } from './recorded-metadata.js'
export { ofMembers } from './standard-mode.js'
export {
  After,
  Enter,
  Internal,
  On,
  Postpone,
  State,
  StateMachine,
  type StateMachineOptions,
  StateTimeout,
  Timeout,
  To,
} from './state-machine.js'
export {
  DynamicSupervisor,
  type DynamicSupervisorClassOptions,
  Supervisor,
  type SupervisorClassOptions,
} from './supervisor.js'
export { classAround, decorating } from './usage-check.js'
