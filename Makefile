# SPDX-License-Identifier: MIT
# A thin front for the CMake presets. `make run` and `make test` are all that a newcomer needs.
JOBS ?= $(shell nproc)
LISTEN ?= 127.0.0.1:8080
DATA ?= data
PREFIX ?= /usr/local
DESTDIR ?=

# Paths relative to the checkout: another clone finds what this one compiled.
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1

# Two apt-gets do not run at once, nor two builds in one folder; what may run side by side is up to JOBS.
.NOTPARALLEL:

.DEFAULT_GOAL := build
.PHONY: help run build deps test unit integration browser bench lint format asan tsan fuzz long install \
        deb tarball image documents recipe clean

help: ## Says what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

run: build ## Builds geond and starts it on LISTEN (127.0.0.1:8080) with its data in DATA (./data)
	@exec build/release/geond serve --listen $(LISTEN) --data "$(DATA)"

build: deps-build ## Builds build/release/geond
	@cmake --preset release >/dev/null
	cmake --build build/release --target geond -j $(JOBS)

deps: deps-build deps-test ## Installs the Debian packages that building and testing need

deps-%:
	@packaging/install-deps $*

test: build deps-test ## Runs all tests: unit, integration, browser
	@tests/run-all

unit: deps-build deps-test ## Runs the unit tests alone, of the page's logic too
	@cmake --preset release -DGEOND_BUILD_TESTS=ON >/dev/null
	cmake --build build/release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure
	tests/page/run.sh

integration: build deps-test ## Runs the suites that start the real binary
	tests/integration/run.sh build/release/geond

browser: build deps-test ## Runs the page's tests in Chromium
	tests/browser/run.sh $(CURDIR)/build/release/geond

bench: build ## Measures pictures a second over HTTP beside the bare loop
	@cmake --preset release -DGEOND_BUILD_BENCHMARKS=ON >/dev/null
	cmake --build build/release -j $(JOBS)
	tests/bench/run.sh build/release

lint: deps-build deps-test deps-lint ## Checks format (clang-format), code (clang-tidy) and scripts (ESLint, pyflakes, shellcheck)
	@tests/lint

format: deps-lint ## Formats every source file
	@git ls-files '*.cpp' '*.hpp' | grep -v '^third_party/' | xargs clang-format-19 -i

asan: deps-build deps-test ## Runs the unit tests under AddressSanitizer and UBSan
	@cmake --preset asan >/dev/null
	cmake --build build/asan -j $(JOBS)
	tests/sanitized asan

tsan: deps-build deps-test ## Runs the unit tests (of FOLDERS, if given) under ThreadSanitizer
	@cmake --preset tsan >/dev/null
	cmake --build build/tsan -j $(JOBS) $(if $(FOLDERS),--target $(addprefix unit_,$(FOLDERS)))
	FOLDERS='$(FOLDERS)' tests/sanitized tsan

fuzz: deps-build deps-fuzz ## Runs every fuzz harness for a short while (SECONDS_EACH=20)
	@cmake --preset fuzz >/dev/null
	cmake --build build/fuzz -j $(JOBS)
	tests/fuzz/run.sh build/fuzz

long: build deps-test ## Kills the server 200 times, asks it a million times, and fuzzes for ten minutes a harness
	GEOND_KILL_CYCLES=200 GEOND_REQUESTS=1000000 tests/integration/run.sh build/release/geond
	$(MAKE) fuzz SECONDS_EACH=600

install: build ## Installs into PREFIX (/usr/local), under DESTDIR if given
	umask 022 && DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"
	@[ -z "$$SUDO_UID" ] || chown -R "$$SUDO_UID:$$SUDO_GID" build

deb: build deps-package ## Makes the Debian package in build/release/packages
	cmake --build build/release --target deb

tarball: build deps-package ## Makes the tarball in build/release/packages that runs where it is unpacked
	cmake --build build/release --target tarball

image: ## Builds the container image and starts it, without a container daemon (as root)
	tests/image/run

documents: build ## Runs every command of the documents against a real server
	tests/docs/run.sh build/release/geond

recipe: deps-build deps-training ## Tests how the models are made: its unit tests, then every step once on next to nothing
	$(MAKE) -C models/training test tiny

clean: ## Removes what was built; never the data
	rm -rf $(addprefix build/,release dev asan tsan fuzz)
