#!/usr/bin/env bash
# Measures CPU time, system calls and memory of a check: a bare client (the floor), Homing and its
# peers side by side, on loopback only, and writes bench/RESULTS.md. Takes at most ten minutes.
#
#   bench/run.sh [--quick] [--without-homing]
#
# HOMING_BIN names the homing binary (default: homing in the release folder of the target directory).
# BENCH_OUTPUT names another file to write.
set -euo pipefail
cd "$(dirname "$0")/.."

made_by="bench/run.sh"
options=()
with_homing=yes
for option; do
    case $option in
    --quick) options+=(--quick) ;;
    --without-homing) with_homing= ;;
    *)
        echo "usage: bench/run.sh [--quick] [--without-homing]" >&2
        exit 2
        ;;
    esac
    made_by+=" $option"
done

target=${CARGO_TARGET_DIR:-target}
if [[ $with_homing ]]; then
    homing=${HOMING_BIN:-$target/release/homing}
    if [[ ! -x $homing ]]; then
        echo "bench: no homing at $homing; build it first (cargo build --release) or set HOMING_BIN" >&2
        exit 1
    fi
    options+=(--homing "$(realpath "$homing")")
fi

bench/install-peers.sh
cargo build --quiet --release --package homing-bench-floor

# 5,000 connections are open at once, at either end.
limit=$(ulimit -H -n)
if [[ $limit == unlimited ]] || ((limit > 16384)); then limit=16384; fi
ulimit -S -n "$limit"

# An error is told in a line, not with a trace.
export RUST_LIB_BACKTRACE=0

work_dir=$(mktemp -d)
compare=
clean_up() {
    # What the comparison started ends with it.
    if [[ $compare ]]; then kill "$compare" 2>/dev/null || true; fi
    rm -rf "$work_dir"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

timeout --kill-after=5 600 "$target/release/homing-bench-floor" compare \
    --peers bench/peers \
    --work-dir "$work_dir" \
    --output "${BENCH_OUTPUT:-bench/RESULTS.md}" \
    --date "$(date -u +%F)" \
    --made-by "$made_by" \
    "${options[@]}" &
compare=$!
wait "$compare"
compare=
