#!/usr/bin/env bash
# Installs what Homing is measured against: blackbox_exporter, check_smtp and strace from Debian,
# nodemailer from npm. What is there already is left alone, so a second run costs nothing.
set -euo pipefail
cd "$(dirname "$0")"

# A package that brings a service would start it; this answer forbids that while we install.
readonly policy=/usr/sbin/policy-rc.d
made_policy=
remove_policy() {
    if [[ -n $made_policy ]]; then rm -f "$policy"; fi
}
trap remove_policy EXIT
trap 'exit 130' INT TERM

missing=()
want() { command -v "$1" >/dev/null || missing+=("$2"); }
want prometheus-blackbox-exporter prometheus-blackbox-exporter
want /usr/lib/nagios/plugins/check_smtp monitoring-plugins-basic
want strace strace
want setpriv util-linux
want node nodejs
want npm npm

if ((${#missing[@]})); then
    if ((EUID)); then
        echo "install-peers: root is needed to install: ${missing[*]}" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    if [[ ! -e $policy ]]; then
        made_policy=yes
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# npm keeps a copy of the lock file that it installed from; an older one means another version.
if [[ ! peers/node_modules/.package-lock.json -nt peers/package-lock.json ]]; then
    npm ci --prefix peers --ignore-scripts --no-audit --no-fund --loglevel=error
fi
