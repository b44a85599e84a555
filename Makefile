# What one can do here. Two commands do all the set-up on a fresh Debian machine: `make run` and `make test`.

CARGO ?= cargo
export CARGO
# Where cargo builds to, wherever that was said; asked only by the targets that need a path.
TARGET = $(or $(CARGO_TARGET_DIR),$(shell $(CARGO) metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'))
HOMING_RUN = $(CARGO) run --locked --quiet --package homing --
LAB_RUN = $(CARGO) run --locked --quiet --package homing-e2e --bin homing-lab -- exec
# Tests drive the built binary.
WITH_BINARY = HOMING_BIN="$${HOMING_BIN:-$(TARGET)/debug/homing}"

.DEFAULT_GOAL := help
.PHONY: help run build test test-quick test-real test-packages tools lint doc docs bench fuzz deny clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: tools ## check mail servers started on loopback; with ARGS="check example.org" run any command
ifdef ARGS
	$(HOMING_RUN) $(ARGS)
else
	scripts/install-test-packages.sh
	$(CARGO) build --locked --quiet --package homing --package homing-e2e
	$(WITH_BINARY) $(LAB_RUN) --only dns,postfix -- scripts/first-check.sh
endif

build: tools ## build the binary for daily use: target/release/homing
	$(CARGO) build --locked --release --package homing

test: test-packages test-quick test-real ## everything: format, lints, unit, property, hostile, real servers, documents

test-quick: tools lint doc ## what needs neither root nor packages
	$(CARGO) build --locked --package homing
	$(CARGO) test --locked --workspace --exclude homing-e2e
	$(WITH_BINARY) $(CARGO) test --locked --package homing-e2e --lib --test hostile --test tidy

test-real: tools ## the checks against Postfix, Dovecot, Exim, OpenSMTPD, Knot and unbound (root)
	$(CARGO) build --locked --package homing --package homing-e2e
	$(CARGO) test --locked --package homing-e2e --test real --no-run
	$(WITH_BINARY) $(LAB_RUN) -- $(CARGO) test --locked --package homing-e2e --test real

test-packages: ## install from Debian what the tests need (root)
	scripts/install-test-packages.sh

tools: # what every build needs
	@scripts/require-tools.sh

lint: ## format and lints
	$(CARGO) fmt --all --check
	$(CARGO) fmt --manifest-path fuzz/Cargo.toml --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings

doc: ## the libraries' documentation, as if published
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps -p homing-core -p homing-smtp -p homing-probe

docs: ## write what is generated under docs/ anew
	$(HOMING_RUN) explain --markdown > docs/reason-codes.md.new
	mv docs/reason-codes.md.new docs/reason-codes.md

bench: tools ## CPU, memory and system calls of a check beside its peers: bench/RESULTS.md (root, ten minutes)
	$(CARGO) build --locked --release --package homing
	HOMING_BIN="$(TARGET)/release/homing" bench/run.sh

fuzz: tools ## a minute of fuzzing: replies, sessions and the transcript's escaper
	scripts/fuzz.sh 60

deny: ## licences, bans and sources of the dependencies (needs cargo-deny)
	$(CARGO) deny --workspace check licenses bans sources

clean: ## remove what was built
	$(CARGO) clean
