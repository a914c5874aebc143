;[
  {
    name: 'code outside any process > is a process of the default kernel: it has a pid, a mailbox, links, monitors and timers',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > is not kept waiting by a timer that was cancelled while nothing ran',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > fails loudly when a linked process crashes, with the stack of the crash',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > fails loudly when a linked process ends with a reason that is no error',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > goes on when a process that is not linked crashes; the crash is reported',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > that traps exits gets a message instead',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'code outside any process > goes on when a linked process ends normally',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'a program > ends when no process has anything to wait for but messages',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'a program > goes on for a timer that is set, and not for one that was cancelled',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'a program > can contain what Node calls uncaught: each failure ends the process it comes from, and no other',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'a program > that contains still fails for what comes from no process',
    file: '/work/main/test/kernel/program.test.ts',
  },
  {
    name: 'the code in the documentation > compiles',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what README.md:27 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/errors.md:7 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/agent.md:6 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/agent.md:23 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/agent.md:58 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/agent.md:84 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/containment.md:6 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:6 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:73 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:123 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:159 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:196 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:233 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:278 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:328 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:379 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/genserver.md:413 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/pubsub.md:8 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/pubsub.md:40 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/pubsub.md:86 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/pubsub.md:111 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:7 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:39 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:98 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:160 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:185 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/registry.md:226 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/state-machine.md:8 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/state-machine.md:63 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/state-machine.md:110 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/state-machine.md:170 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/state-machine.md:212 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:7 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:60 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:115 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:160 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:229 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:250 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:284 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:318 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:362 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/supervisor.md:398 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task-supervisor.md:8 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task-supervisor.md:40 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task-supervisor.md:70 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task-supervisor.md:90 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task-supervisor.md:118 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:6 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:37 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:61 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:93 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:124 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:166 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:195 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: 'the code in the documentation > prints what docs/guides/task.md:241 says',
    file: '/work/main/test/docs.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a module that is missing'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a folder in its place'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a module that does not parse'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an import of something that is not ex…'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an import of a module that is not the…'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a module that throws'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a module that refuses on purpose'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'no default export'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a default export that is no object'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an unknown key'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an unknown key of the log'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an unknown key of an application'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a wrong type'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a wrong log level'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'no applications'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an empty list of applications'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an application without a name'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an application without a root'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'two applications of one name'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an unknown dependency'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a circle of dependencies'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'two children with one id'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'two children with one id, deep down a…'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a child spec with a wrong field'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a wrong option of a supervisor'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a class that is not decorated'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'an unbound injection token'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a token that leads back to itself'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'constructor types that the compiler d…'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'bindings that are none'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'several mistakes, listed at once'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a class with two roles'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: "a bad configuration gives one clear message, exit code 2, and starts nothing > 'a handler that is static'",
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: 'a bad configuration gives one clear message, exit code 2, and starts nothing > of TypeScript says to compile it',
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: 'a bad configuration gives one clear message, exit code 2, and starts nothing > is found by check with the same message',
    file: '/work/main/test/application/bad-config.test.ts',
  },
  {
    name: 'processes that always have work > ping-pong between two servers: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > ping-pong between two scripts: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > ping-pong between two servers with async handlers: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > a server with a million queued messages: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > a server with a million queued messages, 100 µs each: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > a script with a million queued messages, 100 µs each: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > a script that selects among a million queued messages: no timer and no response is later by more than two time slices',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'processes that always have work > do not keep a process from being ended, nor one that waits from being answered',
    file: '/work/main/test/kernel/fairness.test.ts',
  },
  {
    name: 'heartwood start > starts dependencies first and children in order, and on SIGTERM stops all in exact reverse',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > stops on SIGINT as well',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > goes past hooks that fail, and reports them',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > kills and names what does not stop within the limit, and exits 4',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > ends at once on a second signal',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > exits 1 when the root gives up, with the last record written',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > only reports the end of a temporary application',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > names the child and the port that is in use, stops what had started, and exits 3',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood start > prints the stack of an error when asked to',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood check and tree > check says ok, and starts nothing',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood check and tree > check --json is for scripts',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood check and tree > tree draws what will be started',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'heartwood check and tree > tree --json has the same',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["--version"] exits 0',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["--help"] exits 0',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["help","start"] exits 0',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > [] is wrong usage',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["begin"] is wrong usage',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["start"] is wrong usage',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["start","--fast","x.js"] is wrong usage',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'the command line > ["start","a.js","b.js"] is wrong usage',
    file: '/work/main/test/application/cli.test.ts',
  },
  {
    name: 'many processes > a chain of 100,000 linked processes dies at once, in linear time and without stack',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'many processes > a ring of 100,000 linked processes dies at once, in linear time and without stack',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'many processes > a star of 100,000 links and monitors around one process dies at once',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'many processes > a million live processes, each of which answers',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its own code is on the stack > runs on until it waits: the signal of a link it cut itself off by is acted on then',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its own code is on the stack > in a synchronous handler: it ends when the handler returns, and takes no further message',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its own code is on the stack > in an init: startBehaviour rejects with the reason',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its own code is on the stack > trapExit(true) does not come in time for a signal that arrived before it',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its own code is on the stack > exit(self(), reason) in the middle of nested calls: what is above it on the stack can do nothing more',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > in receive: finally blocks run, using is disposed, and the code is fenced',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > in sleep, and in a receive with a timeout: the timer is gone with it',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > in an await of something else: it is dead at once, and what it does afterwards reaches nobody',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > its late rejection is a debug report, no crash',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > in an async handler: the handler is fenced, callers are rejected, queued messages are gone',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'a process that dies while its code is suspended > in a request: the pending call is rejected, so that its finally blocks run',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher that throws crashes its process and leaves the mailbox of others alone',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher that throws and is caught leaves the mailbox complete and the next receive whole',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher may itself receive',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher that receives the very message it looks at leaves the next one to its own receive',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher that ends its own process by exit() gives the reason',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a matcher that ends its own process by a signal, with two receives waiting: neither goes on',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a receive inside the handler of a receive, and inside the handler of a server',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > two receives at once take different messages, first come first served',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a message to oneself, from a script and from a handler',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > registration inside a dying process is refused, and its name is free',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'receive at its edges > a process that registers itself and dies in one go leaves no name',
    file: '/work/main/test/kernel/deep.test.ts',
  },
  {
    name: 'containment > makes a failure outside all code the end of the process it comes from, which is repaired',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'containment > lets a throw from outside any process end the program, once it is in the log',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'containment > lets a reject from outside any process end the program, once it is in the log',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'containment > can be turned off: then the program ends as any Node program does',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'containment > of several systems in one program > ends it for an error that belongs to none of them',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'containment > of several systems in one program > leaves such an error to a handler of its own, and takes its handlers away at the end',
    file: '/work/main/test/application/containment.test.ts',
  },
  {
    name: 'an order to stop > at any moment of boot and run stops exactly what had started, in exact reverse',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'an order to stop > by a signal at line 1 of the log ends in good order',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'an order to stop > by a signal at line 2 of the log ends in good order',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'an order to stop > by a signal at line 3 of the log ends in good order',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'an order to stop > by a signal at line 4 of the log ends in good order',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'an order to stop > by a signal at line 5 of the log ends in good order',
    file: '/work/main/test/application/interruption.test.ts',
  },
  {
    name: 'links > are the same seen from both ends, and carry an end to all that do not trap, once to each that does',
    file: '/work/main/test/laws/ties.test.ts',
  },
  {
    name: 'monitors > deliver exactly one DOWN each, with the reason, in the order they were made, unless taken back',
    file: '/work/main/test/laws/ties.test.ts',
  },
  {
    name: 'names > belong to one living process each, and a process has one at most',
    file: '/work/main/test/laws/ties.test.ts',
  },
  {
    name: 'when exit signals go out > a child program has ended',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'when exit signals go out > one that does not mind SIGTERM is killed',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'when exit signals go out > a thread, a stream, a socket, a file and a folder are closed, and nothing is reported',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'when exit signals go out > what was closed before is no failure',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'when exit signals go out > what hung is reported by its name, and the rest was closed without waiting',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'a resource that ends by itself > is off the books',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'a framework around a server of Node > is closed by its own close, and its clients are ended',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'processSignal > ends what is in flight at the death of the process',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'a worker that holds a port > crashes 1,000 times in a row, and each incarnation listens on the same port',
    file: '/work/main/test/kernel/owned-closing.test.ts',
  },
  {
    name: 'the order of signals > is first in, first out between any two processes, by every way of sending, in any order of turns',
    file: '/work/main/test/laws/order.test.ts',
  },
  {
    name: 'a mailbox > loses and doubles no message, and keeps the order of what a receive skips',
    file: '/work/main/test/laws/order.test.ts',
  },
  {
    name: 'a mailbox > gives every message to exactly one of several receives that wait at once',
    file: '/work/main/test/laws/order.test.ts',
  },
  {
    name: 'the error codes > stand in docs/errors.md, all of them and no others',
    file: '/work/main/test/errors.test.ts',
  },
  {
    name: 'the error codes > are each named by a test',
    file: '/work/main/test/errors.test.ts',
  },
  {
    name: 'decorators take right uses and reject wrong ones, when compiled',
    file: '/work/main/test/decorators/compile.test.ts',
  },
  {
    name: 'the timer wheel > fires each timer at its time, whatever level it was set on',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > keeps the order of equal deadlines, also of those set on different levels',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > moves timers down a level when their time comes near, and no further than they belong',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > takes deadlines of any distance, and is not held up by them',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > cancels on any level, once',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > lets a timer that fires cancel its neighbour and set others',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > catches up in order when the clock jumps, as after a blocked loop',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > clear leaves nothing set',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'the timer wheel > agrees with a sorted list on 100,000 random timers, a third of them cancelled',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'a kernel on the system clock > fires not before the time, whatever fraction of a millisecond the clock shows',
    file: '/work/main/test/kernel/timers.test.ts',
  },
  {
    name: 'boot > starts dependencies first, whatever the order they are listed in, and says how long each took',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > stops what had started, in reverse, when one does not start, and names the culprit',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > checks the whole plan before anything is started',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > makes a failure of the plan itself a problem of its place',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > takes a root that is a single worker, too',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > refuses a root that did not start a process',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > can be cancelled: the application that is starting may finish, and all is stopped in reverse',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > that is cancelled and hangs is killed when the time is over',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > does not start at all when it is cancelled before',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'boot > gives all processes of an application its logger',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the stop > is the exact reverse of the start, and may be asked for more than once',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the stop > kills a child that does not stop within its own limit, and goes on',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the stop > kills all that is left when the total time is over, names it, and still stops the rest',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the stop > runs the hooks around the stop of the tree, past those that fail or hang',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the stop > ends a tree that unlinked itself from its application',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the end of an application by itself > stops everything when it is permanent',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the end of an application by itself > stops everything when it is transient',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the end of an application by itself > is only reported when it is temporary',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the end of an application by itself > for the reason normal leaves the others running when it is transient, and not when it is permanent',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'the end of an application by itself > is told apart from the death of the controller itself',
    file: '/work/main/test/application/boot.test.ts',
  },
  {
    name: 'timers > fire once, at their time, earlier ones first and equal ones in the order they were set',
    file: '/work/main/test/laws/time.test.ts',
  },
  {
    name: 'timers > end a receive at its time, and not when a message came first',
    file: '/work/main/test/laws/time.test.ts',
  },
  {
    name: 'after_SUITE > t_after: a wait of a minute is neither early nor late',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_after: a receive with a timeout returns when the time is up',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_after_big: a message that comes during a wait of 49 days is received at once',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_after_errors: timeouts that are negative, fractional, too large or no number are refused',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_var_zero: timeout 0 looks through the whole mailbox once and takes nothing that does not match',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_zero: the same for a literal zero, and with nothing in the mailbox',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > multi_timeout: messages that come during a wait without clauses stay queued',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_after_32bit: waits above 2^31 ms end when they should',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'after_SUITE > receive_after_blast: 10,000 processes wait at once and all go on',
    file: '/work/main/test/otp/after.test.ts',
  },
  {
    name: 'a snapshot > is plain data: what JSON cannot hold is told in words',
    file: '/work/main/test/logging/snapshot.test.ts',
  },
  {
    name: 'a snapshot > survives what tries to break it',
    file: '/work/main/test/logging/snapshot.test.ts',
  },
  {
    name: 'a snapshot > is capped in depth, breadth, length and size',
    file: '/work/main/test/logging/snapshot.test.ts',
  },
  {
    name: 'a snapshot > hides what sounds like a secret, wherever it is',
    file: '/work/main/test/logging/snapshot.test.ts',
  },
  {
    name: 'the reporter > writes a crash with the reason, its stack and the causes behind it',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: "the reporter > writes the reason 'shutdown' on one line",
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: "the reporter > writes the reason { shutdown: 'done' } on one line",
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > writes the reason undefined on one line',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > writes the reason { badReturnValue: 7 } on one line',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > finds the error inside a reason',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > ends a circle of causes, and shows only some errors of many',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > never throws, whatever it is to report',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > writes to stderr when the log itself fails',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > hides secrets: by path, by name, and in URLs',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > keeps a report of a huge state and a long message small',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > does nothing for a level that is not written',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > writes progress at level debug',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'the reporter > turns the crash of a server into records with last message and state',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'a logger > says on each line which process wrote it',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'a logger > has the process of a report on its line, not the one that happens to run',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'a logger > writes time, level and base of every line, as asked',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'a logger > writes an error given as err in the same form as reports do',
    file: '/work/main/test/logging/reporter.test.ts',
  },
  {
    name: 'random machines do as on the BEAM (synchronous) > in every step',
    file: '/work/main/test/genserver/state-machine-golden.test.ts',
  },
  {
    name: 'random machines do as on the BEAM (asynchronous) > in every step',
    file: '/work/main/test/genserver/state-machine-golden.test.ts',
  },
  {
    name: 'a circle of calls > is refused where it closes, and named',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > of any length, with pids where there are no names, leaves no stack',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is seen also when the requests crossed, and after other waits of the handlers',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is seen from a plain handler that returns its promise, and from an init',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > among several calls at once is found by the one that closes it',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is none when nothing waits any more',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is none for code of the process that is not its handler’s',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > to oneself is none for such code either, though the server is busy',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is none for scripts and for code outside, which serve nobody',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'a circle of calls > is one with a stop as well',
    file: '/work/main/test/genserver/deadlock.test.ts',
  },
  {
    name: 'results > keeps the state a callback returns, and replies',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > replies with undefined when the reply is undefined, and keeps an undefined state',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > waits for a promised result, one message at a time',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > takes any thenable for a promise, and waits for it',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for nothing',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for a bare value',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for null',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for an object without state',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for an idle time that is negative',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for an idle time that is no number',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for an idle time with a fraction',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for a continuation with an idle time',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for a mistyped key',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > exits with badReturnValue for an answer beside the server that is no function',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > says what is wrong with a result, and what may be returned',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'results > refuses a reply where nobody waits for one',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'continue > runs before every queued message, chained ones too, from init and from any callback',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'continue > sends the reply before it runs',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'continue > lets handleContinue receive what was queued during init',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'continue > needs no stack for a long chain',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'continue > may stop',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > comes as the message timeout when nothing arrived',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > is cancelled by any message',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > starts anew with each result that asks for it',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > starts its full time anew after a system message',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > loses to a queued message when it is 0',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > comes at once when it is 0 and nothing is queued',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > comes before what is sent after it was asked for, when it is 0',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > never comes when it is Infinity',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'idle time-outs > does not count the time a handler takes',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of a stop from a call',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of a stop from a cast',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of a stop from a message',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of exit() in a callback',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of a promise that rejects',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of a bare throw of normal',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs once with the reason of stop()',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > gets the state that came with the stop',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs before the reply of a stop is sent',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > replies also when terminate crashed',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > gives its own reason when it throws',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > gives its own reason when it rejects',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > gives its own reason when it exits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs when the parent exits normal, if the server traps exits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs when the parent exits shutdown, if the server traps exits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > runs when the parent exits boom, if the server traps exits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > does not run when an exit signal ends a server that does not trap exits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > does not run for kill',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > does not run for an EXIT of another than the parent: that is a message',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > takes no EXIT for an order when it was started without a link',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > does not run for a server killed while a callback waits',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > nor do continuations, when the callback that asks for them outlives the server',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'terminate > is cut short by kill',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'what has no callback > a call crashes the server and says what is missing',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'what has no callback > a cast crashes the server and says what is missing',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'what has no callback > a continuation crashes the server',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'what has no callback > a message is reported as a warning and dropped',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'delayed replies > come from any process, once',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'delayed replies > are dropped when they come too late',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'receive inside a callback > takes from the same mailbox and leaves the rest in its order',
    file: '/work/main/test/genserver/server.test.ts',
  },
  {
    name: 'TaskStream > does nothing before it is read, and no more than it is read for',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > never has more results waiting than tasks may run, when the order does not matter',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > keeps so many running while the first is slow, and holds back what is done',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > counts failures too, and starts its counts anew with each reading',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > ends a reader that does not trap exits with the crash of a task, and the other tasks too',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > takes its tasks with it when its reader ends, also normally',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > kills tasks that are late while nobody reads',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > kills the other tasks when it fails with a time-out, and goes on living',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > does not take a task for late that gave its value and is only slow to close what it owns',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > fails with what its source throws, and kills what runs',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > is read from another process by a reading of its own, but a reading belongs to its process',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > fails when the process that keeps its tasks is ended by somebody',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > refuses what it cannot read, run or count',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'TaskStream > knows the types of its results',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a source that must be waited for > does not hold back results',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a source that must be waited for > is asked for one element at a time, and only for a free task',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a source that must be waited for > that never gives another element does not keep a reader from leaving',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a source that must be waited for > is left in good order when its reader dies',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a stream in another place > has its results',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a stream in another place > has exits as results when nothing is linked, whether or not the reader traps exits',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a stream in another place > fails with the refusal of the place, and ends the tasks that run',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'a stream in another place > leaves unlinked tasks alone when the reader dies',
    file: '/work/main/test/genserver/task-stream.test.ts',
  },
  {
    name: 'owned resources > are closed, last first, when their process ends by normal',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed, last first, when their process ends by shutdown',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed, last first, when their process ends by crash',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed, last first, when their process ends by kill',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed, last first, when their process ends by exit signal',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed by the best way they have',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are refused when nothing can close them, at the place where they are handed over',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed once when owned twice, and not at all when disowned',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > are closed before links, monitors and callers hear of the death; the process is dead for all at once',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > a reply that left-over code gives while they close reaches nobody',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > one that hangs is given up after 5,000 ms, reported, and the exit signals go out',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > those that fail to close, at once or later, are reported; the rest are closed',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > the signal of the process fires at its death, before resources are closed',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'owned resources > streams, child programs and timers are ended',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'a server that a process owns > is closed with its keep-alive connections, and the next incarnation has the same port',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'a server that a process owns > that never listened is no failure',
    file: '/work/main/test/kernel/owned.test.ts',
  },
  {
    name: 'start > resolves when init is done, with the pid',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > links nothing; startLink links to its parent',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > registers the name before init runs',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > starts nothing when the name is taken',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > refuses a name that is none, and what is no server',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > kills an init that takes too long',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'start > gives servers a label for logs',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that stops rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that stops with a state rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that gives an error rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that throws rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that rejects rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that exits rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that exits normal rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that returns nothing rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that returns something else rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that has a mistyped key rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that returns an idle time that is none rejects START_FAILED and leaves nothing behind',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that ignores rejects START_IGNORED, or is a value of startServer',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > is mandatory',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that fails by stop, linked to a starter that does not trap exits',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that fails by throw, linked to a starter that does not trap exits',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that fails by error, linked to a starter that does not trap exits',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > that fails by ignore, linked to a starter that does not trap exits',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'init > may have its terminate called only after it succeeded',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'startMonitor > gives the monitor with the server',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'startMonitor > gives a typed ref for a class',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'a class > starts under its declared name, and its ref means this one process',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'a class > starts under another name, or none, when told so',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'a class > that ignores is named in the error',
    file: '/work/main/test/genserver/start.test.ts',
  },
  {
    name: 'a call method > replies with what it returns, or what its promise resolves to',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a call method > crashes the server with what it throws',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a call method > may reply later',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a call method > may stop the server, with a reply or without',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a call method > may go on by itself after the reply',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a call method > may ask for an idle time-out',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a cast method > may return a directive, and a plain value means nothing',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'a cast method > cannot reply',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'init > may return nothing, ignore, or a directive',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'init > may be absent, asynchronous, or wrong',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'messages > go to the first handler whose pattern matches, else to handleInfo',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'messages > include EXIT and DOWN',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'messages > without a handler are reported and dropped',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'what the class does not declare > crashes the server by METHOD_UNKNOWN when a wrong ref calls or casts it',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'what the class does not declare > crashes the server by CALLBACK_MISSING for a call',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'what the class does not declare > crashes the server by CALLBACK_MISSING for a cast',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'what the class does not declare > crashes the server by CALLBACK_MISSING for a continuation',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'from > is known in a call only',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'from > tells who calls',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'ends with terminate, in which the fields are as they were',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'starts anew with a new instance',
    file: '/work/main/test/genserver/instance.test.ts',
  },
  {
    name: 'stateMachine > goes from state to state',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses nothing: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses no init: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses neither states nor handleEvent: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses both: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses a state that is no function: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > refuses states that are no object: MACHINE_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > ends when it goes to a state it does not have: STATE_UNKNOWN',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > takes for the same state what is deeply equal',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > keeps undefined as data when a result says so',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > handles one event at a time, also with asynchronous callbacks',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > is cut off by a kill while a callback waits',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > lets others have a turn when it feeds itself for ever (synchronous)',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > lets others have a turn when it feeds itself for ever (asynchronous)',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'stateMachine > is a child of a supervisor like any other',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > makes a class a machine without decorators',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > takes messages by state first, then by pattern, and raw requests by the engine’s names',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > says who asks for what is no call of the class',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses clients of what is no call: NOT_CALLABLE',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > starts as a value, too',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses a method that is not there: STATE_HANDLER_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses a named time-out without a name: STATE_HANDLER_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses an entering that waits: STATE_HANDLER_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses a time for what is no state time-out: STATE_HANDLER_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'defineMachine > refuses two methods for every state: STATE_HANDLER_INVALID',
    file: '/work/main/test/genserver/state-machine.test.ts',
  },
  {
    name: 'Task.async > runs beside its owner, and gives it the value',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > ends an owner that does not trap exits with the crash, before it gets to hear of it',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > gives an owner that traps exits both the exit and the message',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > ends with its owner',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > outlives an owner that ends normally, as any linked process does',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > isolates the value as the kernel does a message',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > says nothing of code that a kill cut off',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > takes a thrown orderly word for the crash it is',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > has its owner as ancestor, by name, and as caller, by pid',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > is called what its function is called',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > refuses what is no function',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'Task.async > knows the type of the value',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > takes its time from the owner alone: bad times are refused',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > can be asked again after yield, and once after await',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > gives the value it had when it is shut down too late',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > shuts down without an EXIT for an owner that traps exits',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > is waited for by its monitor when its end is slow to come',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > prints as its pid',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a task > reaches a server as messages, which need not wait',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a place > starts the process, and the owner has the result',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a place > links the owner, or only lets it watch',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a place > waits for the owner when it runs first, and ends when that dies',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a place > hands its refusal to whoever wanted the task',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'a place > runs bodies without a result, again if need be',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'TaskReply > is told from other messages with a ref',
    file: '/work/main/test/genserver/task.test.ts',
  },
  {
    name: 'call > reaches a server by pid, by name, and by whatever knows its address',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > gives up after 5,000 ms unless told otherwise',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > waits for ever when asked to',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > gives up when its signal fires',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > rejects when there is no such process',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > rejects with the exit reason at the moment the server dies',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > rejects a time-out that is none, before sending',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'call > rejects what is no server reference',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'cast > never fails, whoever is or is not there',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'cast > reaches nobody from the left-over code of a dead process',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'cast > throws for what is no server reference',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'cast > shares nothing that either side could change',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'stop > ends a server with normal, or the reason given, and waits for it',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'stop > rejects when the server ended with another reason',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'stop > gives up waiting after its time, while the server goes on stopping',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'stop > rejects when there is nobody to stop, and for oneself',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'stop > leaves no message behind',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'reply > to a caller that is gone does nothing',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'whereisServer > finds the pid behind a name, passes a pid on, and knows when there is none',
    file: '/work/main/test/genserver/client.test.ts',
  },
  {
    name: 'a concurrent call > is answered beside the server, which goes on',
    file: '/work/main/test/genserver/concurrent.test.ts',
  },
  {
    name: 'a concurrent call > that crashes ends the server, and the callers of both hear it',
    file: '/work/main/test/genserver/concurrent.test.ts',
  },
  {
    name: 'a concurrent call > is no message to a server that traps exits, and its crash is a crash all the same',
    file: '/work/main/test/genserver/concurrent.test.ts',
  },
  {
    name: 'a concurrent call > ends with its server, also when that stops in good order',
    file: '/work/main/test/genserver/concurrent.test.ts',
  },
  {
    name: 'a concurrent call > is only for calls, and answers with a value',
    file: '/work/main/test/genserver/concurrent.test.ts',
  },
  {
    name: 'the import graph > was read',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the import graph > points down only',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the import graph > meets other layers through their index',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the import graph > has no cycle once types are erased',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the import graph > has inversify in the decorators alone',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the files > stay within 300 lines of code',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'the files > are named for what they hold',
    file: '/work/main/test/architecture.test.ts',
  },
  {
    name: 'draws the tree of a configuration: ids, kinds, strategies, restarts that are not permanent',
    file: '/work/main/test/application/plan.test.ts',
  },
  {
    name: 'what ends a program > a crash at every start',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > a throw of no process',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > a rejection of no process',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > process.exit in a worker',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > process.abort in a worker',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > memory without end',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > SIGKILL',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > SIGTERM or SIGINT',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > an endless loop',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'what ends a program > is the table of the guide',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > names a message that takes too long',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > names a continuation that takes too long',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > names a timer that takes too long',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > names code of no process that takes too long',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > can be turned off',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'the watchdog > publishes what it finds on its diagnostics channel',
    file: '/work/main/test/containment/fatal.test.ts',
  },
  {
    name: 'code that outlives its process > cannot alias',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot ancestors',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot call',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot callers',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot cancelTimer',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot deleteChild',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot demonitor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot disown',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot erase',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot exit(reason)',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot exit(pid, reason)',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot get',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot getState',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot hibernate',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot link',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot monitor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot own',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot ownedImmediate',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot ownedInterval',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot ownedTimeout',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot parentPid',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot processSignal',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot put',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot readTimer',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot receive',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot register',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot replaceState',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot restartChild',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot resume',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot sendAfter',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot sendRequest',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot setLabel',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot sleep',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot spawn',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot spawnLink',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot spawnMonitor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot start',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startChild',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startDynamicSupervisor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startLink',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startMonitor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startServer',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startSupervisor',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot startTimer',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot stop',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot suspend',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot terminateChild',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot trapExit',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot unalias',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot unlink',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot unregister',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot whichChildren',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Agent.start',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Task.async',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Task.start',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot ref.call',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.exit',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.request',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.run',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.spawn',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.spawnBehaviour',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > cannot Kernel.startBehaviour',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > reaches nobody by send',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > reaches nobody by sendNosuspend',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > reaches nobody by send to a name',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > reaches nobody by cast',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > reaches nobody by ref.cast',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with currentKernel',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with currentPid',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with isAlive',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with processes',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with processInfo',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with registered',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with self',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with whereis',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > may look with whereisServer',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > answers nobody: a reply of its is dropped',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > fails quietly: a debug report, and one more on the counter',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'code that outlives its process > is tried with every function of the kernel, and of the layers above that act for the current process',
    file: '/work/main/test/containment/fencing.test.ts',
  },
  {
    name: 'a failure in a worker > is tried in every way we know',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a rejected promise: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async function: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async function, deep down: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by then of a promise that was handled: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a finally that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a promise awaited too late: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a promise rejected by the timer of a sibling: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a promise rejected by code of no process: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a promise that waits for one which a sibling rejects: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a promise that a sibling made and rejects: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a thenable that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the loser of Promise.race: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by Promise.any without a winner: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by Promise.all: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async generator: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async iterator: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a callback in an array method that is async: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a dynamic import of nothing: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a dynamic import of a module that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a rejection that is no error: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an error that cannot be read: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by setTimeout: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by setInterval: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by setImmediate: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by process.nextTick: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by queueMicrotask: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by queueMicrotask after an await: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a throw that is no error: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stack without end: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by timers/promises setTimeout: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by timers/promises setInterval: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by timers/promises scheduler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an error event without a listener: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a listener that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async listener that rejects: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by events.once: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by events.on: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an EventTarget: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async listener of an EventTarget: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an AbortSignal listener: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by AbortSignal.timeout: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by AbortSignal.any: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a signal of the system: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a callback of fs: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fs.promises: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream of a file that is not there: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a file written where none can be: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by data of a file: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fs.watch: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fs.watchFile: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fs.opendir: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by dns.lookup: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by dns.resolve: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by dns.promises: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a connection that is refused: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the connect callback of a socket: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by data of a socket: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the close of a socket: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the connection handler of a server: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the listen callback of a server: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a port that is taken: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by dns.lookupService: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a datagram: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a request handler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an async request handler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a timer of a request handler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the body of a request: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an upgrade: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a response callback: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the body of a response: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a response over a kept connection of a sibling: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a request that is refused: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a request cut off by its server: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fetch of nothing: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fetch cut off by its server: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by fetch over a connection that a sibling opened: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by JSON that is none: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an aborted fetch: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an HTTP/2 stream: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a Fastify handler that forgets a promise: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a callback of a Fastify handler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a pg query that is refused: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the callback of a pg query: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a pg query over a connection that a sibling opened: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a pg query over a connection of no process: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a pg connection that breaks: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the data of an upgraded connection: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by exec: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by execFile, promised: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a program that does not exist: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the exit of a program: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by output of a program: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by input to a program that is gone: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a message of a forked program: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a message of a thread: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a thread that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the exit of a thread: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a MessageChannel: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by onmessage of a MessageChannel: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a BroadcastChannel: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream that reads badly: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream of a generator that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a write that fails: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a transform that throws: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a transform that throws, piped into: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream destroyed with an error: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by the callback of a pipeline: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a pipeline, promised: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream read by for await: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a duplex made of a function: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a web stream that pulls badly: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a web stream that writes badly: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a stream consumer: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a line of readline: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a question of readline: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by randomBytes: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by randomFill: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by pbkdf2: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by scrypt: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by webcrypto: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a hash that is finished: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a sign with a bad key, in a microtask: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by gzip: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by gunzip of junk, promised: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a gunzip stream of junk: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by FinalizationRegistry: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a PerformanceObserver: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by an AsyncResource: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a throw in the handler: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a linked task: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a receive that is forgotten: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a callback of a process that is spawned and linked: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > by a self that is asked late: it is restarted, and nothing else happens',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'a failure in a worker > leaks nothing in 1,000 rounds: no handle, no descriptor, no listener, no process',
    file: '/work/main/test/containment/kinds.test.ts',
  },
  {
    name: 'the program > shows something real at once when it is told nothing',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > loses nothing that was announced as stored to a kill -9',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > ends in good order on SIGTERM, with checks in flight',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > takes an unhandled rejection for a crash of the process that it comes from',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > checks on while PostgreSQL is away, and goes on storing after it',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > does not start on a port in use, and says so',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > does not start on a list that is wrong, and says what is',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the program > ends with an error when its restarts are spent',
    file: '/work/main/apps/demo/test/program.test.ts',
  },
  {
    name: 'the width of a dynamic supervisor > makes no difference: start, crash, restart and termination among 10 and 100000 children',
    file: '/work/main/test/supervisor/width.test.ts',
  },
  {
    name: 'the width of a dynamic supervisor > is stopped in linear time',
    file: '/work/main/test/supervisor/width.test.ts',
  },
  {
    name: 'Pulse > checks every target at its interval, and knows state and figures',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'Pulse > gives a target that does not answer its time-out, and goes on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'Pulse > breaks off the request of a checker that dies',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'Pulse > tells of changes once, with the reason',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'Pulse > watches its samples when it is told nothing',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'Pulse > brings its samples back under their addresses, without any check being lost',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of pub-sub > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of pub-sub > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of pub-sub > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of pub-sub > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of history-writer > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of history-writer > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of history-writer > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of history-writer > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of status-collector > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of status-collector > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of status-collector > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of status-collector > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of metric-collector > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of metric-collector > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of metric-collector > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of metric-collector > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of target-loader > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of target-loader > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of target-loader > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of target-loader > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of checker:a > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of checker:a > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of checker:a > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of checker:a > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of web-server > in a call brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of web-server > in a cast brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of web-server > in a timer brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a crash of web-server > in a init brings a fresh one, while the other targets are checked on',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'fresh state > a checker counts its checks from nothing',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'fresh state > the status collector knows nothing until the next checks',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'fresh state > the metric collector starts empty, and takes up the figures again from the history',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'a stop > ends everything in exactly the reverse order of its start, with checks in flight',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'spent restarts > of a collector restart all collectors, but not what stands before or beside them',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'spent restarts > of a checker restart all checkers and their loader',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'spent restarts at the top > end Pulse, and tell why',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > holds what was announced as stored, also after a restart of all of Pulse',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > gets also the results that still wait for their batch when Pulse is stopped',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > does not keep results for ever',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > loses no result when its writer is crashed',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > waits for a database that is away, and brings it everything then',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > is written on by a writer that was started while the database was away',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the history > has to be open for Pulse to start',
    file: '/work/main/apps/demo/test/pulse.test.ts',
  },
  {
    name: 'the SQLite store > gives back what was appended, oldest first',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > keeps targets apart',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > deletes what is older than asked, and says how much',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > takes an empty batch',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > takes all of a batch or nothing',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > has its history after it was opened again',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > may be closed twice, and refuses work afterwards',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > of a file that is no database is refused, and can be tried again',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > is in WAL mode',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > leaves a file of a newer Pulse alone',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the SQLite store > is chosen unless there is an address of a PostgreSQL server',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > gives back what was appended, oldest first',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > keeps targets apart',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > deletes what is older than asked, and says how much',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > takes an empty batch',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > takes all of a batch or nothing',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > has its history after it was opened again',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > may be closed twice, and refuses work afterwards',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > migrates once, also when two start together',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'the PostgreSQL store > loses nothing that was acknowledged, also on a server that acknowledges before it wrote',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: 'an unreachable PostgreSQL server is an error, not a wait',
    file: '/work/main/apps/demo/test/store.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-0",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-1",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-2",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-3",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-4",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-5",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-6",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-7",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-8",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-9",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-10",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-11",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-12",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-13",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-14",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-15",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-16",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-17",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-18",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-19",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-20",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-21",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-22",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-23",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-24",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-25",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-26",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-27",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-28",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-29",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-30",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-31",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-32",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-33",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-34",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-35",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-36",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-37",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-38",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-39",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-40",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-41",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-42",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-43",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-44",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-45",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-46",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-47",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-48",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-49",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-50",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-51",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-52",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-53",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-54",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-55",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-56",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-57",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-58",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-59",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-60",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-61",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-62",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-63",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-64",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-65",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-66",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-67",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-68",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-69",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-70",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-71",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-72",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-73",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-74",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-75",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-76",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-77",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-78",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-79",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-80",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-81",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-82",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-83",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-84",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-85",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-86",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-87",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-88",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-89",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-90",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-91",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-92",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-93",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-94",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-95",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-96",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-97",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-98",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-99",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-100",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-101",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-102",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-103",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-104",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-105",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-106",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-107",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-108",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-109",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-110",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-111",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-112",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-113",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-114",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-115",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-116",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-117",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-118",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-119",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-120",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-121",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-122",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-123",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-124",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-125",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-126",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-127",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-128",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-129",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-130",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-131",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-132",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-133",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-134",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-135",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-136",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-137",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-138",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-139",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-140",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-141",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-142",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-143",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-144",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-145",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-146",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-147",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-148",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-149",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-150",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-151",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-152",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-153",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-154",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-155",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-156",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-157",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-158",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-159",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-160",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-161",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-162",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-163",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-164",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-165",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-166",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-167",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-168",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-169",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-170",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-171",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-172",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-173",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-174",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-175",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-176",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-177",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-178",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-179",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-180",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-181",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-182",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-183",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-184",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-185",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-186",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-187",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-188",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-189",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-190",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-191",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-192",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-193",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-194",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-195",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-196",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-197",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-198",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-199",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-200",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-201",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-202",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-203",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-204",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-205",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-206",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-207",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-208",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-209",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-210",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-211",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-212",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-213",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-214",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-215",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-216",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-217",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-218",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-219",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-220",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-221",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-222",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-223",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-224",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-225",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-226",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-227",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-228",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-229",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-230",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-231",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-232",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-233",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-234",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-235",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-236",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-237",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-238",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-239",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-240",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-241",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-242",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-243",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-244",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-245",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-246",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-247",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-248",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-249",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-250",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-251",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-252",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-253",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-254",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-255",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-256",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-257",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-258",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-259",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-260",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-261",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-262",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-263",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-264",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-265",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-266",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-267",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-268",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-269",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-270",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-271",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-272",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-273",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-274",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-275",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-276",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-277",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-278",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-279",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-280",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-281",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-282",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-283",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-284",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-285",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-286",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-287",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-288",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-289",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-290",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-291",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-292",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-293",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-294",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-295",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-296",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-297",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-298",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-random.jsonl > kernel-1-299",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K01 a signal ends a process that does not trap exits",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K01 the reason of the signal may be any term",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K02 normal from another process does nothing",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K03 normal to oneself ends a process that does not trap exits",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K04 a trapping process gets every signal but kill as a message, normal too",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K05 kill cannot be trapped and shows as killed",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K05 kill to oneself, trapping or not",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K06 the links of a killed process see killed",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K06 killed travels on along links",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K07 exit(kill) is an ordinary reason over a link: trapped",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K07 exit(kill) is an ordinary reason over a link: not trapped",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K07 nobody but exit/2 makes kill untrappable along a chain",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K08 the normal end of a linked process is no matter",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K09 a trapping process hears of a normal end",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K10 shutdown over a link ends a process that does not trap",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K11 a reason goes along links unchanged",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K12 a signal to the dead is true and nothing else",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K13 a signal to oneself ends the process inside the call",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K14 how code can end: error, throw, exit, return",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K14 the reason of a crash reaches links whole",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K15 trapping off: queued exits stay messages, later ones end it",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K15 queued exits stay in the mailbox without harm",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K16 trap gives the previous value",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K17 of two signals only the first counts",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K18 noproc by hand is an ordinary reason",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K20 a link shows on both sides, twice linked is once",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K20 one unlink takes a link away that was made twice",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K21 the other side may unlink",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K22 unlinking a stranger, oneself, the dead",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K23 linking oneself makes no link",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K24 linking the dead raises noproc, not trapping",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K25 linking the dead, trapping: an exit message noproc",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K25 the message is there at once",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K26 an exit that came before the unlink stays",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K27 a link may be made again",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K27 link, unlink, link in one go",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K28 spawn_link: both die together",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K28 spawn_link from a trapping process",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K28 spawn without link: nobody cares",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K29 a link that was removed carries nothing",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K30 one DOWN for each monitor, then they are gone",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K30 DOWN for a normal end and for a kill",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K31 monitoring the dead or the unknown: noproc, never an error",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K32 a monitor by name tells the name",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K32 a monitor by name is bound to the process of that moment",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K33 monitoring oneself is inert, by pid and by name",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K33 monitoring oneself with an alias makes no alias",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K34 no DOWN after demonitor; one that came stays",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K35 flush takes the DOWN away",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K36 info tells whether the monitor was active",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K36 info after the DOWN was received, and for an alias",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K37 the monitor of another process is left alone",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K38 EXIT comes before DOWNs, DOWNs in creation order: link last",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K38 DOWNs in creation order, whatever was demonitored between",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K39 the name is free and the process gone when its DOWN is there",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K40 the monitors of the dead are gone",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K41 spawn_monitor, with a tag and with a link",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K41 a tag takes the place of DOWN",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K42 a signal and then a monitor: ordered",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K50 an alias lets everything through until unalias",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K51 a reply alias lets one message through",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K51 a reply alias, two messages in one go",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K52 explicit_unalias outlives demonitor and DOWN",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K53 alias demonitor ends with demonitor",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K53 alias demonitor ends with the DOWN",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K53 alias demonitor may be unaliased, the monitor stays",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K54 alias reply_demonitor: the first message demonitors",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K54 alias reply_demonitor ends with the DOWN and with demonitor",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K55 unalias: only the owner, only once, only an alias",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K56 the alias of the dead leads nowhere",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K60 one name for one process, one process for one name",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K60 a name may move on once it is free",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K61 names nobody has",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K62 sending to a name nobody has raises, with the node it does not",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K63 a name is free as soon as the DOWN is there",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K70 signals of one sender keep their order",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K71 messages and exits in one queue",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K72 signals to oneself are in order too",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K73 what was sent before the end comes before EXIT and DOWN",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K74 the oldest message that fits any clause is taken, the rest keep their order",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in kernel-rules.jsonl > K75 after 0 looks at the whole mailbox and takes nothing else",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-0",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-1",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-2",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-3",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-4",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-5",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-6",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-7",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-8",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-9",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-10",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-11",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-12",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-13",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-14",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-15",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-16",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-17",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-18",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-19",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-20",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-21",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-22",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-23",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-24",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-25",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-26",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-27",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-28",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-29",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-30",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-31",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-32",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-33",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-34",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-35",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-36",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-37",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-38",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-39",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-40",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-41",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-42",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-43",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-44",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-45",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-46",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-47",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-48",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-49",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-50",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-51",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-52",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-53",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-54",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-55",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-56",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-57",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-58",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-59",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-60",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-61",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-62",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-63",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-64",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-65",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-66",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-67",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-68",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-69",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-70",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-71",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-72",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-73",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-74",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-75",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-76",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-77",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-78",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-79",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-80",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-81",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-82",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-83",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-84",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-85",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-86",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-87",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-88",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-89",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-90",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-91",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-92",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-93",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-94",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-95",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-96",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-97",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-98",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-99",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-100",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-101",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-102",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-103",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-104",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-105",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-106",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-107",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-108",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-109",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-110",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-111",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-112",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-113",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-114",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-115",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-116",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-117",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-118",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-119",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-120",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-121",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-122",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-123",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-124",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-125",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-126",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-127",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-128",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-129",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-130",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-131",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-132",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-133",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-134",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-135",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-136",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-137",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-138",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-139",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-140",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-141",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-142",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-143",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-144",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-145",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-146",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-147",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-148",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-random.jsonl > sup-1-149",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S03 started in order, stopped in reverse",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S03 a tree stops depth first, in reverse",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S04 a start function may fail in several ways",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S05 the third child fails at start: error",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S05 the third child fails at start: crash",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S05 the third child fails at start: throw",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S05 a supervisor that cannot start is a failed child",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S06 ignore: the child is kept, a temporary one is not",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S10 S11 permanent: when restarted, when reported",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S10 S11 transient: when restarted, when reported",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S10 S11 temporary: when restarted, when reported",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S12 a transient child that ended normally stays known",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 one_for_one leaves the siblings alone",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 one_for_all restarts all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 rest_for_one restarts those after",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 one_for_all resurrects siblings that were down",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 rest_for_one resurrects siblings that were down",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S13 temporary siblings are stopped and dropped",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 crashes of siblings at once, one_for_one: count-once",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 three at once, last first, one_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 crashes of siblings at once, one_for_all: count-once",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 three at once, last first, one_for_all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 crashes of siblings at once, rest_for_one: count-once",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 three at once, last first, rest_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S14 a sibling that ended normally meanwhile",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a restart that fails is tried again, one_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a sibling fails in the round, one_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 failed attempts count, one_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a restart that fails is tried again, one_for_all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a sibling fails in the round, one_for_all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 failed attempts count, one_for_all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a restart that fails is tried again, rest_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 a sibling fails in the round, rest_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S15 failed attempts count, rest_for_one",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S16 ignore on restart",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S16 ignore in a round of one_for_all",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S17 a temporary child stopped by a round disappears",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 intensity 0: the first crash is the last",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 more than intensity restarts and it gives up, shutdown",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 a permanent supervisor that gave up is restarted",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 a transient one is not",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 giving up escalates to the top",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 crashes are forgotten after the period",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.3 restart_child and ends that are not restarted do not count",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S30 brutal_kill, time-out, obedience",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S31 what is reported of a child that stops otherwise",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S30 terminate_child of one that hangs",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S35 the children of a killed supervisor",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > S35 the whole tree is killed",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 any_significant: transient and temporary ends",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 any_significant: terminate_child and siblings stopped by a round do not count",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 all_significant: transient and temporary ends",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 all_significant: terminate_child and siblings stopped by a round do not count",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 auto shutdown escalates through a significant supervisor",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.5 a permanent supervisor that shut itself down is restarted",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.6 start_child: new, running, stopped, failing, ignored",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.6 terminate_child: running, stopped, temporary, unknown",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.6 restart_child: running, stopped, failing, unknown",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.6 delete_child: running, stopped, unknown",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.6 supervisors as children: terminate, restart, delete, count",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.7 the parent exits normal: the tree stops",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.7 the parent exits shutdown: the tree stops",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.7 the parent exits boom: the tree stops",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.7 the parent exits with a shutdown tuple: the tree stops",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 3.7 strange messages and exit signals are ignored",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 a dynamic supervisor starts, restarts and forgets children",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 max_children",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 children that fail or ignore are not kept",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 a restart that fails is tried again",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 a restart that is ignored ends the child",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 giving up stops all children",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 stopped all at once, some will not",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 terminate_child: running, hanging, then unknown",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 killed: the children end with it, the next one is empty",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: "the BEAM's traces in supervisor-rules.jsonl > 4.1 strange messages and exit signals",
    file: '/work/main/test/otp/golden.test.ts',
  },
  {
    name: 'whatever is registered and whoever dies > a unique registry is a list of rows',
    file: '/work/main/test/registry/laws.test.ts',
  },
  {
    name: 'whatever is registered and whoever dies > a duplicate registry is a list of rows',
    file: '/work/main/test/registry/laws.test.ts',
  },
  {
    name: 'whatever is registered and whoever dies > what a monitor of groups is told adds up to their members',
    file: '/work/main/test/registry/laws.test.ts',
  },
  {
    name: 'right uses compile, and every wrong one is rejected',
    file: '/work/main/test/types/compile.test.ts',
  },
  {
    name: 'a supervisor and a simple model of it > do the same, whatever their children do and whatever is asked of them',
    file: '/work/main/test/supervisor/model.test.ts',
  },
  {
    name: 'a dynamic supervisor > has any number of children with one id',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > forgets a child that answers ignore at a restart',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > puts another attempt behind what is queued, and keeps the child under its last pid until then',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > has nothing to stop of a child that waits for its restart',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > does not restart a child twice that it hears of twice',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > gives up with shutdown, and stops the others all at once',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > ends the calls that wait for it when it stops, also those that came meanwhile',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > runs its hooks around its children',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > crashes for a call that is not for supervisors',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'a dynamic supervisor > copes with thousands: a crash, a restart and a termination among them, and the end of all',
    file: '/work/main/test/supervisor/dynamic-supervisor.test.ts',
  },
  {
    name: 'monitor_SUITE > case_1: A monitors B, B ends A and exits; nothing is left of the monitor',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > case_1a: the same with spawnMonitor',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > case_2: demonitor by a process that does not own the reference is harmless; the owner gets its DOWN',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > case_2a: the same with spawnMonitor',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > mon_e_1: monitor rejects what is neither pid nor name',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: "monitor_SUITE > demon_e_1: demonitor rejects what is no reference; on somebody else's it is true and does nothing",
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > demon_1: demonitor of a reference that is no monitor is true',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > demon_2: no DOWN of oneself, twice is fine, normal of a fast child, none after demonitor',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > demonitor_flush: flush removes a delivered DOWN, without it the DOWN stays',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > gh_5225_demonitor_alias: demonitor of aliases and spent alias-monitors returns quietly',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > local_remove_monitor: demonitor with info true means that no DOWN comes, false that it is there',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > mon_1: the reasons and objects of DOWN, by pid and by name',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > large_exit: a large compound reason arrives whole',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > list_cleanup: monitors and monitoredBy show a monitor and lose it by demonitor, DOWN and death',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > mixer: monitors in all directions stay consistent whatever the order of exits',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > named_down: when the DOWN of a named process is here, the name is free',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > monitor_tag_storage: a thousand tagged monitors all report with their tags, in order',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > unexpected_alias_at_demonitor_gh5310: demonitor of a reply_demonitor alias deactivates the alias',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > down_on_alias_gh5310: demonitor with flush beside an exit leaves no stray DOWN',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'monitor_SUITE > monitor_3_noproc_gh6185: alias and tag of a monitor on an unknown name',
    file: '/work/main/test/otp/monitor.test.ts',
  },
  {
    name: 'the page > shows every target with its state in a word, its figures and a picture',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the page > says when everything is up, and when nothing was checked yet',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the page > escapes whatever comes from outside',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the page > forbids the browser everything that is not its own',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the page > has its style, script and icon at hand, and asks for them once',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the page > has no crash buttons where chaos is switched off',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > GET /api/status tells the whole and every target',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > GET /api/targets/:name/history gives the stored checks',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > GET /api/targets/:name/history refuses a limit that is none',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > GET /api/targets/:name/history of an unknown target names the known ones',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > GET /api/workers lists names and pids',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker crashes it, by a cast unless told otherwise',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker of an unknown worker names the known ones',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker refuses a way it does not know',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker is refused to a page of https://evil.example',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker is refused to a page of null',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > POST /api/chaos/crash/:worker is open to a page of its own',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > answers 503 while a part is being restarted, and 500 with the message when it is at fault itself',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > answers 404 in JSON',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the API > is live always, and ready when all workers are',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > begins with all that changes of the page',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > goes on with the pieces that have changed, and only with them',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > sends the page as a whole when there is a new target',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > carries results, changes and stored batches for programs',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > forgets a reader that went away',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the event stream > ends when the server closes',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the sparkline > draws stretches of success as lines and failures as bars',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the sparkline > does not let one slow answer press all others flat',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the sparkline > of failures only has no slowest answer',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the sparkline > of no checks is an empty picture',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'the sparkline > shows the last 60',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'units > read well',
    file: '/work/main/apps/demo/test/web.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > child_spec: uses the atom name as id',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: on success with atom name',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: on success with via name',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: with_arguments',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: with_arguments of a class, with and without its own',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises without child_spec',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises on bad partitions',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises on bad partitions: fractions',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises on bad with_arguments',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises with bad auto_shutdown',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises with bad strategy',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > start_link/1: raises with bad intensity',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > stop/1: is synchronous',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > stop/1: with via tuple',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > partitions/1: raises noproc for unknown atom partition supervisor',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > partitions/1: raises noproc for unknown via partition supervisor',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > resize!/1: resizes the number of children',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > resize!/1: raises on lookup after resizing to zero',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > resize!/1: raises if trying to increase the number of partitions',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > which_children/1: returns all partitions',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > count_children/1: with workers',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > count_children/1: with supervisors',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > count_children/1: raises noproc for unknown partition supervisor',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'Elixir partition_supervisor_test > count_children/1: with via tuple',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > names the partition in errors, and finds its next incarnation',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > is found anew after its own restart',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > spreads keys evenly, and the same in every program',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > refuses keys that have no stable hash',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > keeps those in use when growing fails',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > is no way to reach what does not start: garbage is a failed start, ignore a missing partition',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'a partition supervisor > serves servers that take names of their own',
    file: '/work/main/test/otp/partition-supervisor.test.ts',
  },
  {
    name: 'signal_SUITE > xm_sig_order: what one sender sends arrives in order, and nothing after its exit signal',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > kill2killed: kill as a signal shows as killed over links; exit("kill") stays kill and can be trapped',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > unlink_exit: link to one that is dying gives noproc or the real reason, never silence',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > monitor_order: messages sent before exiting arrive before the DOWN',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > monitor_named_order_local: and so they do through pid, name, alias and alias-monitor mixed',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > simultaneous_signals_basic: a flood from many senders loses nothing and keeps the order of each',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > simultaneous_signals_recv: the same while the receiver selects',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > simultaneous_signals_exit: each of many processes that are ended amid a flood ends once',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'signal_SUITE > simultaneous_signals_recv_exit: and so does each that is receiving meanwhile',
    file: '/work/main/test/otp/signal.test.ts',
  },
  {
    name: 'receive_SUITE > receive_in_between: a receive between the making of a reference and the wait for it loses no reply',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > receive_opt_exception: a failure between asking and receiving leaves the mailbox complete',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > receive_opt_recursion: a selective receive inside another leaves the outer one as it was',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > receive_opt_deferred_save: messages in the middle of the queue are found, the others keep their order',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > erl_1199: one that selects under a flood of messages and normal exits is answered every time',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > gh_5235_missing_save_reset: a bad timeout in one receive makes the next skip nothing',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > gh_5235_recv_mark: nor does it beside an outstanding reference',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > call_with_huge_message_queue: a request costs the same with half a million unrelated messages waiting',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > multi_recv_opt: several outstanding references are answered in any order',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'receive_SUITE > multi_recv_opt_clear: and so they are when others are given up meanwhile',
    file: '/work/main/test/otp/receive.test.ts',
  },
  {
    name: 'Task > can be supervised directly',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > generates child_spec/1',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > async/1',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > async/3',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > async with $callers',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > start/1',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > start/3',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > completed/1',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > start_link/1',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > start_link/3',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > start_link with $callers',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > ignore/1: discards on time replies',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > ignore/1: discards late replies',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > ignore/1: discards on-time failures',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > ignore/1: discards late failures',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > ignore/1: can ignore completed tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: demonitors and unalias on timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on normal exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on task throw',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on task error',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on task undef function error',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: exits on task exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await/2: raises when invoked from a non-owner process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: returns list of replies',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: returns replies in input order ignoring response order',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: returns an empty list immediately',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: ignores messages from other processes',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: ignores additional messages after reply',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits on timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits with same reason when task exits',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits immediately when any task exits',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits immediately when any task crashes',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits immediately when any task throws',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: exits immediately on any task error',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > await_many/2: raises when invoked from a non-owner process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield/2: returns {:ok, result} when reply and :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield/2: returns nil on timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield/2: return exit on normal exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield/2: raises when invoked from a non-owner process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns {:ok, result} when reply and :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns nil on timeout by default',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: shuts down on timeout when configured',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: ignores on timeout when configured',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: return exit on normal exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: raises when invoked from a non-owner process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns results from multiple tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns results from multiple tasks with limit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns once all tasks have replied below limit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns results from multiple tasks with limit and on timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > yield_many/2: returns results on infinity timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns {:ok, result} when reply and abnormal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns {:ok, result} when reply and abnormal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns {:ok, result} when reply and normal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns {:ok, result} when reply and normal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns {:ok, result} when reply and shut down :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns {:ok, result} when reply and shut down :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns nil on shutting down task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns exit on abnormal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns exit on normal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns nil on shutdown :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns exit on killed :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: ignores if task PID is nil',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: raises when invoked from a non-owner process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns nil on killing task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2: returns {:exit, :noproc} if task handled',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns nil on killed :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns exit on abnormal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns exit on normal :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns exit on shutdown :DOWN in message queue',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns exit on killing task after shutdown timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > shutdown/2 with :brutal_kill: returns {:exit, :noproc} if task handled',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > default :logger reporter: logs a terminated task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task > default :logger reporter: logs a terminated task with a process label',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: streams an enumerable with ordered: false',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: streams an enumerable with ordered: false, on_timeout: :kill_task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: streams an enumerable with infinite timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: does not allow streaming with max_concurrency = 0',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: does not allow streaming with invalid :on_timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: does not allow streaming with invalid :timeout',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: streams with fake down messages on the inbox',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: with $callers',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: consuming from another process',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream/2: wrapping a flat_map/concat with a haltable stream',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > streams an enumerable with fun',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > streams an enumerable with mfa',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > streams an enumerable without leaking tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > streams an enumerable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > streams an enumerable with exits',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > shuts down unused tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > shuts down unused tasks without leaking messages',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > is zippable on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > is zippable on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > is zippable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with inner halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with outer halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with inner halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with outer halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with inner halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with outer halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > terminates inner effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > terminates outer effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with :on_timeout set to :kill_task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with timeout and :zip_input_on_exit set to true',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency == tasks > with outer halt on failure and :zip_input_on_exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > streams an enumerable with fun',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > streams an enumerable with mfa',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > streams an enumerable without leaking tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > streams an enumerable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > streams an enumerable with exits',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > shuts down unused tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > shuts down unused tasks without leaking messages',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > is zippable on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > is zippable on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > is zippable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with inner halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with outer halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with inner halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with outer halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with inner halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with outer halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > terminates inner effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > terminates outer effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with :on_timeout set to :kill_task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with timeout and :zip_input_on_exit set to true',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency < tasks > with outer halt on failure and :zip_input_on_exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > streams an enumerable with fun',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > streams an enumerable with mfa',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > streams an enumerable without leaking tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > streams an enumerable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > streams an enumerable with exits',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > shuts down unused tasks',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > shuts down unused tasks without leaking messages',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > is zippable on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > is zippable on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > is zippable with slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with inner halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with outer halt on success',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with inner halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with outer halt on failure',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with inner halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with outer halt and slowest first',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > terminates inner effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > terminates outer effect',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with :on_timeout set to :kill_task',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with timeout and :zip_input_on_exit set to true',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'Task.async_stream > async_stream with max_concurrency > tasks > with outer halt on failure and :zip_input_on_exit',
    file: '/work/main/test/otp/task.test.ts',
  },
  {
    name: 'timer_bif_SUITE > start_timer_1: fires { ref, message } once; cancel before gives what was left and nothing comes',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > send_after_1: fires the bare message; read afterwards is false',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > send_after_2: timers started out of order fire in the order of their times, 0 first',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > start_timer_big: a timer of 2^31 ms can be made, read and cancelled',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > send_after_big: the same for sendAfter; and it fires',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > cancel_timer_1: cancelling a reference that is no timer is false',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > cancel_timer_sync: cancel and the timeout agree about which of them came first',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > start_timer_e: times that are negative, too big or no whole number, and wrong destinations, are refused',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > send_after_e: the same for sendAfter',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > cancel_timer_e: cancel of what is no reference is refused',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > read_timer_trivial: read of a reference that is no timer is false, of what is no reference refused',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > read_timer: read and cancel report the same time left; false afterwards',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > cleanup: a timer whose process has died reads as false and does not fire',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > registered_process: a name is looked up when the timer fires, not when it is started',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > same_time_yielding: thousands of timers for one instant all fire, in the order they were set',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > same_time_yielding_with_cancel: the same with half of them cancelled',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > same_time_yielding_with_cancel_other: the same, cancelled by another process',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > auto_cancel_yielding: thousands of timers of one dying process are all dropped',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'timer_bif_SUITE > huge_timeout: very long timers stand beside very short ones',
    file: '/work/main/test/otp/timer.test.ts',
  },
  {
    name: 'register_SUITE > otp_8099: a name is free again after each unregister and each death, however tight the loop',
    file: '/work/main/test/otp/register.test.ts',
  },
  {
    name: 'process_SUITE > t_exit_1: a linked trapping parent receives the exact term passed to exit',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: "process_SUITE > t_exit_2_other: exit(pid, reason) ends the target and a linked observer sees the sender's term",
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > t_exit_2_other_normal: exit(pid, "normal") from another process does nothing',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > self_exit: exit(self(), reason) in a trapping process arrives as a message from itself',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > normal_suicide_exit: exit(self(), "normal") ends a process that does not trap',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > abnormal_suicide_exit: exit(self(), reason) ends a process that does not trap with that reason',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > t_exit_2_catch: no catch around exit(self(), reason) keeps the process alive',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > exit_twice: of two exit signals the first decides the reason',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: "process_SUITE > exit_and_timeout: an exit signal at the moment of a receive's timeout still decides the reason",
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: "process_SUITE > trap_exit_badarg: a runtime error's reason reaches the linked trapping parent unchanged",
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > trap_exit_badarg_in_bif: a bad option of spawn is an error of the caller and leaves no process behind',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > bad_register: register rejects what is no name, a reserved name, the dead, and what is no pid',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_flag_badarg: trapExit takes a boolean and nothing else',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > otp_6237: processes that loop in selective receives are killed without a rest',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > t_process_info: registeredName and status of oneself',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_other_msg: the mailbox of another is shown in order of arrival and left as it is',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_messages: both ends agree about a mailbox while messages come',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_other_status: a process that waits is reported as waiting',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_2_list: a list of items gives pairs in the order asked for, doubles allowed',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_parent: the parent is who spawned it',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_status_handled_signal: asking does not change what is reported',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_self_signal: a message just sent to oneself shows in the own mailbox',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_self_msgq_len: the own queue length counts messages already sent',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_self_msgq_len_messages: length and messages taken at once agree',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_self_msgq_len_more: and so they do in every call shape',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_msgq_len_no_very_long_delay: the queue length of another is answered at once',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_dict_lookup: the dictionary of another shows a key, or undefined',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > process_info_label: the label shows as set, alone and in a list',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > low_prio: many processes that always have work have turns in between each other',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > alias_bif: messages pass while the alias is active, one only through a reply alias',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > monitor_alias: the life cycles of an alias made together with a monitor',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > spawn_monitor_alias: the same by the options of spawnMonitor; bad options are refused and spawn nothing',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > demonitor_aliasmonitor: an explicit_unalias alias outlives demonitor',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > down_aliasmonitor: an explicit_unalias alias outlives the DOWN',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > monitor_tag: a tag of one’s own stands in place of DOWN, for monitor and for spawn',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > no_pid_wrap: a pid is never used again',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'process_SUITE > processes_default_tab: processes() lists every live process once',
    file: '/work/main/test/otp/process.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > permanent_normal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > permanent_shutdown',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > permanent_abnormal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > transient_normal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > transient_shutdown',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > transient_abnormal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > temporary_normal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > temporary_shutdown',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > temporary_abnormal',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > temporary_bystander: one_for_all',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > temporary_bystander: rest_for_one',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: restart types > do_not_save_child_specs_for_temporary_children',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > multiple_restarts',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > one_for_one',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > one_for_one_escalation',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > one_for_all_escalation',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > rest_for_one_escalation',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > one_for_all',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > one_for_all_other_child_fails_restart',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > rest_for_one',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > rest_for_one_other_child_fails_restart',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > simple_one_for_one',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > simple_one_for_one_restart_ignore',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > simple_one_for_one_shutdown',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > simple_one_for_one_extra',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > simple_one_for_one_escalation',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: strategies and escalation > order_of_children',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: a child that keeps failing to restart > hanging_restart_loop',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: a child that keeps failing to restart > hanging_restart_loop: an order to shut down overtakes it',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: a child that keeps failing to restart > hanging_restart_loop_rest_for_one',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: a child that keeps failing to restart > hanging_restart_loop_simple',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: a child that keeps failing to restart > count_restarting_children',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > nonsignificant_temporary',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > nonsignificant_transient',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > significant_temporary',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > significant_transient',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > significant_simple',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > significant_bystander',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: significant children > significant_escalation',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: many children > count_children',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'supervisor_SUITE: many children > count_children_supervisor',
    file: '/work/main/test/otp/supervisor-restart.test.ts',
  },
  {
    name: 'erl_link_SUITE > links: both sides list a link, exits pass over it, a link to oneself is none',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'erl_link_SUITE > process_monitors: both sides list a monitor; monitoring oneself does nothing',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'erl_link_SUITE > otp_5772_link: after unlink and a look at the mailbox no exit message comes',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'erl_link_SUITE > otp_5772_monitor: after demonitor and a look at the mailbox no DOWN comes',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'erl_link_SUITE > otp_17127_local_link_with_simultaneous_link_unlink: the two ends agree in the end',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'erl_link_SUITE > otp_17127_local_random: hundreds of random links and unlinks from both ends agree in the end',
    file: '/work/main/test/otp/link.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start1: anonymous, by link and by monitor',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start2: without link; ends with shutdown by its own choice',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start3: a time-out of init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start4: ignore',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start5a: stop from init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start5b: error from init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start6: linked',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start8: by a local name',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start9: by a local name, linked and monitored',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start11: the name is free right after stop',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > start12: by a name that a registry keeps',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > next_events: several are handled in the order given, before anything else',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > stop1: stop(pid)',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > stop2: with another reason',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > stop3: an invalid time-out',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > stop4, stop5: by name, plain and as an address',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > stop7: by a name that a registry keeps',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal1, abnormal1clean: a call times out, and the late reply reaches nobody',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: undefined',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: "badreturn"',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {"nexState":"b"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {"nextState":"b","repeatState":true}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {"nextState":"b","replies":[]}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {"repeatState":false}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal2: a bad return value ends it: {"stop":"x","actions":[]}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: "badaction"',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: {"reply":"x","to":"nobody"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: {"nextEvent":"x"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: {"nextEvent":{"type":"enter"}}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: {"nextEvent":{"type":"call","content":1}}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: {"postpone":1}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal3: a bad action ends it: 42',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal4: a bad time-out ends it: {"timeout":-1}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal4: a bad time-out ends it: {"stateTimeout":1.5}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal4: a bad time-out ends it: {"timeout":"soon","name":"x"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal4: a bad time-out ends it: {"timeout":1,"abs":"yes"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > abnormal4: a bad time-out ends it: {"stateTimeout":null,"abs":true}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > sys1: suspended, it leaves calls in the mailbox; resume lets them through',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > sys1: suspended, a time-out waits too',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > get_state: { state, data }, running and suspended',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > replace_state: state and data; a crash in the function leaves both',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > replace_state: neither enters the state nor retries what is postponed',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (state functions) > hibernate: from init and from a callback; the next event wakes',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start1: anonymous, by link and by monitor',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start2: without link; ends with shutdown by its own choice',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start3: a time-out of init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start4: ignore',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start5a: stop from init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start5b: error from init',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start6: linked',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start8: by a local name',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start9: by a local name, linked and monitored',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start11: the name is free right after stop',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > start12: by a name that a registry keeps',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > next_events: several are handled in the order given, before anything else',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > stop1: stop(pid)',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > stop2: with another reason',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > stop3: an invalid time-out',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > stop4, stop5: by name, plain and as an address',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > stop7: by a name that a registry keeps',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal1, abnormal1clean: a call times out, and the late reply reaches nobody',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: undefined',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: "badreturn"',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {"nexState":"b"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {"nextState":"b","repeatState":true}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {"nextState":"b","replies":[]}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {"repeatState":false}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal2: a bad return value ends it: {"stop":"x","actions":[]}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: "badaction"',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: {"reply":"x","to":"nobody"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: {"nextEvent":"x"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: {"nextEvent":{"type":"enter"}}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: {"nextEvent":{"type":"call","content":1}}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: {"postpone":1}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal3: a bad action ends it: 42',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal4: a bad time-out ends it: {"timeout":-1}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal4: a bad time-out ends it: {"stateTimeout":1.5}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal4: a bad time-out ends it: {"timeout":"soon","name":"x"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal4: a bad time-out ends it: {"timeout":1,"abs":"yes"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > abnormal4: a bad time-out ends it: {"stateTimeout":null,"abs":true}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > sys1: suspended, it leaves calls in the mailbox; resume lets them through',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > sys1: suspended, a time-out waits too',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > get_state: { state, data }, running and suspended',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > replace_state: state and data; a crash in the function leaves both',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > replace_state: neither enters the state nor retries what is postponed',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE: start, stop, abnormal, sys (handleEvent) > hibernate: from init and from a callback; the next event wakes',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > shutdown: { shutdown: x } is not logged; a later call finds no process',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > loop_start_fail: five times each, nothing is left behind',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > loop_start_fail: terminate is not called',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > stop_and_reply: the replies go out in their order, before terminate and before the end',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > stop_and_reply: what is no reply ends it too',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: on the first state, on a change, on repeat; not when the state stays the same',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: may repeat itself, and stop',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: may not change the state, postpone or insert: {"nextState":"c"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: may not change the state, postpone or insert: "foo"',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: may not change the state, postpone or insert: {"actions":"postpone"}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_enter: may not change the state, postpone or insert: {"actions":[{"nextEvent":{"type":"cast"}}]}',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_order: inserted, then postponed; a zero event time-out is overtaken by them',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_order: what is postponed is not retried on keep_state, the same state, or repeat_state',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_order: an event that changes the state and postpones itself comes again in the new state',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_order: postponed events that change the state again leave the others in order',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_order: two zero time-outs of other kinds; the one for an event only if it comes first',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_timeout: survives events, and ends with the state',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_timeout: set with the change it counts for the new state',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_timeout: of zero comes before the mailbox, and not if an inserted event changes the state',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_timeout: keeps running over repeat_state, and the event time-out over nothing',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > state_timeout: looking into the machine does not disturb an event time-out',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > timeout_cancel_and_update: of running timers',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > timeout_cancel_and_update: an update of none that runs is a time-out of zero',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > timeout_cancel_and_update: in one list only the last word on a timer counts',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > timeout_cancel_and_update: of one of zero that has not fired yet',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > timeout_cancel_and_update: one that fired but was not handled yet can be cancelled',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > event_types: every type can be inserted, and arrives in order',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > generic_timers: are independent, survive state changes, are replaced, cancelled and absolute',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > generic_timers: an absolute time that is past fires behind what is queued',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > call_format_status, format_all_status: shapes what getStatus shows',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > error_format_status: shapes the report of a crash',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > terminate_crash_format: a crash inside terminate replaces the reason',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > undef_terminate1, undef_terminate2: terminate is optional',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'gen_statem_SUITE > terminate: is called with state and data for a stop, a crash and the parent’s end, not for a kill',
    file: '/work/main/test/otp/gen-statem.test.ts',
  },
  {
    name: 'a check > that finds what it expects reports up, with status, time and latency',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > that finds another status reports it',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > does not follow the redirect that it expects',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > looks for the expected text, also across the pieces of a body',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > lets an endless body go',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > that takes too long says so',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > whose body takes too long keeps its status',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > that is aborted for another reason does not blame the target',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > tells a refused connection in words',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > tells a connection that breaks in words',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > tells an answer that is not HTTP in words',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a check > tells an unknown host in words',
    file: '/work/main/apps/demo/test/check.test.ts',
  },
  {
    name: 'a scope > gives all below it the same instance of what is bound in it',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > outlives the restart of a child',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > is disposed of when its supervisor exits, before the next incarnation makes a fresh one',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > is disposed of at the stop of the application, its own and that of the application',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > does not dispose of values that it was given',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > sees the bindings of the scopes around it, and its own first',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > takes bindings as functions, modules and arrays of them',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > waits for what is made asynchronously',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > reaches children that are started at run time',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > reaches servers that a server starts itself',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'a scope > provides the logger, by token and by function',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'overrideBindings > replaces a binding wherever it is made',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'overrideBindings > can replace a server class by another',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > names the token, the class that wanted it and the chain from the root',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > two bindings where one is wanted',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > is fine with two bindings that are told apart',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > a singleton that would keep what belongs to a scope below',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > a constructor whose types are interfaces',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > a constructor without types, as esbuild leaves it',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > an inherited constructor, of which nothing is known',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > a server class bound as a singleton: its restart would get the instance that crashed',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > what only the container can tell, at the start',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'what cannot be built > is found at the start, too, of a server that no plan knew of',
    file: '/work/main/test/decorators/injection.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test > can be supervised directly',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test > multiple supervisors can be supervised and identified with simple child spec',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test > counts and returns children',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async/1: spawns tasks under the supervisor',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async/1: with custom shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async/1: raises when :max_children is reached',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async/1: with $callers',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async/3',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async_nolink/1: spawns a task under the supervisor without linking to the caller',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async_nolink/1: with custom shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async_nolink/1: raises when :max_children is reached',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: async > async_nolink/3',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > start_child/1',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > start_child/3',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > start_child/1 with custom shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > start_child/1 with custom restart',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > start_child/1 with $callers',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > terminate_child/2',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: start_child > names the work, and refuses what is none',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: await/1 > await/1: demonitors and unalias on timeout',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: await/1 > await/1: exits on task throw',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: await/1 > await/1: exits on task error',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: await/1 > await/1: exits on task exit',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: streams an enumerable with fun',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: streams an enumerable with mfa',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: streams an enumerable without leaking tasks',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: streams an enumerable with slowest first',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: streams an enumerable with exits',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: shuts down unused tasks',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: shuts down unused tasks without leaking messages',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: raises an error if :max_children is reached with clean stream shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: with timeout and :zip_input_on_exit set to true',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: streams an enumerable with fun',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: streams an enumerable with mfa',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: streams an enumerable without leaking tasks',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: streams an enumerable with slowest first',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: streams an enumerable with exits',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: shuts down unused tasks',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: shuts down unused tasks without leaking messages',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: raises an error if :max_children is reached with clean stream shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream_nolink: with timeout and :zip_input_on_exit set to true',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: with $callers',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: does not allow streaming with invalid :shutdown',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'Elixir task/supervisor_test: streams > async_stream: uses the shutdown of its options',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > ends a task whose owner died before it could watch it',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > outlives the crashes of any number of temporary tasks, and reports them',
    file: '/work/main/test/otp/task-supervisor.test.ts',
  },
  {
    name: '@StateMachine > handles an event by the state the machine is in',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > lets what is postponed wait for the state',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > sets the time-out of a state when it is entered, and runs its @Enter',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > is a new instance in its first state after a restart, injected anew',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > takes messages by state, and drops with a report what no state takes',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > ends with EVENT_UNEXPECTED on a call, a cast or a time-out that no method handles there',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > has actions, late replies, repeated states and stops as directives',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > takes asynchronous methods, one event at a time',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses a state assigned where nothing would notice: STATE_NOT_ASSIGNABLE',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > does not enter a state that @Enter assigns',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > begins in the state that init assigns; without any it does not start: STATE_MISSING',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > ignores and stops in init as a GenServer does',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > inherits handlers; a subclass goes before its base',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > says by its options how it is supervised',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses two methods for one event in one state: STATE_HANDLER_INVALID',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses an @On without its @Call: STATE_DECORATOR_INVALID',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses a @State of a method that handles nothing: STATE_DECORATOR_INVALID',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses an @After of no time: STATE_HANDLER_INVALID',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses a static method: HANDLER_STATIC',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses a method of the engine: HANDLER_INVALID',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > refuses a class that is a server already: DECORATED_TWICE',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: '@StateMachine > works without application or supervisor',
    file: '/work/main/test/decorators/state-machine.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_normal',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_init',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_child',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_temporary_child',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_temporary_child_start_child',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_temporary_child_start_child_simple',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_ignore_permanent_child_start_child_simple',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_error_return',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_fail',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_restart_child_returns_error',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_child_returns_error',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_child_returns_error_simple',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_map',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_map_simple',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_start_map_faulty_specs',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > child_specs, child_specs_map',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > sup_flags',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: start > already_started_outside_supervisor',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_infinity',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_timeout',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_timeout_dynamic',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_brutal_kill',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_brutal_kill_dynamic',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_race: children exit "normal" by themselves meanwhile',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_race: children exit "shutdown" by themselves meanwhile',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_race: children exit {"shutdown":"x"} by themselves meanwhile',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_race: children exit "boom" by themselves meanwhile',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_race: children exit "killed" by themselves meanwhile',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > sup_stop_non_shutdown_exit_dynamic',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > child_unlink',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'supervisor_SUITE: stop > tree',
    file: '/work/main/test/otp/supervisor-start.test.ts',
  },
  {
    name: 'gen_server_SUITE > start: anonymous and named, by start, start_link and start_monitor',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > start: ignore, stop, error and an init that takes too long',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop1: ends with normal, synchronously; a second stop is noproc',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop2: with another reason',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop3: an invalid time-out raises and leaves the server alive',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop4: by registered name',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop5: by name and node',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop6: by a name that is not the kernel’s own, as a global one',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > stop7: by what knows its address',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > crash: shutdown and { shutdown: x } are not logged; other reasons are, with the client',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > loop_start_fail: five times each, nothing is left behind',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > call: plain, delayed, and with a time-out at the server',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > call: stop with and without a reply',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > continue: after init, reply, noreply, cast, info and another continue, always before the next message',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > calling_self: a call to oneself fails at once',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > cast: plain, with a time-out, and stop',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > info: plain, with a time-out, and stop',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > hibernate: from init, call, cast, info and continue; the next message wakes',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > otp_7669: after ignore or stop the name is free by the time start returns',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > get_state: of a running and of a suspended server',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > replace_state: the function runs in the server; a crash in it leaves the state',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: "gen_server_SUITE > undef_terminate1: terminate is optional, reason 'normal'",
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: "gen_server_SUITE > undef_terminate2: terminate is optional, reason { custom: 'reason' }",
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_init: is an error of start and leaves no EXIT behind',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_handle_call: crashes the server for want of handleCall',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_handle_cast: crashes the server for want of handleCast',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_handle_continue: crashes the server for want of handleContinue',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_handle_info: only logs a warning',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_in_terminate: a missing function inside terminate is a crash of its own',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > undef_in_handle_info: a missing function inside handleInfo is a crash',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > call_format_status: shapes what get_status shows',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > error_format_status, format_all_status: shapes state, message and reason of the crash log',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > terminate_crash_format: a crash inside terminate replaces the reason and is formatted too',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'gen_server_SUITE > crash_in_format_status, throw_in_format_status: is shown, and the server lives on',
    file: '/work/main/test/otp/gen-server.test.ts',
  },
  {
    name: 'a supervisor that starts > stops the earlier children in reverse when the nth does not start, and names it in its reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > takes a parent that does not trap exits with it when it fails',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > names the child of a supervisor below it that failed',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > runs start functions as itself, and waits for those that take their time',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > has children that are GenServers',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > takes a GenServer that answers ignore for a child that does',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > gives the reason of a GenServer that failed, without its wrapping',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > can be unlinked from who starts it',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > can have a name that is kept elsewhere',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor that starts > computes its options anew at each start when they are a function',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > starts siblings again that were not running, and drops temporary ones: one_for_all',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > starts siblings again that were not running, and drops temporary ones: rest_for_one',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > counts once when a sibling that it stops had crashed at the same time, and reports its real reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > puts another attempt at a failed restart behind what is queued',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > counts neither children started by request nor siblings restarted in a round',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > gives up with shutdown, which a transient supervisor is not restarted for and a permanent one is',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > stops the rest in reverse when it gives up, and reports the child that was one too many',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > takes a significant child that waits for its restart for one that runs',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > does not believe an exit signal that a living child sent by hand',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > has the old incarnation out of the way before the new one starts: one_for_one',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > has the old incarnation out of the way before the new one starts: one_for_all',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'a supervisor whose child ended > has the old incarnation out of the way before the new one starts: rest_for_one',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit of its parent, "normal": it stops in good order, for that reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit of its parent, "shutdown": it stops in good order, for that reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit of its parent, {"shutdown":"x"}: it stops in good order, for that reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit of its parent, "boom": it stops in good order, for that reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit signal "normal" of its parent',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit signal "shutdown" of its parent',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exit signal "boom" of its parent',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > the exits of strangers: ignored, without a word',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > any other message: reported and ignored',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > a call or cast that is not for supervisors: it crashes, and stops its children',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > stop: its children are stopped, and it ends normal',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > kill: its children get killed over the link, and one that ignores it survives',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'what reaches a supervisor > kill while it waits for a child to start: nothing more is started',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'the hooks > onStart runs in the supervisor before its children, onStop after them',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'the hooks > onStart that throws is a failed start',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'the hooks > onStop runs when a child failed to start, and its own failure does not hide that',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'the hooks > onStop that throws at the end becomes the exit reason',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'with messages: freeze > everything works the same',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'with messages: clone > everything works the same',
    file: '/work/main/test/supervisor/supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test > can be supervised directly',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test > use/2: generates child_spec/1',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test > init/1: set default options',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test > start_link/3: with non-ok init',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test > start_link/3: with registered process',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > supports new child spec, as tuple and as map',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > supports extra arguments; restarting a child with extra_arguments successfully restarts child',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > with invalid child spec: validated in the caller, before any message is sent',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > with different returns',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > with throw/error/exit',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > with max_children',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > temporary child is not restarted regardless of reason',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > transient child is restarted unless normal/shutdown/{shutdown, _}',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > permanent child is restarted regardless of reason',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > child is restarted with different values',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > restarting on init and on exit children counted in max_children',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > child is restarted when trying again',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > child triggers maximum restarts',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > child triggers maximum intensity when trying again',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: start_child/2 > with valid shutdown, with invalid valid shutdown',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with brutal kill',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with infinity shutdown',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with infinity shutdown and abnormal reason',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with integer shutdown',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with integer shutdown and abnormal reason',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with expired integer shutdown',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates children with permanent restart and normal reason',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate/2 > terminates with mixed children',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate_child/2 > terminates child with brutal kill',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate_child/2 > terminates child with integer shutdown',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'Elixir dynamic_supervisor_test: terminate_child/2 > terminates restarting child',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'DynamicSupervisor and stray messages > reports a cast and goes on',
    file: '/work/main/test/otp/dynamic-supervisor.test.ts',
  },
  {
    name: 'the length of a wait > grows by the factor up to the cap',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the length of a wait > is with full jitter any time up to that',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the length of a wait > is chance of the kernel, Math.random unless told otherwise',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > has its defaults filled in, and is not there unless asked for',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff = null',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff = 100',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.initial = 0',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.initial = 1.5',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.max = 99',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.max = Infinity',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.factor = 0.5',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.factor = NaN',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.jitter = half',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is refused with backoff.resetAfter = -1',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'the backoff of a spec > is in the spec that the supervisor gives',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > waits longer before each restart in a row, and shows it',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > begins with the first wait again after a healthy time',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > takes chance from the kernel',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > waits again when a restart fails, and counts every attempt',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > has more restarts in it than one without: the period passes meanwhile',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > cuts the wait short on restartChild, which is no further restart',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > gives what the start function gave when the wait is cut short, and goes on waiting when it fails',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > gives a waiting child up on terminateChild; delete and start are for another day',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > is not kept from stopping by a wait',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > takes no order to restart that comes from an earlier wait',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > takes time spent waiting and failing for no health',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > stops at once those that one_for_one restarts together, and starts them in order when the wait is over',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > stops at once those that rest_for_one restarts together, and starts them in order when the wait is over',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > stops at once those that one_for_all restarts together, and starts them in order when the wait is over',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > restarts a waiting child together with a sibling whose restart is due now',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a static supervisor > counts a waiting significant child as running',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > waits, shows it with the last pid, and counts the child',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > keeps the row of waits over restarts and failed ones, and counts them all',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > begins with the first wait again after a healthy time, and takes no order of an earlier one',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > refuses to hurry a child without a wait whose next attempt is due anyway',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > restarts a waiting child by its last pid, and only that',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > gives a waiting child up on terminateChild',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a dynamic supervisor > is not kept from stopping by a wait, nor from serving others',
    file: '/work/main/test/supervisor/backoff.test.ts',
  },
  {
    name: 'a registry > finds a process by its key, with its value',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > needs no value where it has none',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > takes any key that a Map takes, and tells those from each other that a Map does',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > refuses a key that it could never find again',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > compares composite keys by their identity',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > gives away copies: a result does not change with the registration',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > keeps the value when its update throws',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > isolates values as messages are isolated',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > holds metadata while it runs, and starts with what it was given',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > lets a dispatch register and unregister',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a registry > passes on what a dispatch throws',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'values are copied out as well as in, where messages are',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the death of a registered process > takes its registrations along before anyone hears of it',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the death of a registered process > does not wait for resources that close slowly',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the death of a registered process > does not end the registry, nor others in it',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the death of a registered process > keeps its left-over code from registering',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the end of a registry > ends the processes in it with its reason, except those that trap exits',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the end of a registry > leaves them alive when it is stopped for no reason',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the end of a registry > is followed by an empty one',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the end of a registry > leaves nothing behind that watches its processes',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > has the name of the registry, once',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > belongs to its kernel',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > is a child like any other',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > keeps a link that was there before somebody registered',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > is not harmed by messages that are not for it, and reports them',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'the process of a registry > shows its size as its state, not all of its entries',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'listeners > hear of API calls and not of deaths',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'listeners > may be missing without harm to those who register',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'listeners > are pids or names',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > gives what its function gives',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > that its holder asks for again is refused instead of awaited for ever',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > is passed on in the order of asking',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > is not lost by what the left-over code of a dead holder does',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > of a registry that ends does not hold up its waiters',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a lock > is no registration',
    file: '/work/main/test/registry/registry.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > fails at once unless told to wait',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > waits until it is up, by ref and by call',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > goes to one that is up without a detour',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > keeps its place among the messages of its sender where the server is up',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > rejects with CALL_NOPROC when the time is up',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > leaves no message behind when the time is up in the moment that the server is',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > waits for the init to be done, and past one that fails',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > has its time-out count from when it is up',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > is not repeated when the server had it and crashed',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > is given up when its signal fires',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > ends with its caller',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > refuses a time that is none',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > is over at once for a pid: that process does not come back',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > is woken by any way to get a name',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > goes on waiting when the name is lost again before the request is sent',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > leaves other messages of the caller alone',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'a call to a name that is being restarted > does not keep a name that never comes in memory',
    file: '/work/main/test/supervisor/wait-for-restart.test.ts',
  },
  {
    name: 'unique_test > counts 0 keys in an empty registry',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > counts the number of keys in a registry',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > has unique registrations',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > has unique registrations across processes',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > has unique registrations even if partition is delayed',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > supports match patterns',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > supports guard conditions',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > supports reserved keys',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > count_match supports match patterns',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > count_match supports guard conditions',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > unregister_match supports patterns',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > unregister_match supports guards',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > compares using ===',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > updates current process value',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > dispatches to a single key',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > unregisters process by key',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > unregisters with no entries',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > allows listeners',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > links and unlinks on register/unregister',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > raises on unknown registry name',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > via callbacks',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > uses value provided in via',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > empty list for empty registry',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > select all',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > select supports full match specs',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > select supports guard conditions',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > count_select supports match specs',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'unique_test > count_select supports guard conditions',
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: "unique_test > doesn't grow ets on already_registered",
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: "unique_test > doesn't grow ets on already_registered across processes",
    file: '/work/main/test/otp/registry-unique.test.ts',
  },
  {
    name: 'the sample services > are steady, slow and flaky, and come back under their old addresses',
    file: '/work/main/apps/demo/test/samples.test.ts',
  },
  {
    name: 'the sample services > leave nothing listening when one of them cannot start',
    file: '/work/main/apps/demo/test/samples.test.ts',
  },
  {
    name: "proc_lib_SUITE > crash: 'normal' makes no report",
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: "proc_lib_SUITE > crash: 'shutdown' makes no report",
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: "proc_lib_SUITE > crash: { shutdown: 'x' } makes no report",
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > crash: others make a report with ancestors, links, label and name',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > stacktrace: reasons as the linked process sees them',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_nolink: returns only when the child says so',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_link: the same, linked',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_monitor: the same; a DOWN follows',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_monitor_link: both follow, EXIT first',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_timeout: kills the child and leaves no message',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_link_timeout: kills the child and leaves no message',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > sync_start_monitor_link_timeout: a start that fails gives no monitor, so no DOWN either',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > init_dont_hang: a child that dies before its word is an error, for all variants',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'proc_lib_SUITE > stop: ok, noproc, another reason, a time-out, and a time-out of 0',
    file: '/work/main/test/otp/proc-lib.test.ts',
  },
  {
    name: 'duplicate_test > counts 0 keys in an empty registry',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > counts the number of keys in a registry',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > has duplicate registrations',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > has duplicate registrations across processes',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > compares using matches',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > dispatches to multiple keys in serial',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > unregisters by key',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > unregisters with no entries',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > supports match patterns',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > supports guards',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > uses exact complex keys in lookup and match',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > count_match supports match patterns',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > count_match supports guard conditions',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > unregister_match supports patterns',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > unregister_match supports guards',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > allows listeners',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > links and unlinks on register/unregister',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > raises on unknown registry name',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > raises if attempt to be used on via',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > empty list for empty registry',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > select all',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > select supports full match specs',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > select supports guard conditions',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > count_select supports match specs',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > count_select supports guard conditions',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > update_value is not supported',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'duplicate_test > supports reserved keys',
    file: '/work/main/test/otp/registry-duplicate.test.ts',
  },
  {
    name: 'supervisor_SUITE: the API > extra_return',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'supervisor_SUITE: the API > child_adm',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'supervisor_SUITE: the API > child_adm_simple',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > generates child_spec/1',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > child_spec/2',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > init/2',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_link/3 with local',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_link/2',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_link/3',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_child/2: supports new child spec, as tuple and as map',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_child/2: with invalid child spec',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > start_child/2: with valid child spec',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'Elixir supervisor_test > child life cycle',
    file: '/work/main/test/otp/supervisor-children.test.ts',
  },
  {
    name: 'settings > need nothing: loopback, port 4000, a local data folder, samples, chaos',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > come from the environment',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > allow chaos on an open address only when asked',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"PORT":"http"} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"PORT":"70000"} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"PULSE_KEEP_DAYS":"0"} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"HOST":""} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"DATABASE_URL":"mysql://db"} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'settings > {"PULSE_CHAOS":"yes"} is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > fills in what a target leaves out',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > no list is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > an empty list is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > a target that is none is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > a missing url is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > another scheme is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > an interval in words is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > a broken timeout is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > a status that is none is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > an unknown key is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > a name twice is refused',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > is told all its faults at once',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > that is not JSON names the file',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > that is not there names the path',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > is fetched from an address',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: 'a target list > that an address does not give names the address and the answer',
    file: '/work/main/apps/demo/test/settings.test.ts',
  },
  {
    name: '@GenServer > makes a class a server: calls, casts, and messages by pattern, the first that fits',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > gets a new instance, with fresh state, at every restart',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > refuses a call of a cast: nobody would answer',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > works without application or supervisor: startLink is enough',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > says by its options how it is supervised; id and name may come from the arguments',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > inherits the handlers of a base class, decorated or not',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > is one thing only',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@GenServer > refuses a handler that the engine calls itself, or that is static',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@Supervisor and @DynamicSupervisor > are children themselves, with what they supervise to be seen beforehand',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@Supervisor and @DynamicSupervisor > a dynamic one gets its children at run time',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@Supervisor and @DynamicSupervisor > computes children in init, with what is injected, at each start',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: '@Supervisor and @DynamicSupervisor > does not run when init says ignore',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: 'a backoff > reaches the child spec of a server and of a supervisor',
    file: '/work/main/test/decorators/decorators.test.ts',
  },
  {
    name: 'startBehaviour > G01: the name is registered before init runs, and start returns only when init has returned',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G03: { stop } without a link: START_FAILED with the reason, the name is free',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G03: { stop } with a link kills a caller that does not trap, before the start returns',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G03: { stop } with a link to a trapping caller: the failure, and no EXIT message afterwards',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G04: { error } ends the process normally: a linked caller survives, with the failure',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G05: { ignore } is no failure and leaves no EXIT message',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G06: what init throws is the reason; so is exit(reason), also normal',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G07: an init slower than the timeout is killed; no message is left, linked or not',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G08: a name that is taken is ALREADY_STARTED with its owner, and init is not run',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G09: parent and ancestors are those of the caller, nearest first, by name where there is one',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G09: monitor: true gives the reference; on failure its DOWN is consumed',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G10: after a failure the name is free when the start returns, also when a resource closed slowly',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > G23: ready runs after the starter was told and before any message, also those sent during init',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > a ready that fails is a crash of a process that is up',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > a process killed during its init: START_FAILED with killed',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > an outcome counts also when the caller is gone: a process that wanted to be ignored, or to stop, ends',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > a linked caller that dies during the init takes the process with it',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'startBehaviour > refuses a wrong timeout',
    file: '/work/main/test/kernel/starter.test.ts',
  },
  {
    name: 'ref > finds a server by its declared name, another name, a pid, or another ref',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > by name follows the name from one process to the next; by pid it does not',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > asks what knows an address for it at every use',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > finds a server under a name that something else keeps',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > is a server reference for every function that takes one',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > needs a table, and a name or a target',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'ref > prints as what it means',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'call > takes a time-out and a signal for one call',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'call > shares nothing that either side could change',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'call > is the same client each time',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'cast > returns nothing, and never fails for want of a server',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a cast that is called throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a call that is cast throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a cast that is sent as a request throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a helper throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a getter throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a callback of the engine throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > a name the class does not have throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > such a name that is cast throws what it is and what to do',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > rejects a call, as all that goes wrong with one does',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a wrong name > is no harm to what looks at any object',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'a class is no server reference: its ref is',
    file: '/work/main/test/genserver/ref.test.ts',
  },
  {
    name: 'getState > shows the state, running and suspended',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'getState > does not freeze what it shows',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'getState > shows the instance of a class',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'getState > rejects as a call does',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'replaceState > gives the new state to the server and to the caller',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'replaceState > of a function that throws is an error to the caller and leaves the state',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'replaceState > of a function that rejects is an error to the caller and leaves the state',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > leaves messages where they are until resume, and in their order',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > twice is once; so is resume',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > lets callers time out',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > does not keep a server from stopping',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > does not keep the parent from ending it',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > holds an idle time-out until resume, from where it counts anew',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'suspend > waits for the handler that runs',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'getStatus > tells mode, parent and the formatted state',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'getStatus > hides the state when formatStatus fails, and the server lives on',
    file: '/work/main/test/genserver/system.test.ts',
  },
  {
    name: 'gen_server_test > generates child_spec/1',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > start_link/3: a name must be a name',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > start_link/3 with local: is registered, and a second one is already started',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > start_link/2, call/2 and cast/2',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > call/3 exit messages',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > nil name: means unnamed',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > start/2: is not linked',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > whereis/1',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > stop/3: ok, noproc, and stopping oneself',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > abcast/3: to several names; unknown ones and unknown nodes are ignored',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'gen_server_test > multi_call/4: replies, and who did not reply',
    file: '/work/main/test/otp/gen-server-elixir.test.ts',
  },
  {
    name: 'process groups > have the members that join, in that order, until they leave',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > count how often a process joined',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > lose the dead at once, and never get them',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > tell those who monitor a group of joins, leaves and deaths in it',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > tell those who monitor the scope of all groups',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > keep monitors apart by their references',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > stop telling, and take back what they told, at demonitor',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > forget a monitor that died',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > leave their members alone when the scope ends',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'process groups > are apart from those of other scopes',
    file: '/work/main/test/registry/process-groups.test.ts',
  },
  {
    name: 'sys_SUITE > log: on, get and off',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > stats: counts in and out; no_statistics when off',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > trace: a line in, a line out, in the log or where it is told to',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > suspend: calls go unanswered, the status says so; twice is once, and so is resume',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > install: functions see events; removed by function, by id, all at once, or when they are done',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > install: a function that fails is removed with a warning, and the server goes on',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > install: sees the reply of a stop, and works while suspended',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > rejects as a call does',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > names the methods of a class',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'sys_SUITE > shows the events, states and postponements of a state machine',
    file: '/work/main/test/otp/sys.test.ts',
  },
  {
    name: 'names > are given, found, listed and taken back',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'names > given when spawning are there before the process runs, and a taken one spawns nothing',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'names > are free before any exit message or DOWN of their process is seen',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'names > belong to a kernel: two kernels can have the same',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'names > are destinations: an unknown bare one raises, an unknown { name, node } does not (K62)',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'names > unregister leaves the process alone, and it can be registered anew',
    file: '/work/main/test/kernel/names.test.ts',
  },
  {
    name: 'restart intensity > of 0 is spent by the first restart',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'restart intensity > of n is survived by n restarts and spent by one more',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'restart intensity > counts crashes 1.85 s apart together when the first came just after a tick',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'restart intensity > does not count crashes 1.15 s apart together when two ticks lie between them',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'restart intensity > includes the first second of the period',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'restart intensity > keeps no more history than the period has seconds',
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: "restart intensity > is OTP's rule, for any times",
    file: '/work/main/test/supervisor/intensity.test.ts',
  },
  {
    name: 'Agent > keeps a value, read and changed by functions that run in it',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > takes async functions, one at a time',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > ends with what its function throws, and so does the call',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > ends when getAndUpdate gets something else than a reply and a state',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > does not start when its first value cannot be made',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > is linked by startLink alone',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > is found by name, whichever process has it',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > gives calls up in time',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > crashes on requests that are none of its own, and drops messages with a warning',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > keeps anything, also nothing and what looks like a result',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > prints as what it goes by',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'Agent > knows the types',
    file: '/work/main/test/genserver/agent.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: is answered by a message, which is received, waited for, or checked',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: errors are those of a call',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: received too late it is abandoned, waited for too long it stays',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: keeps its place among all that comes from the server',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: is for who sent it, and for what was sent',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request: typed, by a ref',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request_receive_reqid_collection: with labels; a time-out abandons all',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request_wait_reqid_collection: a time-out keeps the requests',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'gen_server_SUITE > send_request_check_reqid_collection: the same by messages taken by hand',
    file: '/work/main/test/otp/gen-server-request.test.ts',
  },
  {
    name: 'a via name > is an address for call, cast, stop and whereisServer',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > makes a typed ref that follows the key from process to process',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > is registered before init runs, with its value, and as any process is that registers itself',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > that is taken makes the start fail, without a trace of the attempt',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > is free again when the init fails, or ignores',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > can be a script as well',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > that nobody has fails a call by name, and drops a cast',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > of a registry that does not run says so',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > of a key that cannot be found is refused where it is made',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > belongs to the restarted child of a supervisor',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a via name > can start a server only with a value, where the registry wants one',
    file: '/work/main/test/registry/via.test.ts',
  },
  {
    name: 'a bounded mailbox > is checked when the process is started',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > that rejects fails calls and sends; casts and timers are dropped; all are counted',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > that drops the oldest keeps the newest, and tells the caller of a call it dropped',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > that crashes ends its process, also one that traps exits, and its callers hear why',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > that crashes by what the process sends itself lets the code on the stack end',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > never drops exits, DOWNs, replies and orders to the engine (reject)',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > never drops exits, DOWNs, replies and orders to the engine (drop_oldest)',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > is declared by a class, or given to its start',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'a bounded mailbox > of one subscriber keeps no message from the others',
    file: '/work/main/test/genserver/mailbox.test.ts',
  },
  {
    name: 'request > resolves with the reply; nothing is left of it at either end',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > says who called',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > is given up with CALL_TIMEOUT, after 5,000 ms if nothing else is said; a late reply is dropped',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > with Infinity waits as long as it takes, and with 0 does not wait for a busy server',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > refuses wrong timeouts before anything is sent',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > rejects at once with CALL_NOPROC where there is nobody',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: "request > rejects with CALL_SERVER_EXITED and the server's exit reason the moment it dies",
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > of a process to itself is CALL_SELF, from a handler and from a script',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > is given up with CALL_ABORTED when its signal fires, or has fired',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > takes the first of two replies, from whatever process they come',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > many of one process may be in flight at once, answered in any order',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > by left-over code of a dead process goes nowhere',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > works from outside any process',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'request > names the method in its errors where the payload has one',
    file: '/work/main/test/kernel/request.test.ts',
  },
  {
    name: 'a task supervisor > knows the types of results',
    file: '/work/main/test/supervisor/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > can be one of the partitions of a partition supervisor',
    file: '/work/main/test/supervisor/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > may be any dynamic supervisor, and leaves its other children alone',
    file: '/work/main/test/supervisor/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > is nobody while nothing of its name runs, and refuses what is no address',
    file: '/work/main/test/supervisor/task-supervisor.test.ts',
  },
  {
    name: 'a task supervisor > passes its limits on to the supervisor as a child',
    file: '/work/main/test/supervisor/task-supervisor.test.ts',
  },
  {
    name: 'asking a supervisor > fails with an error made in the caller, that says which supervisor, which child and what to do',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > gives the pid of what is there already',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > gives the reason of a failed start as cause',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > finds a static child by its pid too',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > from a start function of its own is reported as what it is',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > gives copies: what it does with them concerns nobody else',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'asking a supervisor > has a template for every code, that says what is to be done or expected',
    file: '/work/main/test/supervisor/client.test.ts',
  },
  {
    name: 'the reports of a supervisor > tell of the supervisor, what went wrong, the reason, and the child with its spec and last pid',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the reports of a supervisor > go by the pid of a supervisor without a name',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the reports of a supervisor > go by the id of a supervisor without a name that is a child itself',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the reports of a supervisor > have one for each thing that can go wrong',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the reports of a supervisor > tell of progress: at start and restart as info, for what was asked for as debug',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the reports of a supervisor > say nothing of orderly ends, nor of children started by request that failed',
    file: '/work/main/test/supervisor/report.test.ts',
  },
  {
    name: 'the report of a crash > names the server, the reason, the last message, the state and the client',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > shows a cast as it was sent, without a client',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > shows a continuation as it was sent, without a client',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: "the report of a crash > is not made for 'normal'",
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: "the report of a crash > is not made for 'shutdown'",
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: "the report of a crash > is not made for { shutdown: 'x' }",
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > is made for a stop with another reason',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > is made of the reason that terminate left',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > shows what formatStatus makes of it',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > hides the state when formatStatus fails',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'the report of a crash > works for the class form too',
    file: '/work/main/test/genserver/report.test.ts',
  },
  {
    name: 'defineServer > stores the table on the class',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > gives a subclass what its base declares, and its own before it',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > lets a subclass without a table of its own be the server that its base is',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses a method that is not there',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses a field that holds a function',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses a getter',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses a callback of the engine',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses the constructor',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'defineServer > refuses a message handler that is not there',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'definitionOf > refuses a class that has no table',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'create > makes the instance inside the new process, at every start',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'create > that throws is a failed init',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'create > is missed where the constructor takes arguments',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'keeps untyped calls working beside typed ones',
    file: '/work/main/test/genserver/definition.test.ts',
  },
  {
    name: 'pub/sub > sends what is broadcast to all subscribers of the topic, and to nobody else',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > leaves out the one that a broadcast is from',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > sends twice to those that subscribe twice, and nothing after unsubscribe',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > forgets the dead at once',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > reaches the handlers of servers',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > lets a dispatcher decide who gets what',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > is linked to its subscribers while they are',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > must be running',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'pub/sub > knows what belongs on which topic',
    file: '/work/main/test/registry/pubsub.test.ts',
  },
  {
    name: 'stopProcess > gives the reason the child ended with, and leaves no message behind',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcess > kills at once for brutal_kill, and after the time is up',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcess > with 0 gives no time at all to a child that would need some',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcess > gives the real reason of a child that was dead already, and consumes its EXIT',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcess > is not hung by a child that unlinked itself',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcesses > stops all at once and tells of each as it ends',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'stopProcesses > is not deceived by an exit signal that a child sent by hand',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'an end that is expected of a child told to stop > permanent, 5000, permanent',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'an end that is expected of a child told to stop > transient, 5000, transient',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'an end that is expected of a child told to stop > temporary, 5000, temporary',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'an end that is expected of a child told to stop > killed, brutal_kill, permanent',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'an end that is expected of a child told to stop > killed, brutal_kill, transient',
    file: '/work/main/test/supervisor/shutdown.test.ts',
  },
  {
    name: 'kernel.contain > makes a failure the exit reason of the process whose context it comes from',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'kernel.contain > says no for a failure that comes from no process',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'kernel.contain > carries the failure on over links',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'kernel.contain > of a failure after the death of its process counts as a stray one',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'kernel.contain > attributes to the process that began the work, not to the one whose message woke it',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'code of a dead process > reaches nobody, and can start and end nothing, by the functions or by the kernel',
    file: '/work/main/test/kernel/containment.test.ts',
  },
  {
    name: 'registry_test > clean up registry on process crash',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'registry_test > does not lock when using different keys',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'registry_test > locks when using the same key',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'registry_test > locks when the one holding the lock raises',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'registry_test > locks when the one holding the lock terminates',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'registry_test > locks when the one waiting for the lock terminates',
    file: '/work/main/test/otp/registry.test.ts',
  },
  {
    name: 'the fair scheduler > gives turns first come, first served',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > starts a spawned process when the spawner next waits, not before',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > lets others have a turn after 256 messages of one process',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > goes back to Node after its slice of time, however short the turns',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > looks at the time after every turn when turns are long',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > interrupts a long turn for Node; one that had a whole slice goes behind the others',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'the fair scheduler > is idle when nothing is ready, and says so',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'a kernel > takes another scheduler: here one that runs the newest first',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'a kernel > goes on when a reporter throws: the failing process still dies, and the failure is told',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'a kernel > goes on when an exited hook throws: exit signals still go out, and the failure is told',
    file: '/work/main/test/kernel/scheduler.test.ts',
  },
  {
    name: 'process_test > dictionary: put returns what was there, the keys can be listed, erase returns the value',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > monitor/2 with monitor options: a monitor made with an alias can be sent to',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > sleep/1: sleep of 0 returns',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > sleep/1 with 2^32: longer sleeps than 32 bits of milliseconds are no crash',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > info/2: one item, a list of items, undefined for a dead process',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > info/2 with registered name: undefined when dead or unnamed, else the name',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > send_after/3 sends messages once expired: the message comes after the delay',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > send_after/4 with absolute time sends message once expired: a deadline on the kernel’s clock',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > send_after/3 returns a timer reference that can be read or cancelled: the time left, false afterwards',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > exit(pid, :normal) does not cause the target process to exit: any other reason does',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > exit(self(), :normal) causes the calling process to exit: with reason normal',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > alias/0, alias/1, and unalias/1: simple alias + unalias flow: no message after unalias',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > alias/0, alias/1, and unalias/1: with :reply option when aliasing: only the first message passes',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > get_label/1: returns nil when not set: and for a dead process',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'process_test > set_label/1: sets a process label, compatible with `:proc_lib.get_label/1`: one label, also by spawn option',
    file: '/work/main/test/otp/elixir-process.test.ts',
  },
  {
    name: 'processInfo > tells everything that is known',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'processInfo > gives copies: what is done to them changes no process',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'processInfo > refuses unknown items and what is no pid, and says which are known',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'what takes a pid or a reference > refuses anything else',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'pids and references > print short, and hold nothing of a dead process',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'pids and references > references sort in the order they were made (ref_SUITE: compare_list)',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'pids and references > of a kernel with a node name carry it',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'the dictionary > is each process’s own',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'who started whom > parentPid is the spawner, ancestors are kept when asked for',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'reasons > of something caught: exit(reason) is unwrapped, an error is itself, an orderly word is wrapped',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'reasons > { shutdown: x } is orderly only when nothing else is in it',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'reasons > run rejects with the error that was thrown, or with PROCESS_EXITED',
    file: '/work/main/test/kernel/inspection.test.ts',
  },
  {
    name: 'owned timers > run as their process, on the clock of its kernel',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > come again and again until they are cleared, also from inside',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > end with their process',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > a throw in setTimeout is the crash of the process, contained or not',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > a throw in setInterval is the crash of the process, contained or not',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > a throw in setImmediate is the crash of the process, contained or not',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > can be started anew, and are closed by using',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > hold the program unless told not to',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'owned timers > take what Node takes for a time, but no time without end',
    file: '/work/main/test/kernel/owned-timers.test.ts',
  },
  {
    name: 'Agent > can be supervised directly',
    file: '/work/main/test/otp/agent.test.ts',
  },
  {
    name: 'Agent > generates child_spec/1',
    file: '/work/main/test/otp/agent.test.ts',
  },
  {
    name: 'Agent > start_link/2 workflow with unregistered name and anonymous functions',
    file: '/work/main/test/otp/agent.test.ts',
  },
  {
    name: 'Agent > start/2 workflow with registered name and module functions',
    file: '/work/main/test/otp/agent.test.ts',
  },
  {
    name: 'the diagnostics channels of supervisors > have stable names',
    file: '/work/main/test/supervisor/diagnostics.test.ts',
  },
  {
    name: 'the diagnostics channels of supervisors > carry what the log gets, with the kernel it comes from',
    file: '/work/main/test/supervisor/diagnostics.test.ts',
  },
  {
    name: 'the diagnostics channels of supervisors > tell of every child that is up',
    file: '/work/main/test/supervisor/diagnostics.test.ts',
  },
  {
    name: 'the diagnostics channels of supervisors > cost nothing when nobody listens',
    file: '/work/main/test/supervisor/diagnostics.test.ts',
  },
  {
    name: 'the virtual clock > stands still until it is moved',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'the virtual clock > lets all that is ready run before time moves, also before the first timer of a kernel',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'the virtual clock > stops at every timer on the way, and lets what it starts run before the next',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'the virtual clock > serves several kernels in the order of their timers',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'the virtual clock > runs until no timer is left, or until its limit',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'the virtual clock > tells the time of day from a fixed start',
    file: '/work/main/test/kernel/virtual-clock.test.ts',
  },
  {
    name: 'matcherOf > takes a word',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a number',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes null',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a bigint',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a shape',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a nested shape',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a reference in a shape',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes an empty shape',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > takes a predicate',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > compares an array or instance in a shape by identity',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > reads own and inherited properties of a message, so that classes can be matched by shape',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'matcherOf > refuses undefined',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > without a pattern takes the oldest message, whatever it is, undefined too',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > by a guard gives the guarded type',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > by clauses: the oldest message that any clause takes, handled by the first such clause',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > a handler that throws fails the receive; its message is gone, as after a clause body',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > onTimeout that throws fails the receive',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > looks at each message it skips once, however many come later',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > a message that is there wins over a timeout that is up, also after a wait',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'receive > refuses clauses that are none',
    file: '/work/main/test/kernel/pattern.test.ts',
  },
  {
    name: 'messages are > shared with their sender as they are by default',
    file: '/work/main/test/kernel/isolation.test.ts',
  },
  {
    name: 'messages are > frozen all the way down where the kernel says so; instances of classes are left alone',
    file: '/work/main/test/kernel/isolation.test.ts',
  },
  {
    name: 'messages are > copied where the kernel says so: plain data deeply, pids and instances as they are',
    file: '/work/main/test/kernel/isolation.test.ts',
  },
  {
    name: 'messages are > isolated by freeze on every way: timers, requests and replies',
    file: '/work/main/test/kernel/isolation.test.ts',
  },
  {
    name: 'messages are > isolated by clone on every way: timers, requests and replies',
    file: '/work/main/test/kernel/isolation.test.ts',
  },
  {
    name: 'toChildSpec > fills in the defaults of a worker',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > gives a supervisor all the time it needs to stop',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > takes undefined for a field that is not there',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > asks a class or an object for its spec',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > passes arguments to the source, and lays overrides over what it says',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > keeps fields that it does not know, symbols too, and leaves the given object alone',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses id: undefined, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses id: "", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses id: 7, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses start: undefined, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses start: "startLink", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses args: "x", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses restart: "always", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses type: "manager", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses shutdown: -1, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses shutdown: 1.5, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses shutdown: null, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses shutdown: 4294967296, naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses shutdown: "kill", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses significant: "yes", naming field and value',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > accepts shutdown: 0',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > accepts shutdown: 1',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > accepts shutdown: 4294967295',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > accepts shutdown: null',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > accepts shutdown: "brutal_kill"',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses undefined for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses null for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses 5 for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses "clock" for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses undefined for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses undefined for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses undefined for a child',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'toChildSpec > refuses a significant child that is permanent',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'checkChildSpecs > refuses two children of one id',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'checkChildSpecs > refuses a significant child where nobody would notice its end',
    file: '/work/main/test/supervisor/spec.test.ts',
  },
  {
    name: 'checkSupervisor > fills in the defaults: one_for_one, 3 restarts in 5 seconds',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > checks the children too',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses strategy: "one_for_two"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses strategy: "simple_one_for_one"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses intensity: -1',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses intensity: 0.5',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses intensity: null',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses period: 0',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses period: -5',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses period: "5s"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses autoShutdown: "always"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses children: {}',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses onStart: true',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses onStop: "later"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses undefined for options',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses null for options',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses "x" for options',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkSupervisor > refuses undefined for options',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > fills in the defaults',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses strategy: "one_for_all"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses intensity: -1',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses period: 0',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses maxChildren: -1',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses maxChildren: "many"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'checkDynamicSupervisor > refuses extraArguments: "x"',
    file: '/work/main/test/supervisor/options.test.ts',
  },
  {
    name: 'hibernate_SUITE > basic: a hibernated process wakes on a message; mailbox and dictionary are kept',
    file: '/work/main/test/otp/hibernate.test.ts',
  },
  {
    name: 'hibernate_SUITE > dynamic_call: the same however hibernate is called',
    file: '/work/main/test/otp/hibernate.test.ts',
  },
  {
    name: 'hibernate_SUITE > messages_in_queue: hibernating with a message in the mailbox wakes at once, and the message stays',
    file: '/work/main/test/otp/hibernate.test.ts',
  },
  {
    name: 'a line for people > has time, level, process and message, and what else there is below',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'a line for people > shows the stack of an error, and of those behind it',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'a line for people > leaves the fields of good news out',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'a line for people > is coloured on a terminal',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'a line for people > passes on what is no record',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'a line for people > comes out of a logger that is told so, and JSON does by default where there is no terminal',
    file: '/work/main/test/logging/pretty.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > is there',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > counts what it lists',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > process_SUITE: every case listed is a test in test/otp/process.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > monitor_SUITE: every case listed is a test in test/otp/monitor.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > erl_link_SUITE: every case listed is a test in test/otp/link.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > signal_SUITE: every case listed is a test in test/otp/signal.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > register_SUITE: every case listed is a test in test/otp/register.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > receive_SUITE: every case listed is a test in test/otp/receive.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > timer_bif_SUITE: every case listed is a test in test/otp/timer.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > after_SUITE: every case listed is a test in test/otp/after.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > hibernate_SUITE: every case listed is a test in test/otp/hibernate.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'the case inventory of docs/semantics.md > process_test: every case listed is a test in test/otp/elixir-process.test.ts',
    file: '/work/main/test/otp/inventory.test.ts',
  },
  {
    name: 'percentile > is the nearest rank',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'percentile > of 1 to 100 is the number itself',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'percentile > of one value is that value, of none undefined',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'a sliding window > knows nothing at first',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'a sliding window > sums up latencies and availability',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'a sliding window > forgets what is too old',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'a sliding window > holds no more than its capacity',
    file: '/work/main/apps/demo/test/metrics.test.ts',
  },
  {
    name: 'the strategies > one_for_one concerns the child that ended, and looks at no other',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'the strategies > one_for_all concerns all',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'the strategies > rest_for_one concerns it and those started after it',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for "normal": only a permanent one is restarted, and reported',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for "shutdown": only a permanent one is restarted, and reported',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for {"shutdown":"done"}: only a permanent one is restarted, and reported',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for "boom": all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for "killed": all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for {}: all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for {"shutdown":1,"and":2}: all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for undefined: all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
  {
    name: 'what happens to a child that ended > for null: all are reported, and all but a temporary one restarted',
    file: '/work/main/test/supervisor/strategy.test.ts',
  },
]
