#!/usr/bin/env bash
# Sees that what the build needs is there: a Rust toolchain of the version in Cargo.toml or newer, and a C
# compiler for the cryptography library. Installs the compiler where it may; never a toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
cargo=${CARGO:-cargo}
if ! command -v "$cargo" >/dev/null; then
    echo "homing: cargo is missing: install Rust $wanted or newer, see https://rustup.rs" >&2
    exit 1
fi
have=$("$cargo" --version | cut -d ' ' -f 2)
if [[ $(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1) != "$wanted" ]]; then
    echo "homing: cargo is $have: install Rust $wanted or newer, see https://rustup.rs" >&2
    exit 1
fi

command -v cc >/dev/null && exit 0
if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "homing: a C compiler is missing: install gcc (on Debian: apt-get install gcc libc6-dev)" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null
