import { errorsOf } from '../kernel/index.js'

/** What this layer raises. */
export const DECORATOR_ERRORS = {
  INJECT_UNBOUND:
    'nothing is bound to {token}, which {wanter} wants for {parameter} ({chain}). Bind it in the bindings of the application or of a supervisor above, for example {example}.',
  INJECT_AMBIGUOUS:
    '{count} bindings of {token} fit where {wanter} wants one for {parameter} ({chain}). Remove all but one, or tell them apart with whenNamed() and @named().',
  INJECT_CIRCULAR:
    'what {token} needs leads back to itself ({chain}). Break the circle: remove one of these dependencies.',
  INJECT_CAPTIVE:
    '{holder}, bound as a singleton in {outer}, would keep {token} of {inner}, which is disposed when {inner} restarts ({chain}). Bind {holder} in {inner} too, or in transient scope.',
  INJECT_SETTING_KEPT:
    '{holder}, bound as a singleton in {scope}, keeps {setting} as it is when {holder} is made: a change of the settings does not reach it. Let it call setting(token) where it uses the value, bind it with inTransientScope(), or let a worker with @ConfigChange pass the new value on.',
  INJECT_UNSHARED:
    '{token}, bound in {scope} to a {kind} made beforehand, is injected into several workers ({users}) and is not shared: a resource that it opens belongs to the first worker that uses it, and ends or fails with that worker. Bind it with toConstantValue(shared(x)), or make it in a factory, toDynamicValue(() => …), which shares it. If it opens nothing and keeps no callbacks, say so with unshared(x).',
  INJECT_OVERRIDE_UNUSED:
    'the override of {token} changes nothing: the token is not bound, and no class of the plan asks for it. Is it the right token?',
  INJECT_TYPES_MISSING: '{class} cannot be built: {reason} for constructor parameter {parameter}. {advice}.',
  INJECT_BASE_UNKNOWN:
    '{class} inherits the constructor of {base}, whose parameters are not known, so nothing can be injected there. Give {class} its own constructor that passes the arguments of {base}, such as constructor() { super() }; or, if {base} is yours, mark it with @injectable() and its parameters with @inject(token).',
  INJECT_NOT_INHERITED:
    '{class} inherits the property "{property}" of {base}, but not its injection. Decorate {class} with @injectFromBase({ extendProperties: true, extendConstructorArguments: false }).',
  WORKER_SINGLETON:
    '{class} is bound in {scope} as a single instance, but a worker needs a new instance at each start: after its first crash it could not be restarted. Do not bind it, or bind it with inTransientScope().',
  INJECT_FAILED: '{class} cannot be built ({chain}): {reason}',
  INJECT_FACTORY_FAILED: 'the factory that {token} is bound to failed: {reason}',
  INJECT_OUTSIDE:
    'injected({token}) was called while Heartwood creates no object. Call it in the initialiser of a field or in the constructor of a worker, a supervisor or an @injectable class; elsewhere use the field.{*copies}',
  INJECT_COPY:
    '{class} calls the injected of another installed copy of heartwood ({other}) than the one that runs it ({own}), which cannot give it anything. Install one copy only: npm ls heartwood shows which package needs the other (COPIES_MIXED).',
  INJECT_UNSEEN:
    'what {class} asks for is not all to be read from its text: {*unseen}. Whether it is bound is only known when it is built. Name the token by a class, a constant or a text, in the initialiser of a field.',
  INJECT_TOKEN_INVALID:
    'injected takes a class, a string or a symbol that something is bound to, but got {value}. A class is undefined while modules import each other in a circle.',
  INJECT_DISPOSE_FAILED: 'what {token} is bound to in {scope} could not be disposed of: {reason}',
  INSTANCE_REUSED:
    'the scope returned an instance of {class} that was used before. Each start needs a new instance: bind {class} with inTransientScope(), or do not bind it at all.',
  BINDINGS_INVALID:
    'bindings must be a function that takes bind, a ContainerModule, or an array of these, but are {value}.',
  BINDING_INVALID: '{binding} {problem}.',
  DECORATED_TWICE:
    '{class} is decorated with {first} and {second}. A class is one of them; remove the other.',
  DECORATOR_OPTION_INVALID: '@{decorator} of {target}: {*problems}.',
  DECORATOR_NOT_CALLED: '@{decorator} needs parentheses, also without options: @{decorator}().',
  DECORATORS_WITHOUT_METADATA:
    '@{decorator} of {name} is compiled as a standard (TC39) decorator by a compiler that gives it no context.metadata. Take TypeScript 5.2 or later, esbuild or the version "2023-11" of swc or Babel; or set "experimentalDecorators": true in the compilerOptions of tsconfig.json for legacy decorators.',
  SETTING_TOKEN_INVALID:
    '@ConfigChange takes the token of a setting, as settings.token("db.pool") gives it, but got {value}.',
  SCHEDULE_ISOLATED:
    '@Cron is on {class}, which is isolated: a thread or program of its own is a node of no cluster. Put it on a server that is not, which calls this one.',
  HANDLER_STATIC:
    '@{decorator} is on {class}.{method}, which is static. Handlers belong to an instance; remove "static".',
  MEMBER_PRIVATE:
    '@{decorator} is on {class}.{member}, which nobody outside of the class can reach. Remove the "#"; TypeScript\'s "private" will do where no client calls it.',
  STATE_DECORATOR_INVALID: '{class}.{method}: {problem}',
} as const

export const decoratorError = errorsOf(DECORATOR_ERRORS)
