// Command benchmark measures what synthesis costs, against its peers, in one run on one machine: the same stacks by Go
// without a fast start, with each of its levers alone switched off, with all of them, by the cdktf command, and by a plain
// JavaScript CDKTF app; with packages unpacked already, and with an empty cache.
//
//	npm ci --prefix benchmark/javascript    # once
//	go run ./benchmark
//
// It prints medians of wall time and of processor time, and the peak of the memory that all processes of a run hold together, which is read
// from /proc and so is known on Linux only.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/mlplatform/mlplatform/faststart"
)

func main() {
	runs := flag.Int("runs", 3, "timed runs of each program, after one in which its memory is watched")
	only := flag.Bool("platform", false, "measure the stacks of this project and nothing else")
	flag.Parse()
	if err := benchmark(*runs, *only); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

// programs are the ways to synthesise, each ready to run.
type programs struct {
	dir        string // scratch
	workload   string // the Go workload
	platform   string // this project's app
	javascript string // folder of the JavaScript twin
	runs       int
}

func benchmark(runs int, only bool) error {
	dir, err := os.MkdirTemp("", "benchmark-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p := programs{dir: dir, workload: filepath.Join(dir, "workload"), platform: filepath.Join(dir, "mlplatform"), runs: runs}
	for _, build := range [][]string{{p.workload, "./benchmark/workload"}, {p.platform, "."}} {
		command := exec.Command("go", "build", "-o", build[0], build[1])
		command.Stderr = os.Stderr
		if err := command.Run(); err != nil {
			return fmt.Errorf("go build %s: %w; run the benchmark in the project's root", build[1], err)
		}
	}
	if p.javascript, err = filepath.Abs("benchmark/javascript"); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.javascript, "node_modules")); err != nil {
		return fmt.Errorf("the JavaScript peers are not installed; run npm ci --prefix benchmark/javascript")
	}
	if only {
		return p.platformStacks()
	}
	if err := same(p.contestants(2, 3)); err != nil {
		return err
	}
	if err := p.smallApp(); err != nil {
		return err
	}
	if err := p.platformStacks(); err != nil {
		return err
	}
	return p.perResource()
}

type contestant struct {
	name    string
	output  string
	command func() *exec.Cmd
}

// contestants are the ways to synthesise the same buckets. The stock provider is first.
func (p programs) contestants(stacks, resources int) []contestant {
	out := filepath.Join(p.dir, "out")
	s, n := fmt.Sprint(stacks), fmt.Sprint(resources)
	workload := func(off string) func() *exec.Cmd {
		return func() *exec.Cmd {
			return with(exec.Command(p.workload, "-stacks", s, "-resources", n, out), "FASTSTART_OFF="+off)
		}
	}
	return []contestant{
		{"Go, stock", out, workload("all")},
		{"Go, trimmed provider", out, workload("wrapper,traces,cdktf,references")},
		{"Go, fast start", out, workload("")},
		{"cdktf synth, Go, fast start", out, func() *exec.Cmd {
			return p.cdktf(out, fmt.Sprintf("%s -stacks %s -resources %s", p.workload, s, n))
		}},
		{"JavaScript, whole provider", out, func() *exec.Cmd { return p.node("eager", s, n, out) }},
		{"JavaScript, two modules", out, func() *exec.Cmd { return p.node("lazy", s, n, out) }},
	}
}

// with adds variables to those of the environment.
func with(command *exec.Cmd, variables ...string) *exec.Cmd {
	command.Env = append(os.Environ(), variables...)
	return command
}

func (p programs) node(mode, stacks, resources, output string) *exec.Cmd {
	return exec.Command("node", filepath.Join(p.javascript, "main.js"), mode, stacks, resources, output)
}

func (p programs) cdktf(output, app string) *exec.Cmd {
	command := exec.Command("node", filepath.Join(p.javascript, "node_modules", "cdktf-cli", "bundle", "bin", "cdktf.js"), "synth", "--app", app, "--output", output)
	command.Dir = p.dir // a folder without a cdktf.json of its own would ask questions, so it gets one
	_ = os.WriteFile(filepath.Join(p.dir, "cdktf.json"), []byte(`{"language":"go","app":"true","sendCrashReports":"false"}`), 0o644)
	return command
}

func (p programs) smallApp() error {
	fmt.Println("A small app: 3 stacks of 50 S3 buckets")
	return p.table(p.contestants(3, 50))
}

// platformStacks measures the stacks of an example of this project, and first makes sure that all contestants make them
// the same.
func (p programs) platformStacks() error {
	const example = "examples/configurations/wine"
	config, err := filepath.Abs(example)
	if err != nil {
		return err
	}
	synth := func(out string, variables ...string) *exec.Cmd {
		return with(exec.Command(p.platform, "synth", "--config", config, "--output", out), variables...)
	}
	calls := filepath.Join(p.dir, "calls")
	if err := record(synth(filepath.Join(p.dir, "recorded", "cdktf.out")), p.dir, calls); err != nil {
		return err
	}
	var contestants, cold []contestant
	add := func(list *[]contestant, name string, command func(out string) *exec.Cmd) {
		out := filepath.Join(p.dir, fmt.Sprintf("platform-%d", len(contestants)+len(cold)))
		*list = append(*list, contestant{name, out, func() *exec.Cmd { return command(out) }})
	}
	add(&contestants, "Go, stock", func(out string) *exec.Cmd { return synth(out, "FASTSTART_OFF=all") })
	for _, lever := range faststart.Levers {
		add(&contestants, "Go, all but "+lever, func(out string) *exec.Cmd { return synth(out, "FASTSTART_OFF="+lever) })
	}
	add(&contestants, "Go, fast start", func(out string) *exec.Cmd { return synth(out) })
	add(&contestants, "cdktf synth, Go, fast start", func(out string) *exec.Cmd { return p.cdktf(out, p.platform+" synth --config "+config) })
	add(&contestants, "JavaScript, modules in use", func(out string) *exec.Cmd {
		return exec.Command("node", filepath.Join(p.javascript, "replay.js"), calls, out)
	})
	for _, off := range []string{"all", "cdktf", ""} {
		name := map[string]string{"all": "Go, stock", "cdktf": "Go, all but cdktf", "": "Go, fast start"}[off]
		add(&cold, name, func(out string) *exec.Cmd {
			cache := filepath.Join(p.dir, "cache")
			os.RemoveAll(cache)
			return synth(out, "FASTSTART_OFF="+off, "JSII_RUNTIME_PACKAGE_CACHE_ROOT="+cache)
		})
	}
	if err := same(contestants); err != nil {
		return err
	}
	fmt.Println("\nThis project: the stacks of " + example)
	if err := p.table(contestants); err != nil {
		return err
	}
	fmt.Println("\nThe same with an empty package cache, as on a new machine")
	return p.table(cold)
}

// same runs the contestants once and compares the stacks that they make with those of the first.
func same(contestants []contestant) error {
	var reference map[string]string
	for _, c := range contestants {
		if _, err := measure(c.command(), false); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		files, err := filepath.Glob(filepath.Join(c.output, "stacks", "*", "cdk.tf.json"))
		if err != nil {
			return err
		}
		made := map[string]string{}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			made[filepath.Base(filepath.Dir(file))] = string(text)
		}
		if reference == nil {
			reference = made
		}
		if len(made) == 0 || !maps.Equal(made, reference) {
			return fmt.Errorf("%s makes other stacks than %s", c.name, contestants[0].name)
		}
	}
	return nil
}

// table measures the contestants and prints how each compares with the first.
func (p programs) table(contestants []contestant) error {
	fmt.Printf("  %-28s %8s %8s %8s %10s %8s\n", "", "wall s", "of first", "cpu s", "memory MB", "of first")
	all, err := medians(contestants, p.runs)
	if err != nil {
		return err
	}
	for i, c := range contestants {
		got, first := all[i], all[0]
		fmt.Printf("  %-28s %8.2f %7.2fx %8.2f %10.0f %7.2fx\n", c.name, got.wall.Seconds(), got.wall.Seconds()/first.wall.Seconds(), got.cpu.Seconds(), got.megabytes(), got.megabytes()/first.megabytes())
	}
	return nil
}

func (p programs) perResource() error {
	fmt.Println("\nCost per resource: one stack of S3 buckets, wall time beyond that of an empty stack")
	fmt.Printf("  %-28s %10s %10s %10s\n", "ms per resource at", "100", "1,000", "5,000")
	sizes := []int{0, 100, 1000, 5000}
	for i := range p.contestants(1, 0) {
		var name string
		var empty time.Duration
		var row []any
		for _, size := range sizes {
			c := p.contestants(1, size)[i]
			name = c.name
			all, err := medians([]contestant{c}, p.runs)
			if err != nil {
				return err
			}
			got := all[0]
			if size == 0 {
				empty = got.wall
				continue
			}
			row = append(row, float64((got.wall-empty).Microseconds())/1000/float64(size))
		}
		fmt.Printf("  %-28s %10.2f %10.2f %10.2f\n", append([]any{name}, row...)...)
	}
	return nil
}
