// Command bundle writes the archive of CDKTF that package faststart loads: the code in three files in place of some two
// thousand, and the type description without documentation. It is a module of its own so that who imports faststart does not depend on the
// bundler.
//
//	go run -C bundle . -o ../cdktf.tgz
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// cdktfModule holds the stock archive. The version is the one that the project's own module requires.
const cdktfModule = "github.com/hashicorp/terraform-cdk-go/cdktf"

func main() {
	output := flag.String("o", "cdktf.tgz", "the `file` to write")
	flag.Parse()
	if err := run(*output); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func run(output string) error {
	command := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", cdktfModule)
	command.Dir = filepath.Join("..", "..")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w", cdktfModule, err)
	}
	archives, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "jsii", "*.tgz"))
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("%s has %d archives in its folder jsii, one was expected", cdktfModule, len(archives))
	}
	archive, err := bundle(archives[0])
	if err != nil {
		return err
	}
	return os.WriteFile(output, archive, 0o644)
}
