package platformmap

import (
	"strings"

	"github.com/mlplatform/mlplatform/config"
)

// sections are the keys of parts that are called otherwise in the tree of constructs: by the stack's kind and the part.
var sections = map[config.StackKind]map[string]string{
	config.EnvironmentStack: {
		"models": "storage.models", "data": "storage.data", "deployment": "github", "model-groups": "training.modelPackageGroup",
	},
	config.OperationsStack: {"images": "operations.images", "artifacts": "operations", "pipelines": "operations"},
	config.StateStack:      {"store": "state"},
}

// extensions is where the tree of constructs and the configuration have what is a team's own.
const extensions = "extensions"

// partOf is the part of the stack that a resource belongs to.
func partOf(r *resource) string {
	if r.path[0] == extensions && len(r.path) > 1 {
		return r.path[1]
	}
	return r.path[0]
}

// place is where the configuration asks for a resource: the most exact key that is written.
func (p *platform) place(stack config.Stack, r *resource) (file string, line int) {
	source := p.config.Source("")
	if stack.Environment != nil && stack.Kind != config.StateStack {
		source = p.config.Source(stack.Environment.Name)
	}
	section, renamed := sections[stack.Kind][partOf(r)]
	switch {
	case renamed:
	case stack.Kind == config.AccessStack:
		switch env := stack.Environment; {
		case env == nil:
			section = "operations.github"
		case env.GitHubEnabled():
			section = "github"
		default:
			section = "codePipeline"
		}
	case stack.Kind == config.ExtraStackKind:
		section = extensions
	case r.path[0] == extensions:
		section = extensions + "." + partOf(r)
	default:
		section = partOf(r)
	}
	if strings.Contains(strings.ToLower(strings.Join(r.path, "/")), "codepipeline") {
		section = "codePipeline"
	}
	best, score := section, 0
	for _, path := range source.Paths() {
		if !strings.HasPrefix(path, section+".") {
			continue
		}
		if found := likeness(path[len(section)+1:], r.path[1:]); found > score {
			best, score = path, found
		}
	}
	return source.File, source.Line(best)
}

// likeness is how many parts of a key stand in a path of constructs, in the same order, if the last one does. A construct for one of
// several often has a word before the name: pool-gpu.
func likeness(key string, path []string) int {
	n, at := 0, 0
	parts := strings.Split(key, ".")
	for i, part := range parts {
		found := false
		for j := at; j < len(path) && !found; j++ {
			if path[j] == part || strings.HasSuffix(path[j], "-"+part) || strings.HasPrefix(path[j], part+"-") {
				found, at = true, j
			}
		}
		if found {
			n++
		} else if i == len(parts)-1 {
			return 0
		}
	}
	return n
}

// ofEnvironment reports whether a stack holds what an environment has, and not its state.
func ofEnvironment(stack config.Stack) bool {
	return stack.Kind == config.EnvironmentStack || stack.Kind == config.ExtraStackKind
}
