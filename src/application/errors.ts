import { errorsOf } from '../kernel/index.js'

/** The errors of this layer, by code. */
export const APPLICATION_ERRORS = {
  CONFIG_NOT_FOUND:
    'there is no configuration module {path}. Give the path of a file whose default export is defineConfig({ … }).',
  CONFIG_SYNTAX: 'the configuration does not parse: {place}: {reason}',
  DEV_EXPORT_MISSING:
    '{importer} imports {name} from {file}, which does not export it. Export it there, or change the import.',
  DEV_VITE_MISSING:
    'heartwood dev loads a program with Vite, which is not installed here. Install it: npm install --save-dev vite@8',
  CONFIG_IMPORT_FAILED: 'the configuration module {path} cannot be loaded: {reason}',
  CONFIG_NO_DEFAULT:
    'the configuration module {path} has no default export. Write: export default defineConfig({ applications: [ … ] })',
  CONFIG_UNKNOWN_KEY: '{file}: {key} is not a known key{suggestion}. Known keys: {known}.',
  CONFIG_INVALID: '{file}: {key} must be {expected}, but is {value}.',
  CONFIG_FUNCTION_FAILED: '{file}: the function {key} failed: {reason}',
  CONFIG_FUNCTION_SILENT:
    '{file}: the function {key} has not answered in {time} ms (bootTimeout). It waits for something that does not happen, or needs more time.',
  SETTINGS_ABSENT:
    '{file}: the configuration has no settings, and so {consequence}. Give it some: defineConfig({ settings, … }).',
  SETTINGS_NEEDED:
    '{file}: the function {key} of the settings cannot be checked without their values: {reason}. Its result is not checked.',
  RELOAD_TIMEOUT:
    'the configuration was not read in {time} ms: code in it, or in the schema of its settings, waits for something that does not happen.',
  RELOAD_ENDED: 'the configuration is not read again: the system has ended.',
  RELOAD_REFUSED:
    'the change of {keys} is taken back: {process} crashed while handling it ({reason}), and so would others that run the same code. The old settings stay in force. Correct the value or the handler.',
  SETTING_UNKNOWN:
    'there is no setting "{key}" here. Call setting() in a process of an application whose config has settings with that key.',
  ISOLATE_UNBOUND:
    '{class} wants {token} ({parameter}), which is bound here, but it runs in a {isolate} of its own, where nothing of that is. Bind it in a supervisor that is isolated as a whole, or give it what it needs as an argument or a setting.',
  SETTING_WITHHELD:
    'the setting "{key}" is not available here: its value cannot be sent to an isolated server ({reason}). Make its class portable(), or keep it as plain data.',
  APPLICATION_DUPLICATE: '{file}: two applications are named "{name}". Each needs a name of its own.',
  DEPENDENCY_UNKNOWN:
    '{file}: application "{name}" depends on "{dependency}", which is not among the applications{suggestion}.',
  DEPENDENCY_CYCLE:
    '{file}: the applications depend on each other in a circle: {cycle}. Remove one of these dependencies.',
  CONTAIN_UNSUPPORTED:
    'this runtime does not report failures, or not their async context ({reason}), so failures outside handlers cannot be contained. Set contain: false in defineConfig: then a failure in a timer or in a promise that is not awaited ends the program, as without Heartwood; handlers and supervisors work as usual.',
  PLAN_INVALID: '{count} problems keep the applications from starting:{*list}',
  PLAN_FAILED: 'the plan of this part of the tree failed: {reason}',
  NAME_DUPLICATE:
    'its process is to be registered as {name}, and so is that of {first}: the second one does not start. Give each a name of its own, or none.',
  REGISTRY_LATE:
    'its process is to be registered as {name}, and the registry {registry} is started after it ({later}). List the registry before it.',
  REGISTRY_UNPLANNED:
    'its process is to be registered as {name}, and the registry {registry} is nowhere in the plan: it does not start unless code has started the registry before. List registry.childSpec() before it.',
  INCLUDE_NOT_IN_TREE:
    'application {name} includes {part}, whose root is nowhere in its tree: nothing of it runs, unless a start function starts it. Put the root among the children of a supervisor.',
  SUPERVISOR_CIRCULAR:
    '{id} is among its own children ({way}), so that its start would never end. Take it out of the children of one of them.',
  COPIES_MIXED:
    '{id} was decorated by another installed copy of heartwood ({other}) than the one that runs it ({own}): it would run in a kernel of its own, where no code finds it. Install one copy only: npm ls heartwood shows which package needs the other.',
  TREE_ENDLESS:
    'the tree is more than {depth} supervisors deep. Is one of them a child of itself, created anew each time?',
  BOOT_OPTION_INVALID: 'boot starts nothing with these options: {*problems}.',
  BOOT_FAILED:
    'application {application} did not start: {culprit}: {reason}. What had been started is stopped.',
  BOOT_TIMEOUT:
    'application {application} did not start in time: {culprit} is not through after {took} ms, and all applications together have {limit} ms (bootTimeout). What had been started is stopped.',
  NODE_KERNEL:
    'the program is to be the node {node}, but the kernel that boot was given is named {kernel}. Make it with new Kernel({ node: {node} }).',
  NODE_FAILED: 'the program did not become the node {node}: {*reason}. Nothing was started.',
  DRAIN_OPTION: 'this cannot be drained: {*problems}.',
  DRAIN_INVALID:
    'drain takes a server of node:http, https, http2 or net, or an object that has one as its server, but got {value}.',
  HEALTH_NO_SYSTEM:
    '{action} needs the running system, and this code belongs to none. Call it in a process of an application, or pass what boot returned.',
  HEALTH_CHECK_INVALID: 'a health check cannot be added: its {*problems}.',
  BOOT_CANCELLED:
    'the start was cancelled by {by} at application {application}; what had been started is stopped.',
  USAGE: '{problem} Usage: {usage}; {help} tells more.',
  MACHINE_ABSENT: 'no state machine of {path} can be drawn: {*problem}.',
  OBSERVER_UNREACHABLE:
    'nothing answers at {url}: {reason}. Is the program running with its observer, at this address?',
  OBSERVER_ANSWER: '{url} answered {status} instead of the requested data. {hint}.',
  PROJECT_NAME_INVALID: 'a project cannot be named {name}: {rule}. Choose another name.',
  PROJECT_EXISTS:
    'there is already something in {folder}. A project is only made in a new or empty folder; nothing was changed.',
  PROJECT_NOT_WRITTEN: 'the project cannot be written to {folder}: {reason}. Nothing is left of it.',
} as const

export const applicationError = errorsOf(APPLICATION_ERRORS)
