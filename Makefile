# What there is to do. Every target works on a plain checkout with Go; `servers` wants root.
GO      ?= go
TAGS    ?= goolm
FUZZTIME ?= 30s

.PHONY: build demo test lint bench-import golden fuzz servers

build: ## the binary: bin/dcbot
	CGO_ENABLED=0 $(GO) build -trimpath -tags $(TAGS) -o bin/dcbot ./cmd/dcbot

demo: ## the main job, from a launch to the Secretariat's mailbox, with no server needed
	$(GO) run -tags $(TAGS) ./cmd/dcbot demo

test: ## every test; real servers are used where they are installed
	GO="$(GO)" TAGS="$(TAGS)" .ci/test

lint: bin/staticcheck ## gofmt, go vet, staticcheck
	@files=$$(gofmt -l cmd bot mail storage); if [ -n "$$files" ]; then echo "not gofmt'ed: $$files" >&2; exit 1; fi
	$(GO) vet -tags $(TAGS) ./...
	bin/staticcheck -tags $(TAGS) ./...

bin/staticcheck: .ci/tools/go.mod .ci/tools/go.sum
	cd .ci/tools && $(GO) build -o ../../bin/staticcheck honnef.co/go/tools/cmd/staticcheck

bench-import: ## messages per second and peak memory of an import
	$(GO) test -tags $(TAGS) -run '^$$' -bench Import -benchtime 1x -timeout 60m ./cmd/dcbot

golden: ## write the golden files anew; read the diff before you commit it
	$(GO) test -tags $(TAGS) $$(grep -rlE 'flag\.Bool\("update"' --include='*_test.go' cmd bot mail storage | xargs -n1 dirname | sort -u | sed 's|^|./|') -update

fuzz: ## each fuzz target for FUZZTIME
	@grep -rnoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' cmd bot mail storage | sed 's/:[0-9]*:func /:/' | sort -u | \
	while IFS=: read -r file target; do \
		echo "== $$target in $$(dirname $$file)"; \
		$(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./$$(dirname $$file) || exit 1; \
	done

servers: ## Dovecot, Postfix and Mailman 3 for the tests (Debian, as root)
	.ci/servers
