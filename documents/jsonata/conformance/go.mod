module github.com/mlplatform/mlplatform/documents/jsonata/conformance

go 1.25.6

require (
	github.com/mlplatform/mlplatform v0.0.0
	github.com/recolabs/gnata v0.2.1
	github.com/stretchr/testify v1.10.0
)

require (
	github.com/davecgh/go-spew v1.1.1 // indirect
	github.com/pmezard/go-difflib v1.0.0 // indirect
	github.com/tidwall/gjson v1.18.0 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.1 // indirect
	gopkg.in/yaml.v3 v3.0.1 // indirect
)

replace github.com/mlplatform/mlplatform => ../../..
