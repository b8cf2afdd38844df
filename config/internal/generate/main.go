// Command generate writes config/schema.json and the tables of docs/configuration.md from the types of the package
// config and their comments. It runs in the folder config: go generate ./config
package main

import (
	"fmt"
	"os"
)

const docs = "../docs/configuration.md"

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(configDir string) error {
	schema, err := makeSchema(configDir)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(docs)
	if err != nil {
		return err
	}
	page, err := fillTables(text, schema)
	if err != nil {
		return err
	}
	if err := os.WriteFile("schema.json", schema, 0o644); err != nil {
		return err
	}
	return os.WriteFile(docs, page, 0o644)
}
