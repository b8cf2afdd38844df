// Command generate writes the names of the time zones in Go's copy of the IANA database, one a line.
package main

import (
	"archive/zip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return err
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		return err
	}
	defer archive.Close()
	var names []string
	for _, each := range archive.File {
		// Factory means that nobody has set the zone of the machine.
		if !strings.HasSuffix(each.Name, "/") && each.Name != "Factory" {
			names = append(names, each.Name)
		}
	}
	slices.Sort(names)
	return os.WriteFile("zones.txt", []byte(strings.Join(names, "\n")+"\n"), 0o644)
}
