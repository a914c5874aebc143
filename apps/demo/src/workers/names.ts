/** The names that Pulse's processes are registered under. */
export const PUB_SUB = 'pub-sub'
export const HISTORY_WRITER = 'history-writer'
export const STATUS_COLLECTOR = 'status-collector'
export const METRIC_COLLECTOR = 'metric-collector'
export const SAMPLE_SERVICES = 'samples'
export const ALERTER = 'alerter'
export const ALERT_SINKS = 'alert-sinks'
export const CERTIFICATE_WATCHER = 'certificate-watcher'
export const CHECKERS = 'checkers'
export const BODIES = 'bodies'
export const TARGET_LOADER = 'target-loader'
export const RELAY = 'relay'
export const WEB_SERVER = 'web-server'

/** The name of the checker of a target. */
export const checkerName = (target: string): string => `checker:${target}`

/** The name of the worker that delivers alerts to a sink. */
export const alertSinkName = (sink: string): string => `alert:${sink}`
export const isAlertSink = (name: string): boolean => name.startsWith(alertSinkName(''))
