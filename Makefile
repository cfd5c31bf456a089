# The first minute, and every day after it. `make` alone lists what there is.
PORT ?= 8080
SWIFT ?= swift
PACKAGES = libpq-dev libssl-dev libcurl4-openssl-dev pkg-config postgresql curl

.PHONY: help setup build run test check bench bench-match clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install the system packages that are missing
	@command -v $(SWIFT) >/dev/null || { echo "A Swift 6.2 toolchain is needed: https://www.swift.org/install/linux/"; exit 1; }
	@missing=$$(for p in $(PACKAGES); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing" $$missing; \
	  as=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

build: setup ## build the release binary
	$(SWIFT) build -c release --product jiebang

run: build ## build, load the samples once, show a match and the turnover, serve until Ctrl-C
	@exec .build/release/jiebang demo --port $(PORT)

test: setup ## every test, on a real PostgreSQL of its own
	$(SWIFT) test

check: ## formatting as the repository wants it
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

bench: setup ## what is claimed about speed, measured here and now
	Benchmarks/run.sh

bench-match: build ## the match engine beside its peers: quality and speed
	Benchmarks/match.sh

clean: ## remove what was built; the data in .jiebang/ stays
	rm -rf .build
