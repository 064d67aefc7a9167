# Every target sets up what it needs. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo start console test test-fresh test-heroku test-faults test-hostile test-deploy test-console
.PHONY: deploy placements fuzz bench lint check setup cloud
MAKEFLAGS += --no-print-directory

# Node 24 comes with the dependencies; the Node of the machine only installs them.
export PATH := $(shell scripts/node-path.sh):$(PATH)
SPEED ?= 1
STAGE ?=
SEED ?=
FULL ?=
# The argument of set-up: databases, tour or tests.
NEEDS := databases
# The local cloud as plain JavaScript with the packaged template, and its sources.
CLOUD := node_modules/.cache/latchkey/cloud
CLOUD_SOURCES := node_modules/.installed serverless.yml package.json scripts/bundle-cloud.ts functions lib console \
	local packages resources statemachines scripts/deploy

help: ## prints this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: setup ## the whole story in about a minute: a key, a database, a drill, a lockout; FULL=1 adds a real drill
	@node local/demo/main.ts $(if $(filter-out 0,$(FULL)),--full)

start: NEEDS := tour
start: setup cloud ## the local cloud, until Ctrl-C; with SPEED=60 a minute takes a second
	@NODE_COMPILE_CACHE="$(CURDIR)/$(CLOUD)/compiled" exec node --max-semi-space-size=1 \
		$(CLOUD)/local/main.js --dir "$(CURDIR)/.latchkey" --speed "$(SPEED)"

console: setup ## opens the web console of the local cloud that runs, signed in
	@node scripts/open-console.ts

test: NEEDS := tests
test: setup ## all tests
	@npm test --silent

test-fresh: ## the README's two commands on a minimal Debian, as root; DEBIAN=bookworm, SERVER=valkey-server
	@scripts/fresh/test.sh

test-heroku: setup ## two versions of the Heroku CLI against the local cloud; installs them the first time
	@npm run --silent test:heroku

test-faults: setup ## kills, full disks, damaged volumes, failing AWS, clock jumps, with real processes
	@npm run --silent test:faults

test-hostile: setup ## a tenant with valid credentials and bad intent, during lockouts
	@npm run --silent test:hostile

test-console: NEEDS := console
test-console: setup ## the web console in Chromium, against the local cloud
	@npm run --silent test:console

test-deploy: setup ## the package, linted and deployed to independent emulators; needs Python 3.10 or later
	@scripts/deploy/test.sh

deploy: setup ## to the AWS account of your credentials, with stages/$(STAGE).yml: make deploy STAGE=prod
	@node scripts/deploy/deploy.ts "$(STAGE)"

placements: setup ## writes networks, instance types and ECS services of stages/$(STAGE).yml, without a deployment
	@node scripts/deploy/place.ts --stage "$(STAGE)"

fuzz: setup ## random API requests from the OpenAPI document; needs Python 3.10 or later; SEED=7 repeats a run
	@npm run --silent fuzz -- $(if $(SEED),--seed $(SEED))

bench: setup ## measurements against bare baselines; see docs/performance.md
	@npm run --silent bench

lint: setup ## format, lint, types, unused code
	@npm run --silent lint

check: setup ## format, lint, types, unused code, unit tests
	@npm run --silent check

setup:
	@scripts/setup.sh $(NEEDS)

# Built again if it is missing, or if a source or a folder is newer, since a file may have been added or removed. A rule
# of make would have to list the files.
cloud: setup
	@[ -z "$$(find $(CLOUD_SOURCES) -newer $(CLOUD)/local/main.js 2>&1)" ] || node scripts/bundle-cloud.ts
