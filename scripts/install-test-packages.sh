#!/bin/sh
# Installs the real mail and DNS servers that `homing-lab` starts. Debian 12, as root.
# Running it again is quick and changes nothing. No daemon is started by it.
set -eu

CACHE=${HOMING_TEST_PACKAGES:-/var/cache/homing-test-packages}
POLICY=/usr/sbin/policy-rc.d

INSTALLED="postfix dovecot-core knot knot-dnsutils knot-dnssecutils unbound openssl ca-certificates"
# These conflict with Postfix (all of them provide mail-transport-agent), so they are only unpacked.
UNPACKED="exim4-config exim4-base exim4-daemon-light opensmtpd"
# What the unpacked programs link to; these conflict with nothing, so they are installed.
LIBRARIES="libevent-2.1-7 libdb5.3 libgnutls30 libgnutls-dane0 libidn12 libidn2-0 libpcre2-8-0 libpam0g libnsl2 libssl3 zlib1g"

say() { printf '%s\n' "install-test-packages: $*"; }

if [ "$(id -u)" -ne 0 ]; then
    say "this must run as root (try: sudo $0)" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive

missing=""
for package in $INSTALLED $LIBRARIES; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $package"
done
unpack=""
for package in $UNPACKED; do
    [ -e "$CACHE/unpacked/.$package" ] || unpack="$unpack $package"
done

# apt's lists may be absent (fresh container) or older than the archive: fetch them only when asked to.
update_when_needed() {
    for package in "$@"; do
        if [ -z "$(apt-cache --quiet=2 show "$package" 2>/dev/null | head -n 1)" ]; then
            apt-get update -q
            return
        fi
    done
}

restore_policy() {
    if [ -e "$POLICY.homing" ]; then
        mv -f "$POLICY.homing" "$POLICY"
    elif [ -e "$POLICY" ] && grep -q homing-test-packages "$POLICY"; then
        rm -f "$POLICY"
    fi
}

forbid_daemons() {
    trap restore_policy EXIT
    trap 'exit 1' HUP INT TERM
    if [ -e "$POLICY" ] && ! [ -e "$POLICY.homing" ]; then
        mv "$POLICY" "$POLICY.homing"
    fi
    printf '#!/bin/sh\n# homing-test-packages\nexit 101\n' >"$POLICY"
    chmod 755 "$POLICY"
}

if [ -n "$missing" ]; then
    say "installing:$missing"
    # shellcheck disable=SC2086
    update_when_needed $missing
    forbid_daemons
    # Without this Postfix asks for, and writes, a configuration for this machine.
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    # shellcheck disable=SC2086
    if ! apt-get install -q -y --no-install-recommends $missing; then
        say "first attempt failed; fetching fresh package lists"
        apt-get update -q
        # shellcheck disable=SC2086
        apt-get install -q -y --no-install-recommends $missing
    fi
    restore_policy
fi

if [ -n "$unpack" ]; then
    say "unpacking into $CACHE/unpacked:$unpack"
    mkdir -p "$CACHE/unpacked" "$CACHE/debs"
    # apt downloads as the user _apt, which must be able to write here.
    chown _apt "$CACHE/debs" 2>/dev/null || true
    # shellcheck disable=SC2086
    update_when_needed $unpack
    # shellcheck disable=SC2086
    (cd "$CACHE/debs" && { apt-get download -q $unpack || { apt-get update -q && apt-get download -q $unpack; }; })
    for package in $unpack; do
        dpkg -x "$CACHE/debs/${package}"_*.deb "$CACHE/unpacked"
        rm -f "$CACHE/debs/${package}"_*.deb
        : >"$CACHE/unpacked/.$package"
    done
fi

add_user() {
    getent passwd "$1" >/dev/null || {
        say "adding the system user $1"
        useradd --system --user-group --no-create-home --home-dir "$2" --shell /usr/sbin/nologin "$1"
    }
}
add_user Debian-exim /var/spool/exim4
add_user opensmtpd /var/lib/opensmtpd/empty
add_user opensmtpq /var/lib/opensmtpd/empty

say "all there"
