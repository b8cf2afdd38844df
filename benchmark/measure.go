package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figures are what one run cost.
type figures struct {
	wall   time.Duration
	cpu    time.Duration // of all processes
	memory int64         // bytes, all processes together at their peak
}

func (f figures) megabytes() float64 { return float64(f.memory) / 1e6 }

// medians runs the contestants in turn, round after round, so that what else the machine does meets all of them alike, and
// takes the medians of their times. Memory is that of one further run of each, because looking at it takes time from
// the run.
func medians(contestants []contestant, runs int) ([]figures, error) {
	out := make([]figures, len(contestants))
	walls, cpus := make([][]time.Duration, len(contestants)), make([][]time.Duration, len(contestants))
	for round := range runs + 1 {
		for i, c := range contestants {
			got, err := measure(c.command(), round == 0)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			if round == 0 {
				out[i].memory = got.memory
				continue
			}
			walls[i], cpus[i] = append(walls[i], got.wall), append(cpus[i], got.cpu)
		}
	}
	for i := range out {
		slices.Sort(walls[i])
		slices.Sort(cpus[i])
		out[i].wall, out[i].cpu = walls[i][runs/2], cpus[i][runs/2]
	}
	return out, nil
}

// measure runs the command once, in a session of its own, by which its children are known. It looks at their memory only
// where watch is set.
func measure(command *exec.Cmd, watch bool) (figures, error) {
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if command.Env == nil {
		command.Env = os.Environ()
	}
	command.Env = append(command.Env, "CHECKPOINT_DISABLE=1", "CI=1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	start := time.Now()
	if err := command.Start(); err != nil {
		return figures{}, err
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	var peak int64
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				return figures{}, fmt.Errorf("%w\n%s", err, out.String())
			}
			return figures{time.Since(start), command.ProcessState.UserTime() + command.ProcessState.SystemTime(), peak}, nil
		case <-tick.C:
			if watch {
				peak = max(peak, resident(command.Process.Pid))
			}
		}
	}
}

// resident sums the resident memory of all processes in the session.
func resident(session int) int64 {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	var pages int64
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the process has ended meanwhile
		}
		// The name, in parentheses, may hold spaces; fields are counted after it: state, ppid, pgrp, session, ... rss.
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if len(fields) < 22 || fields[3] != strconv.Itoa(session) {
			continue
		}
		rss, _ := strconv.ParseInt(fields[21], 10, 64)
		pages += rss
	}
	return pages * int64(os.Getpagesize())
}
