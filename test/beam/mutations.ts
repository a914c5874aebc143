/**
 * The mistakes that implementers make most often, as edits of the compiled sources. White space does not matter in
 * what is looked for.
 */
export interface Mutation {
  /** The rule of `docs/semantics.md` it breaks, and how. */
  name: string
  kind: 'kernel' | 'supervisor'
  /** The file under `src/`. */
  file: string
  edits: [find: string, replace: string][]
}

const SELF_KILL = `if (reason === 'kill' && !linked)`
const NOT_NORMAL = `reason !== 'normal' || toItself`

const EXIT_SIGNALS: Mutation[] = [
  kernel('K07 kill over a link cannot be trapped', 'process', [[SELF_KILL, `if (reason === 'kill')`]]),
  kernel('K05 kill keeps its name', 'process', [[`this.#end('killed',`, `this.#end('kill',`]]),
  kernel('K05 kill can be trapped', 'process', [
    [SELF_KILL, `if (reason === 'kill' && !linked && !this.trapping)`],
  ]),
  kernel('K03 normal to oneself is ignored', 'process', [[NOT_NORMAL, `reason !== 'normal'`]]),
  kernel('K02 normal from another process kills', 'process', [
    [NOT_NORMAL, `reason !== 'normal' || !linked`],
  ]),
  kernel('K08 normal over a link kills', 'process', [[NOT_NORMAL, `${NOT_NORMAL} || linked`]]),
  kernel('K04 K09 a trapping process hears nothing of normal', 'process', [
    ['else if (this.trapping)', `else if (this.trapping && reason !== 'normal')`],
  ]),
]

const LINKS: Mutation[] = [
  kernel('K24 linking the dead says nothing', 'signals', [
    [
      `if (!process.trapping) throw kernelError('NO_PROCESS', { pid }); process.deliver`,
      'if (process.trapping) process.deliver',
    ],
  ]),
  kernel('K25 linking the dead raises, trapping too', 'signals', [
    ['if (!process.trapping) throw kernelError', 'throw kernelError'],
  ]),
  kernel('K20 a second link counts twice', 'signals', [
    [
      'else if (!hasLink(process, other)) addLink(process, other)',
      'else if (hasLink(process, other)) removeLink(process, other); else addLink(process, other)',
    ],
  ]),
  kernel('K21 unlink works on one side', 'links', [
    [
      'export function removeLink(a, b) { a.links = removed(a.links, b); b.links = removed(b.links, a);',
      'export function removeLink(a, b) { a.links = removed(a.links, b);',
    ],
  ]),
]

const EXITS = `for (const other of linksOf(dead)) { removeLink(dead, other); other.exitSignal(dead.pid, dead.reason, true, acting); }`
const DOWNS = `for (let monitor = dead.monitoredBy; monitor !== undefined; monitor = dead.monitoredBy) { monitor.detach(); monitor.fired(dead.reason); }`

const MONITORS: Mutation[] = [
  kernel('K38 DOWN before EXIT', 'graveyard', [[`${EXITS} ${DOWNS}`, `${DOWNS} ${EXITS}`]]),
  kernel('K38 the youngest monitor first', 'graveyard', [
    [DOWNS, DOWNS.replaceAll('dead.monitoredBy', 'dead.lastMonitoredBy')],
  ]),
  kernel('K39 K63 the dead keep their names', 'kernel', [['this.names.release(process);', '']]),
  kernel('K32 a monitor by name tells the pid', 'monitoring', [
    [
      'return [node === kernel.node ? kernel.names.get(name) : undefined, { name, node }]',
      'const found = kernel.names.get(name); return [found, found?.pid ?? { name, node }]',
    ],
  ]),
  kernel('K33 one can monitor oneself', 'monitoring', [
    ['if (process === owner) return new Reference();', ''],
  ]),
  kernel('K33 monitoring oneself makes the alias', 'monitoring', [
    [
      'if (process === owner) return new Reference();',
      'if (process === owner) return options.alias === undefined ? new Reference() : new Alias(owner, false);',
    ],
  ]),
  kernel('K36 info is always true', 'monitoring', [
    ['return options.info === true ? active : true', 'return true'],
  ]),
  kernel('K36 info is true when a DOWN was flushed', 'monitoring', [
    ['owner.mailbox.withdraw(', 'active ||= owner.mailbox.withdraw('],
  ]),
  kernel('K35 flush takes nothing away', 'monitoring', [['if (options.flush === true)', 'if (false)']]),
  kernel('K37 anybody may demonitor', 'monitoring', [
    ['ref instanceof Monitor && ref.owner === owner && ref.active', 'ref instanceof Monitor && ref.active'],
  ]),
]

const ALIASES_AND_NAMES: Mutation[] = [
  kernel('K51 a reply alias lasts', 'monitoring', [['if (ref.once) ref.owner = undefined;', '']]),
  kernel('K52 explicit_unalias ends with demonitor', 'monitoring', [
    [`if (ref.alias !== 'explicit_unalias') ref.alias = undefined;`, 'ref.alias = undefined;'],
  ]),
  kernel('K53 an alias outlives its DOWN', 'monitor', [
    [`if (this.alias === 'explicit_unalias') return;`, 'return;'],
  ]),
  kernel('K53 an alias outlives demonitor', 'monitoring', [
    [`if (ref.alias !== 'explicit_unalias') ref.alias = undefined;`, ''],
  ]),
  kernel('K54 the first reply does not demonitor', 'monitoring', [
    ['ref.alias = undefined; ref.detach();', 'ref.alias = undefined;'],
  ]),
  kernel('K55 anybody may unalias', 'monitoring', [['if (ref.owner !== owner) return false;', '']]),
  kernel('K60 a process may have two names', 'names', [
    ['if (process.name !== undefined) { throw', 'if (false) { throw'],
  ]),
  kernel('K62 sending to a name nobody has says nothing', 'messages', [
    [
      `if (target === undefined) throw kernelError('NAME_UNKNOWN', { name: to }); return target;`,
      'return target;',
    ],
  ]),
  kernel('K62 sending to { name, node } that nobody has raises', 'messages', [
    [
      'return to.node === kernel.node ? kernel.names.get(to.name) : undefined;',
      `if (kernel.names.get(to.name) === undefined) throw kernelError('NAME_UNKNOWN', { name: to.name }); return kernel.names.get(to.name);`,
    ],
  ]),
]

const SUPERVISORS: Mutation[] = [
  supervisor('S10 a transient child comes back after shutdown', 'strategy', [
    [
      "if (restart === 'transient') return !isOrderly(reason);",
      "if (restart === 'transient') return reason !== 'normal';",
    ],
  ]),
  supervisor('S11 the normal end of a permanent child is not reported', 'strategy', [
    ["return restart === 'permanent' || !isOrderly(reason)", 'return !isOrderly(reason)'],
  ]),
  supervisor('S12 a transient child that ended normally is forgotten', 'static-engine', [
    [
      "if (child.spec.restart === 'temporary') this.#children.delete",
      "if (child.spec.restart !== 'permanent') this.#children.delete",
    ],
  ]),
  supervisor('S13 rest_for_one takes those before', 'strategy', [
    ['children.from(failed)', '[...children.values()].slice(0, [...children.values()].indexOf(failed) + 1)'],
  ]),
  supervisor('S13 siblings that were down stay down', 'static-engine', [
    [
      'return affected(this.plan.strategy, this.#children, child);',
      'return affected(this.plan.strategy, this.#children, child).filter((each) => each === child || each.pid !== undefined);',
    ],
  ]),
  supervisor('S03 children are stopped in the order of their start', 'static-engine', [
    ['for (let at = group.length - 1; at >= 0; at--)', 'for (let at = 0; at < group.length; at++)'],
  ]),
  supervisor('S14 the real reason of a sibling is not told', 'shutdown', [
    ['return last === undefined ? down.reason : last.reason', 'return down.reason'],
  ]),
  supervisor('S15 failed attempts do not count', 'static-engine', [
    ['this.#restarts = addRestart(', "if (child.pid !== 'restarting') this.#restarts = addRestart("],
  ]),
  supervisor('3.3 one restart fewer', 'intensity', [
    ['return restarts > intensity', 'return restarts >= intensity'],
  ]),
  supervisor('3.3 no crash is ever forgotten', 'intensity', [
    ['past.second >= second - period / 1000', 'true'],
  ]),
  supervisor('S31 a permanent child may stop normally', 'shutdown', [
    ["return spec.restart !== 'permanent' && isOrderly(reason)", 'return isOrderly(reason)'],
  ]),
  supervisor('3.5 all_significant means any', 'static-engine', [
    ["if (autoShutdown === 'any_significant') return true;", 'return true;'],
  ]),
]

export const MUTATIONS: readonly Mutation[] = [
  ...EXIT_SIGNALS,
  ...LINKS,
  ...MONITORS,
  ...ALIASES_AND_NAMES,
  ...SUPERVISORS,
]

function supervisor(name: string, file: string, edits: Mutation['edits']): Mutation {
  return { name, kind: 'supervisor', file: `supervisor/${file}.js`, edits }
}

function kernel(name: string, file: string, edits: Mutation['edits']): Mutation {
  return { name, kind: 'kernel', file: `kernel/${file}.js`, edits }
}

/** @throws when the mutation is out of date: what it looks for must be there exactly once */
export function mutated(source: string, { name, edits }: Mutation): string {
  let text = source
  for (const [find, replace] of edits) {
    const pattern = new RegExp(find.trim().split(/\s+/).map(escaped).join('\\s*'), 'g')
    const found = text.match(pattern)?.length ?? 0
    if (found !== 1)
      throw new Error(`the mutation "${name}" finds its place ${found} times, not once: ${find}`)
    text = text.replace(pattern, () => replace)
  }
  return text
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
