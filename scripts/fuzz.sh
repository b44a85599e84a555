#!/usr/bin/env bash
# Fuzzes each target for its share of so many seconds, on the stable toolchain (no sanitizer). Installs cargo-fuzz
# where it is missing. A crash ends it; the input is then under fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${1:-60}
version=0.13.2
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --locked --quiet cargo-fuzz --version "$version"
fi
if ! command -v c++ >/dev/null; then
    echo "fuzz: a C++ compiler is missing, for libFuzzer: install g++ (on Debian: apt-get install g++)" >&2
    exit 1
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
targets=(reply escape session)
for target in "${targets[@]}"; do
    cargo fuzz build --sanitizer none "$target"
    echo "fuzzing $target for $((seconds / ${#targets[@]})) s"
    if ! cargo fuzz run --sanitizer none "$target" -- -max_total_time=$((seconds / ${#targets[@]})) \
        -max_len=4096 -print_final_stats=1 >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        echo "fuzz: $target failed, see fuzz/artifacts/$target" >&2
        exit 1
    fi
    sed -n 's/^stat::number_of_executed_units: */  inputs: /p; s/^stat::average_exec_per_sec: */  a second: /p' "$log"
done
