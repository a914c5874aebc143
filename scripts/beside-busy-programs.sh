#!/usr/bin/env bash
# Runs a command beside busy programs, to see that no test depends on an idle machine; default: the suite, three times.
#
#     scripts/beside-busy-programs.sh [--programs 10] [--times 3] [COMMAND…]
#
# Exit code 0 when the command passed every time.
set -uo pipefail
cd "$(dirname "$0")/.."

programs=10
times=3
while [[ "${1:-}" == --* ]]; do
  case $1 in
    --programs) programs=$2 ;;
    --times) times=$2 ;;
    *) echo "unknown option $1" >&2 && exit 2 ;;
  esac
  shift 2
done
[ $# -gt 0 ] || set -- npx vitest run

busy=()
for ((at = 0; at < programs; at++)); do
  node -e 'for (;;);' &
  busy+=($!)
done
trap 'kill "${busy[@]}" 2>/dev/null' EXIT
trap 'exit 130' INT TERM

failed=0
for ((round = 1; round <= times; round++)); do
  echo "── round $round of $times, beside $programs busy programs: $*"
  "$@" || failed=$((failed + 1))
done
echo "── $((times - failed)) of $times passed"
[ "$failed" -eq 0 ]
