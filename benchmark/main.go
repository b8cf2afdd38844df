// Command benchmark measures what synthesis costs, against its peers, in one run on one machine: the same stacks by Go
// with the stock provider, Go with the trimmed provider, the cdktf command, and a plain JavaScript CDKTF app.
//
//	npm ci --prefix benchmark/javascript    # once
//	go run ./benchmark
//
// It prints medians of wall time, and the peak of the memory that all processes of a run hold together, which is read
// from /proc and so is known on Linux only.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	runs := flag.Int("runs", 3, "timed runs of each program, after one in which its memory is watched")
	flag.Parse()
	if err := benchmark(*runs); err != nil {
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

func benchmark(runs int) error {
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
	if err := p.sameOutput(); err != nil {
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

// sameOutput makes sure that the contestants do the same work.
func (p programs) sameOutput() error {
	reference := ""
	for _, c := range p.contestants(2, 3) {
		if _, err := measure(c.command(), false); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		text, err := os.ReadFile(filepath.Join(c.output, "stacks", "stack1", "cdk.tf.json"))
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if reference == "" {
			reference = string(text)
		}
		if string(text) != reference {
			return fmt.Errorf("%s makes other output than the stock provider", c.name)
		}
	}
	return nil
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
	return []contestant{
		{"Go, stock provider", out, func() *exec.Cmd { return exec.Command(p.workload, "-stacks", s, "-resources", n, out) }},
		{"Go, trimmed provider", out, func() *exec.Cmd { return exec.Command(p.workload, "-trimmed", "-stacks", s, "-resources", n, out) }},
		{"cdktf synth, Go, trimmed", out, func() *exec.Cmd {
			return p.cdktf(out, fmt.Sprintf("%s -trimmed -stacks %s -resources %s", p.workload, s, n))
		}},
		{"JavaScript, whole provider", out, func() *exec.Cmd { return p.node("eager", s, n, out) }},
		{"JavaScript, two modules", out, func() *exec.Cmd { return p.node("lazy", s, n, out) }},
	}
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

func (p programs) platformStacks() error {
	fmt.Println("\nThis project: the stacks of config/")
	config, err := filepath.Abs("config")
	if err != nil {
		return err
	}
	out := filepath.Join(p.dir, "platform")
	args := []string{"synth", "--config", config, "--output", out}
	return p.table([]contestant{
		{"Go, stock provider", out, func() *exec.Cmd { return exec.Command(p.platform, append(args, "--stock-provider")...) }},
		{"Go, trimmed provider", out, func() *exec.Cmd { return exec.Command(p.platform, args...) }},
		{"cdktf synth, Go, trimmed", out, func() *exec.Cmd { return p.cdktf(out, p.platform+" synth --config "+config) }},
	})
}

// table measures the contestants and prints how each compares with the first.
func (p programs) table(contestants []contestant) error {
	fmt.Printf("  %-28s %8s %8s %10s %8s\n", "", "wall s", "of first", "memory MB", "of first")
	var first figures
	for i, c := range contestants {
		got, err := median(c.command, p.runs)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if i == 0 {
			first = got
		}
		fmt.Printf("  %-28s %8.2f %7.2fx %10.0f %7.2fx\n", c.name, got.wall.Seconds(), got.wall.Seconds()/first.wall.Seconds(), got.megabytes(), got.megabytes()/first.megabytes())
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
			got, err := median(c.command, p.runs)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
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
