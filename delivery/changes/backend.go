package changes

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// places are the arguments of a backend that say where a state is, by kind of backend. Other arguments say how it is
// reached and locked. https://developer.hashicorp.com/terraform/language/backend
var places = map[string][]string{
	"azurerm": {"storage_account_name", "container_name", "key", "environment"},
	"cloud":   {"hostname", "organization", "workspaces"},
	"consul":  {"address", "datacenter", "path"},
	"gcs":     {"bucket", "prefix"},
	"http":    {"address"},
	"local":   {"path", "workspace_dir"},
	"pg":      {"conn_str", "schema_name"},
	"remote":  {"hostname", "organization", "workspaces"},
	"s3":      {"bucket", "key", "region", "workspace_key_prefix", "endpoint", "endpoints"},
}

// RefuseBackend is an error if a stack that is on both sides keeps its state elsewhere or reaches it in another way.
func (r *Report) RefuseBackend() error {
	var problems []error
	for _, each := range r.Stacks {
		if len(each.Backend) == 0 {
			continue
		}
		var lines []string
		for _, difference := range each.Backend {
			lines = append(lines, "  "+plain(difference))
		}
		problems = append(problems, fmt.Errorf("%s: the backend changes:\n%s\n%s", each.Name, strings.Join(lines, "\n"), consequence(each, strconv.Quote)))
	}
	if len(problems) == 0 {
		return nil
	}
	return errors.Join(append(problems, errors.New("if this is meant, run it with --allow-backend-change, and deploy nothing from the new configuration before the states are where it looks for them"))...)
}

// consequence says what the change of a backend does to the state. Commands are written by command.
func consequence(s Stack, command func(string) string) string {
	if !s.movesState() {
		return "The state stays where it is. Every working copy must run " + command("terraform init -reconfigure") + ", and two deployments that lock in different ways do not keep each other out: let none run meanwhile."
	}
	return fmt.Sprintf("The state would be left behind: Terraform would find none in the new place and make every resource again. To take it along, run %s once, with access to both places.", command("cdktf deploy "+s.Name+" --migrate-state"))
}

// movesState reports whether the backend's change is one of place.
func (s Stack) movesState() bool {
	for _, each := range s.Backend {
		kind, rest, nested := strings.Cut(each.Path, ".")
		names, known := places[kind]
		if !nested || !known || slices.Contains(names, argument(rest)) {
			return true
		}
	}
	return false
}
