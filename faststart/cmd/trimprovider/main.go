// Command trimprovider writes the archive that package faststart loads: the AWS provider that the current
// module requires, cut down to what the named packages import.
//
//	trimprovider -o FILE [packages]
//
// Packages are patterns as go list takes them. Default: ./...
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/mlplatform/mlplatform/faststart"
)

func main() {
	output := flag.String("o", "aws.tgz", "the `file` to write")
	flag.Parse()
	if err := run(*output, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "trimprovider:", err)
		os.Exit(1)
	}
}

func run(output string, patterns []string) error {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	packages, err := faststart.Imported(".", patterns...)
	if err != nil {
		return err
	}
	stock, err := faststart.Stock(".", patterns...)
	if err != nil {
		return err
	}
	defer stock.Close()
	archive, err := faststart.Trim(stock, packages)
	if err != nil {
		return err
	}
	return os.WriteFile(output, archive, 0o644)
}
