/** The statements of a cluster's tables. Each is one statement without a name, so that any pooler may stand in between. */

/** Microseconds of the engine's clock: tokens begin there, so that they are greater than those of an earlier store. */
const MICROSECONDS = '(extract(epoch from clock_timestamp()) * 1000000)::bigint'
/** The line of the log that the server writes: another one after a standby has taken over. */
const TIMELINE = 'substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)'

/** Claims to be written, one column of each as a list. */
const GIVEN =
  'unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) as given (key, lease, node, note, expected)'

/** @param cluster letters, digits and `_` */
export function statementsOf(cluster: string) {
  const name = (table: string): string => `"heartwood_${cluster}_${table}"`
  const [store, leases, claims, messages, tokens] = ['store', 'leases', 'claims', 'messages', 'tokens'].map(
    name,
  ) as [string, string, string, string, string]
  // Nothing takes a token while they are raised.
  const raise = `lock table ${claims} in share row exclusive mode;
    select setval('${tokens}', greatest(${MICROSECONDS}, (select last_value from ${tokens}) + 1));`
  return {
    settings: `select pg_is_in_recovery() as standby, current_setting('synchronous_commit') as commit,
      current_setting('fsync') as fsync, current_setting('server_version_num')::int as version`,
    tables: (lease: number): string => `begin;
      select pg_advisory_xact_lock(hashtext('heartwood ${cluster}'));
      create table if not exists ${store} (one boolean primary key default true check (one), id uuid not null default gen_random_uuid(),
        made timestamptz not null default clock_timestamp(), timeline text not null default ${TIMELINE}, lease int not null);
      create table if not exists ${leases} (id text primary key, revision bigint not null, ends timestamptz not null, card text not null);
      create table if not exists ${claims} (key text primary key, lease text, node text not null, token bigint not null, note text);
      alter table ${claims} add column if not exists note text, add column if not exists at timestamptz not null default clock_timestamp();
      create index if not exists "heartwood_${cluster}_by_token" on ${claims} (token);
      create table if not exists ${messages} (id bigint generated always as identity primary key, topic text not null, body text not null,
        at timestamptz not null default clock_timestamp());
      create sequence if not exists ${tokens};
      insert into ${store} (lease) values (${lease}) on conflict do nothing;
      ${raise}
      commit;`,
    /** After a standby has taken over, the store is as one made anew: what was acknowledged before may not be in it. */
    takenOver: `begin;
      select pg_advisory_xact_lock(hashtext('heartwood ${cluster}'));
      update ${store} set id = gen_random_uuid(), made = clock_timestamp(), timeline = ${TIMELINE} where timeline <> ${TIMELINE};
      ${raise}
      commit;`,
    lease: `select lease from ${store}`,
    name: `select id, timeline <> ${TIMELINE} as taken_over, extract(epoch from clock_timestamp() - made) * 1000 as age from ${store}`,
    create: `insert into ${leases} (id, revision, ends, card)
      values ($1, 1, clock_timestamp() + $2 * interval '1 millisecond', $3) returning revision`,
    renew: `update ${leases} set revision = revision + 1, ends = clock_timestamp() + $2 * interval '1 millisecond', card = $3
      where id = $1 and revision = $4 and ends > clock_timestamp() returning revision`,
    leases: `select id, revision, card, extract(epoch from ends - clock_timestamp()) * 1000 as remaining from ${leases}
      where ends > clock_timestamp() and ($1::text is null or id = $1)`,
    /**
     * A renewal that is under way is waited for: the row is locked. What stands in `alive` and `there` is as it was before that wait: a row that was over then and is not gone
     * by this one was renewed or deleted meanwhile.
     */
    void: `with gone as (delete from ${leases} where id = $1 and ends <= clock_timestamp() returning id)
      select (select count(*) from gone)::int as gone, count(*)::int as there,
        (count(*) filter (where ends > clock_timestamp()))::int as alive from ${leases} where id = $1`,
    end: `delete from ${leases} where id = $1`,
    claims: `select key, lease, node, token, note from ${claims} where ($1::text[] is null or key = any($1))`,
    /** Of keys that had none. In the order of their keys, as all who write several: nobody waits in a circle. */
    claim: `insert into ${claims} (key, lease, node, note, token)
      select key, lease, node, note, nextval('${tokens}') from ${GIVEN} order by key
      on conflict (key) do nothing returning key, token`,
    replace: `update ${claims} as known set lease = found.lease, node = found.node, note = found.note, at = clock_timestamp(), token = nextval('${tokens}')
      from (select given.* from ${GIVEN} join ${claims} as old on old.key = given.key and old.token = given.expected
        order by old.key for update of old) as found
      where known.key = found.key and known.token = found.expected returning known.key, known.token`,
    /** Of leases, what nobody has had to void: one that is over is never renewed. */
    sweep: `with gone as (delete from ${leases} where ends < clock_timestamp() - $1 * interval '1 millisecond')
      delete from ${claims} where lease is null and note is null and at < clock_timestamp() - $1 * interval '1 millisecond'`,
    last: `select coalesce(max(token), 0) as token from ${claims}`,
    changes: `select key, token from ${claims} where token > $1 order by token limit 1000`,
    publish: `with old as (delete from ${messages} where at < clock_timestamp() - interval '1 minute')
      insert into ${messages} (topic, body) values ($1, $2)`,
    messages: `select id, topic, body from ${messages} where at > clock_timestamp() - $1 * interval '1 millisecond' order by id`,
    drop: `drop table if exists ${store}, ${leases}, ${claims}, ${messages}; drop sequence if exists ${tokens};`,
  }
}

export type Statements = ReturnType<typeof statementsOf>
