package awsfacts

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

//go:generate go run ./generate

// instancesText is written by the package generate from what AWS publishes; its second line is its date.
//
//go:embed instances.txt
var instancesText string

// A Use is what SageMaker uses instances for. Each has instance types of its own.
type Use string

// The uses.
const (
	Training   Use = "training"
	Processing Use = "processing"
	Transform  Use = "transform"
	Hosting    Use = "hosting"
	Apps       Use = "app"
)

var phrases = map[Use]string{
	Training: "trains nothing", Processing: "processes nothing", Transform: "transforms nothing",
	Hosting: "serves no endpoint", Apps: "runs no app of Studio",
}

// A family is what the types before a dot have in common.
type family struct {
	architecture, accelerator string // "?" where that is not described
	disks                     bool
	sizes                     []string
}

type instanceTable struct {
	date string
	ec2  map[string]family
	uses map[Use]map[string][]string
}

var instances = sync.OnceValue(func() instanceTable {
	lines := strings.Split(strings.TrimSpace(instancesText), "\n")
	table := instanceTable{date: strings.TrimPrefix(lines[1], "# "), ec2: map[string]family{}, uses: map[Use]map[string][]string{}}
	for _, line := range lines[3:] {
		fields := strings.Fields(line)
		if fields[0] == "ec2" {
			table.ec2[fields[1]] = family{architecture: fields[2], accelerator: fields[3], disks: fields[4] == "disks", sizes: fields[5:]}
			continue
		}
		use := Use(fields[0])
		if table.uses[use] == nil {
			table.uses[use] = map[string][]string{}
		}
		table.uses[use][fields[1]] = fields[2:]
	}
	return table
})

// InstancesAsOf is the day of the list of instance types, as YYYY-MM-DD.
func InstancesAsOf() string { return instances().date }

var newer struct {
	sync.RWMutex
	types map[string]bool
}

// AllowInstanceTypes lets instance types pass that are newer than the list, for the whole program.
func AllowInstanceTypes(names ...string) {
	newer.Lock()
	defer newer.Unlock()
	if newer.types == nil {
		newer.types = map[string]bool{}
	}
	for _, name := range names {
		newer.types[name] = true
	}
}

// MLFamiliesWithDisks are the families of SageMaker's instance types, without ml., that have disks of their own.
func MLFamiliesWithDisks() []string {
	found := map[string]bool{}
	for _, families := range instances().uses {
		for name, sizes := range families {
			for _, size := range sizes {
				// Some stand in the lists of SageMaker before EC2 describes them.
				if of, _ := ParseInstanceType(name + "." + size); of.Disks {
					found[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func allowed(name string) bool {
	newer.RLock()
	defer newer.RUnlock()
	return newer.types[name]
}

// An UnknownInstance is an instance type that is not in the list.
type UnknownInstance struct {
	// Message says what is wrong with it.
	Message string
	// Advice is what to use instead.
	Advice string
	// Newer says that it might be newer than the list: its name has the form of one.
	Newer bool
}

// Error says how programs in Go let newer types pass.
func (u *UnknownInstance) Error() string { return u.Text("instances.Allow lets it pass") }

// Text is all of it, with what lets a newer type pass.
func (u *UnknownInstance) Text(pass string) string {
	text := u.Message + "; " + u.Advice
	if u.Newer {
		text += fmt.Sprintf(", or if it is newer than the list of %s, %s", InstancesAsOf(), pass)
	}
	return text
}

// CheckInstanceType looks an EC2 instance type up.
func CheckInstanceType(name string) *UnknownInstance {
	if allowed(name) {
		return nil
	}
	if rest, ml := strings.CutPrefix(name, "ml."); ml && CheckInstanceType(rest) == nil {
		return &UnknownInstance{Message: fmt.Sprintf("%q is no EC2 instance type", name), Advice: "write it as EC2 does: " + rest}
	}
	family, size, _ := strings.Cut(name, ".")
	known, found := instances().ec2[family]
	switch {
	case found && slices.Contains(known.sizes, size):
		return nil
	case found:
		return unknown(name, "is no EC2 instance type", family, known.sizes)
	}
	return unknown(name, "is no EC2 instance type", "", []string{"m6i.large"})
}

// CheckMLInstanceType looks up an instance type of SageMaker.
func CheckMLInstanceType(use Use, name string) *UnknownInstance {
	if allowed(name) {
		return nil
	}
	rest, ml := strings.CutPrefix(name, "ml.")
	family, size, _ := strings.Cut(rest, ".")
	sizes := instances().uses[use][family]
	if ml && slices.Contains(sizes, size) {
		return nil
	}
	if !ml {
		if other := CheckMLInstanceType(use, "ml."+name); other == nil {
			return &UnknownInstance{Message: fmt.Sprintf("%q is no SageMaker instance type", name), Advice: "write it as SageMaker does: ml." + name}
		}
		return &UnknownInstance{Message: fmt.Sprintf("%q is no SageMaker instance type", name), Advice: "write it like ml.m5.large"}
	}
	message := "is no SageMaker instance type"
	for _, others := range instances().uses {
		if slices.Contains(others[family], size) {
			message = phrases[use]
		}
	}
	if len(sizes) > 0 {
		return unknown(name, message, "ml."+family, sizes)
	}
	return unknown(name, message, "", []string{"ml.m5.large"})
}

func unknown(name, message, family string, sizes []string) *UnknownInstance {
	u := &UnknownInstance{Message: fmt.Sprintf("%q %s", name, message), Advice: "write it like " + sizes[0]}
	if _, form := ParseInstanceType(strings.TrimPrefix(name, "ml.")); form {
		u.Newer = true
		u.Advice = "use another, such as " + sizes[0]
	}
	if family != "" {
		u.Advice = "use a size that " + family + " has: " + strings.Join(bySize(sizes), ", ")
	}
	return u
}

var sizeOrder = []string{"nano", "micro", "small", "medium", "large", "xlarge"}

// bySize puts small sizes first.
func bySize(sizes []string) []string {
	rank := func(size string) int {
		if at := slices.Index(sizeOrder, size); at >= 0 {
			return at
		}
		count := 0
		if _, err := fmt.Sscanf(size, "%dxlarge", &count); err == nil {
			return len(sizeOrder) + count
		}
		return 1000 // metal
	}
	sorted := slices.Clone(sizes)
	slices.SortStableFunc(sorted, func(a, b string) int { return rank(a) - rank(b) })
	return sorted
}

// ReportMLInstance reports an instance type that is not for all of the uses. Tokens pass.
func ReportMLInstance(problems *problem.List, path, name string, uses ...Use) {
	if token.Is(name) {
		return
	}
	for _, use := range uses {
		if wrong := CheckMLInstanceType(use, name); wrong != nil {
			problems.Addf(path, "%v", wrong)
			return
		}
	}
}
