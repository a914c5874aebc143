// Writes docs/errors.md from the tables of the layers. test/errors.test.ts fails when the page and the code differ.
import { readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Compiled file by file: the package is bundled, and its tables have no file of their own there.
const dist = fileURLToPath(new URL('../node_modules/.cache/heartwood-errors', import.meta.url))
const files = readdirSync(dist, { recursive: true })
  .filter((f) => f.endsWith('errors.js'))
  .sort()
const order = [
  'kernel',
  'genserver',
  'genserver/task',
  'genserver/state-machine',
  'isolation',
  'supervisor',
  'registry',
  'config',
  'application',
  'decorators',
  'logging',
  'erlang',
  'erlang/handshake',
  'cluster',
  'cron',
  'observer',
  'mcp',
  'testing',
  'testing/simulation',
]
const titles = {
  kernel: 'Kernel',
  genserver: 'GenServer',
  'genserver/task': 'Task',
  'genserver/state-machine': 'StateMachine',
  isolation: 'Isolation',
  supervisor: 'Supervisor',
  registry: 'Registry',
  config: 'Settings',
  application: 'Application and command line',
  decorators: 'Decorators and injection',
  logging: 'Logging',
  erlang: "Erlang's terms",
  'erlang/handshake': 'Erlang nodes',
  cluster: 'Clusters',
  cron: 'Schedules',
  observer: 'Observer',
  mcp: 'Agents (MCP)',
  testing: 'Tests',
  'testing/simulation': 'Simulation',
}
const key = (f) => f.replace(/(\/errors)?\/errors\.js$/, '')
let out = `# Errors

This page lists all errors that a caller of Heartwood can get. Each has a stable \`code\`, a message that says what happened, to whom, what was expected and what
to do, and the data of the message in \`details\`. An *exit reason* is something else: the value with which a process ended. If a caller gets an exit reason,
it is in \`details.reason\` and, if it is an error, in \`cause\`.

\`\`\`ts
import { call, HeartwoodError } from 'heartwood'

try {
  await call('nobody', 'ping')
} catch (error) {
  if (!HeartwoodError.is(error, 'CALL_NOPROC')) throw error
  console.log(error.message)
}
\`\`\`

\`\`\`text
the call of ping failed: no process nobody is alive. Is it started, and under this name?
\`\`\`

Each code has its own anchor on this page. \`error.docs\` is \`'heartwood/docs/errors.md#CALL_NOPROC'\`, a path in the
installed package; the log has the same as \`err.docs\`.

In the messages below, \`{name}\` stands for the value \`details.name\`. A test compares these tables with the code, and checks that every code has
a test.
`
for (const f of files.sort((a, b) => order.indexOf(key(a)) - order.indexOf(key(b)))) {
  const m = await import(pathToFileURL(`${dist}/${f}`).href)
  for (const [n, t] of Object.entries(m))
    if (n.endsWith('_ERRORS')) {
      out += `\n## ${titles[key(f)] ?? key(f)}\n\n| code | message |\n| --- | --- |\n`
      for (const [c, text] of Object.entries(t))
        out += `| <a id="${c}"></a>\`${c}\` | ${text.replace(/\s*\n\s*/g, ' ').replace(/\|/g, '\\|')} |\n`
    }
}
const { EXIT_CODES } = await import(pathToFileURL(`${dist}/application/program-exit/exit-codes.js`).href)
out += `\n## Exit codes of the command line\n\n| code | meaning |\n| --- | --- |\n`
for (const e of EXIT_CODES) out += `| ${e.code} | ${e.meaning} |\n`
out += '| 130, 143 | a second SIGINT or SIGTERM ended the program at once |\n'
out += `
## What to read next

- [Log records](log-records.md): where the log shows these codes
- [Semantics](semantics.md): the rules behind the errors
`
writeFileSync(new URL('../docs/errors.md', import.meta.url), out)
