# Throughline. `make` prints this help.
GO ?= go
export CGO_ENABLED = 0

.PHONY: help setup generate check test build demo bench honest fuzz mutate clean

help: ## this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what the tests need (a browser, a CJK font, PostgreSQL)
	@scripts/setup

generate: ## write the generated code anew (pages)
	@GO="$(GO)" scripts/generated --write

check: ## quick: format, generated pages, vet, import rules, the pure rooms
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	@GO="$(GO)" scripts/generated
	$(GO) vet ./...
	$(GO) test ./internal/house ./internal/diag ./internal/deal ./internal/alignment ./internal/playbook/...

test: setup ## everything: format, generated pages, vet, static checks, all tests with the real database and browser
	@test -z "$$(gofmt -l . | tee /dev/stderr)"
	@GO="$(GO)" scripts/generated
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	@GO="$(GO)" scripts/test

build: ## one binary in bin/
	$(GO) build -trimpath -ldflags "-X github.com/throughline/throughline/internal/surface/cli.release=$$(git describe --tags --always --dirty 2>/dev/null)" -o bin/throughline ./cmd/throughline

demo: ## the made-up company in the browser
	$(GO) run ./cmd/throughline demo

bench: ## the benchmarks whose figures stand in docs/methods
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

honest: ## made-up companies with known truth: the trials whose tables stand in docs/methods/honest.md
	HONEST=1 $(GO) test -v -timeout 60m -run . ./internal/honest
	HONEST=10 $(GO) test -v -timeout 180m -run TestHonestShapes ./internal/forecast

fuzz: ## a minute of fuzzing for every parser
	@scripts/fuzz 60s

mutate: ## break each line that matters, one at a time: a test has to notice
	@scripts/mutate

clean: ## remove what was built
	rm -rf bin
