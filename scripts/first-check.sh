#!/usr/bin/env bash
# The main job, on mail servers that the lab has just started on loopback: a healthy domain, one whose primary
# is down, and one with an expired certificate. Runs inside `homing-lab exec`.
set -uo pipefail

lab=${HOMING_LAB:?run this through homing-lab exec, or simply: make run}
homing=${HOMING_BIN:?name the homing binary}

field() { sed -n "s/.*\"$1\": *\"\\{0,1\\}\\([^\",}]*\\).*/\\1/p" "$lab" | head -n 1; }
port=$(field smtp_port)
resolver=$(field validating)
options=(--as mx --port "$port" --resolver "$resolver" --ca-file "$(field ca_file)"
    --trust-anchor "$(field trust_anchor_file)")

show() {
    printf '\n$ homing check %s\n' "$*"
    "$homing" check "$@" "${options[@]}"
}

show tls.test --transcript
healthy=$?
show backup.test
show expired.test
printf '\nThese servers ran on loopback only. For any other:  make run ARGS="check example.org"\n'
exit "$healthy"
