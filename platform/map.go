package platform

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
	"github.com/mlplatform/mlplatform/delivery/platformmap"
)

// mapFormats are what the map can be written as.
var mapFormats = []string{"html", "json"}

func newMap(o *options) *cobra.Command {
	var format, file string
	command := &cobra.Command{
		Use:   "map",
		Short: "Draw accounts, stacks, environments, pipelines and roles as one page",
		Long: `Builds all stacks into a temporary folder and writes one HTML page that needs nothing else: the accounts and stacks with what
flows between them, each environment, pipelines and state machines, who may deploy through which role, every resource
with the line of the configuration that asks for it, idle cost, and what differs between environments.
The same configuration gives the same bytes. docs/map.md shows what is in it.`,
		Example: `  go run . map                      write map.html
  go run . map --format json -o -   print the data behind it`,
		Args: noArguments,
		RunE: func(command *cobra.Command, _ []string) error {
			if !slices.Contains(mapFormats, format) {
				return mistake{fmt.Errorf("--format %q is none; use %s", format, strings.Join(mapFormats, " or "))}
			}
			platform, err := load(*o)
			if err != nil {
				return err
			}
			drawn, err := draw(platform, *o)
			if err != nil {
				return err
			}
			write := drawn.HTML
			if format == "json" {
				write = drawn.JSON
			}
			text, err := write()
			if err != nil {
				return err
			}
			if file == "-" {
				_, err = command.OutOrStdout().Write(text)
				return err
			}
			file = cmp.Or(file, "map."+format)
			if err := os.WriteFile(file, text, 0o644); err != nil {
				return mistake{err}
			}
			fmt.Fprintln(command.OutOrStdout(), filepath.ToSlash(file))
			return nil
		},
	}
	command.Flags().StringVar(&format, "format", "html", "html, or json for the data behind the page")
	command.Flags().StringVarP(&file, "output", "o", "", "`file` to write, - for standard output (default map.html or map.json)")
	return command
}

// draw builds the stacks of the platform and makes the map of them.
func draw(platform *config.Platform, o options) (*platformmap.Map, error) {
	made, err := synthesised(platform, o)
	if err != nil {
		return nil, err
	}
	estimates, err := estimates(platform, made)
	if err != nil {
		return nil, err
	}
	return platformmap.New(platform, made, estimates)
}

// synthesised builds the stacks of the platform and returns their Terraform JSON by name. Nothing stays on disk.
func synthesised(platform *config.Platform, o options) (map[string][]byte, error) {
	beside, err := os.MkdirTemp("", "mlplatform-")
	if err != nil {
		return nil, mistake{err}
	}
	defer os.RemoveAll(beside)
	dir, err := build(platform, o, beside)
	if err != nil {
		return nil, err
	}
	stacks := map[string][]byte{}
	for _, name := range platform.StackNames() {
		if stacks[name], err = os.ReadFile(filepath.Join(dir, "stacks", name, output.StackFile)); err != nil {
			return nil, err
		}
	}
	return stacks, nil
}
