# Every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo start test test-fresh test-heroku test-faults test-hostile test-deploy deploy placements fuzz bench lint check setup cloud
MAKEFLAGS += --no-print-directory

# Node 24 comes with the dependencies; the Node of the machine only installs them.
export PATH := $(shell scripts/node-path.sh):$(PATH)
SPEED ?= 1
STAGE ?=
SEED ?=
# What set-up sees to: databases, tour or tests.
NEEDS := databases
# The embedded cloud as plain JavaScript, and what it is made of.
CLOUD := node_modules/.cache/latchkey/cloud
CLOUD_SOURCES := node_modules/.installed serverless.yml package.json scripts/bundle-cloud.ts functions lib local packages resources statemachines scripts/deploy

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: setup ## the whole story, told in under two minutes: a key, a database, off, out of reach, on again
	@node local/demo/main.ts

start: NEEDS := tour
start: setup cloud ## the embedded cloud, until Ctrl-C; SPEED=60 makes a minute a second
	@NODE_COMPILE_CACHE="$(CURDIR)/$(CLOUD)/compiled" exec node --max-semi-space-size=1 $(CLOUD)/local/main.js --dir "$(CURDIR)/.latchkey" --speed "$(SPEED)"

test: NEEDS := tests
test: setup ## all tests
	@npm test --silent

test-fresh: ## the README's two commands on a minimal Debian of its own, as root; DEBIAN=bookworm, SERVER=valkey-server
	@scripts/fresh/test.sh

test-heroku: setup ## the Heroku CLI, two versions of it, against the embedded cloud; installs them the first time
	@npm run --silent test:heroku

test-faults: setup ## kills, full disks, damaged volumes, AWS that refuses, clocks that jump, with the real parts
	@npm run --silent test:faults

test-hostile: setup ## a tenant with valid credentials and bad intent, during lockouts
	@npm run --silent test:hostile

test-deploy: setup ## the package, linted and deployed to emulators that are not ours; needs Python 3.10 or later
	@scripts/deploy/test.sh

deploy: setup ## to the AWS account of your credentials, as stages/$(STAGE).yml says: make deploy STAGE=prod
	@node scripts/deploy/deploy.ts "$(STAGE)"

placements: setup ## networks, instance types and ECS services as stages/$(STAGE).yml says, without a deployment
	@node scripts/deploy/place.ts --stage "$(STAGE)"

fuzz: setup ## the API asked at random, by its OpenAPI document; needs Python 3.10 or later; SEED=7 asks the same again
	@npm run --silent fuzz -- $(if $(SEED),--seed $(SEED))

bench: setup ## how fast and small it is, each number against a bare baseline; see docs/performance.md
	@npm run --silent bench

lint: setup ## format, lint, types, unused code
	@npm run --silent lint

check: setup ## format, lint, types, unused code, unit tests
	@npm run --silent check

setup:
	@scripts/setup.sh $(NEEDS)

# Made anew when it isn't there, or a source is newer, or a folder, since a file came or went. A rule of make would read the files' names.
cloud: setup
	@[ -z "$$(find $(CLOUD_SOURCES) -newer $(CLOUD)/local/main.js 2>&1)" ] || node scripts/bundle-cloud.ts
