package bootstrap

import (
	"fmt"
	"strconv"
	"strings"
)

// A requirement is a program that the commands use.
type requirement struct {
	name string
	// at least this version, and below the other one if that is not nil.
	least, below []int
	says         string
	page         string
}

// Requirements are the programs, by the names under which they are on the PATH.
var requirements = []requirement{
	{"go", []int{1, 24}, nil, "Go 1.24 or later", "https://go.dev/dl/"},
	{"node", []int{20}, []int{24}, "Node.js 22 (20 warns of its end of life, 24 crashes cdktf-cli 0.21)", "https://nodejs.org/en/download"},
	{"terraform", []int{1, 11}, nil, "Terraform 1.11 or later, for locks in S3", "https://developer.hashicorp.com/terraform/install"},
	{"cdktf", []int{0, 21}, []int{0, 22}, "cdktf-cli 0.21", "https://www.npmjs.com/package/cdktf-cli"},
	{"aws", []int{2}, nil, "AWS CLI 2", "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"},
	{"git", []int{2}, nil, "git 2", "https://git-scm.com/downloads"},
}

var forGitHub = requirement{"gh", []int{2}, nil, "GitHub CLI 2", "https://cli.github.com"}

// Programs are the names of all programs that the commands may use.
func Programs() []string {
	var names []string
	for _, each := range append(requirements[:len(requirements):len(requirements)], forGitHub) {
		names = append(names, each.name)
	}
	return names
}

// met says what was found, and whether it suffices.
func (r requirement) met(facts Facts) (string, bool) {
	tool, found := facts.tool(r.name)
	switch {
	case !found:
		return fmt.Sprintf("%s is missing: %s, %s", r.name, r.says, r.page), false
	case tool.Version == "":
		return r.name + " does not tell its version: it should be " + r.says, false
	case compare(tool.Version, r.least) < 0 || r.below != nil && compare(tool.Version, r.below) >= 0:
		return fmt.Sprintf("%s is %s: use %s, %s", r.name, tool.Version, r.says, r.page), false
	}
	return r.name + " " + tool.Version, true
}

// compare compares the beginning of a version, such as 1.11.4, with numbers.
func compare(version string, with []int) int {
	parts := strings.FieldsFunc(version, func(c rune) bool { return c < '0' || c > '9' })
	for i, wanted := range with {
		number := 0
		if i < len(parts) {
			number, _ = strconv.Atoi(parts[i])
		}
		if number != wanted {
			return number - wanted
		}
	}
	return 0
}
