/** Erlang, where it is installed. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ERL = ['-noshell', '-boot', 'start_clean']

/** What a program in Erlang makes of each line that it is given. */
export function runErlang(program: string, lines: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'heartwood-erlang-'))
  try {
    return answersOf(program, lines, join(folder, 'answers'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function answersOf(program: string, lines: readonly string[], answers: string): string[] {
  const main = `
    Read = fun Read(Acc) -> case io:get_line("") of eof -> lists:reverse(Acc); L -> Read([string:trim(L) | Acc]) end end,
    Value = fun(Text) -> {ok, Ts, _} = erl_scan:string(unicode:characters_to_list(list_to_binary(Text)) ++ "."),
      {ok, Es} = erl_parse:parse_exprs(Ts), {value, V, _} = erl_eval:exprs(Es, []), V end,
    Hex = fun(Bin) -> [io_lib:format("~2.16.0b", [B]) || <<B>> <= Bin] end,
    Bin = fun(Text) -> << <<(list_to_integer([A, B], 16))>> || <<A, B>> <= list_to_binary(Text) >> end,
    io:setopts([{encoding, latin1}]),
    Run = fun(Line) -> ${program} end,
    ok = file:write_file(${JSON.stringify(answers)}, [[Run(L), $\\n] || L <- Read([])]),
    halt().`
  const { status, stdout, stderr } = spawnSync('erl', [...ERL, '-eval', main.replace(/\s*\n\s*/g, ' ')], {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'latin1',
    env: { ...process.env, ERL_CRASH_DUMP_SECONDS: '0' },
    timeout: 170_000,
  })
  if (status !== 0) throw new Error(`erl ended with ${status}: ${stderr}${stdout}`)
  // Not by its output: on a busy machine `halt()` cuts that off.
  return readFileSync(answers, 'latin1').trimEnd().split('\n')
}

export const hasErlang = spawnSync('erl', [...ERL, '-eval', 'halt().'], { timeout: 60_000 }).status === 0
if (!hasErlang) console.warn('Erlang is not installed: what is compared with it is skipped.')
