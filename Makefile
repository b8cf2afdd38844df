.DEFAULT_GOAL := help
export CHECKPOINT_DISABLE = 1

.PHONY: help synth test update lint generate bench plan emulator kubernetes sdknews clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

synth: ## build all stacks into cdktf.out
	go run .

test: ## run all tests
	go test ./...

update: ## rewrite the snapshots and golden files; review the diff
	go test ./... -update

lint: ## format check, vet, staticcheck
	@test -z "$$(gofmt -l .)" || (gofmt -l . && exit 1)
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.7.0 ./...

generate: ## remake the trimmed provider and the schema
	go generate ./...

bench: ## measure synthesis against its peers (npm ci --prefix benchmark/javascript first)
	go run ./benchmark

plan: ## terraform plan of every stack, example and golden file, without AWS
	REQUIRE_TERRAFORM=1 go test -count=1 -run 'Platform|Terraform|Plan' . ./stacks ./constructs

kubernetes: ## stacks, objects and models on a real API server with KServe: two to three minutes, once both are built, which takes half an hour of two cores
	CONTROLPLANE=$${CONTROLPLANE:-build} go test -count=1 -parallel 8 -v -timeout 2h ./internal/controlplane

emulator: ## apply the stacks of all example sets to an emulator of AWS (pip install 'moto[server]' first)
	REQUIRE_TERRAFORM=1 EMULATOR=$${EMULATOR:-all} go test -count=1 -v -timeout 2h ./stacks/applied $(UPDATE)

sdknews: ## what a version of the SageMaker Python SDK writes into pipelines that this program does not; SDK= its folder or wheels
	go run ./documents/pipeline/internal/sdknews $(SDK)

clean: ## remove what synthesis wrote
	rm -rf cdktf.out
