package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// figures are what one run cost.
type figures struct {
	wall   time.Duration
	memory int64 // bytes, all processes together at their peak
}

func (f figures) megabytes() float64 { return float64(f.memory) / 1e6 }

// median runs the command several times and takes the median of its wall times. Memory is that of one further run,
// because looking at it takes time from the run.
func median(command func() *exec.Cmd, runs int) (figures, error) {
	watched, err := measure(command(), true)
	if err != nil {
		return figures{}, err
	}
	var walls []time.Duration
	for range runs {
		got, err := measure(command(), false)
		if err != nil {
			return figures{}, err
		}
		walls = append(walls, got.wall)
	}
	sort.Slice(walls, func(i, j int) bool { return walls[i] < walls[j] })
	return figures{walls[len(walls)/2], watched.memory}, nil
}

// measure runs the command once, in a session of its own, by which its children are known. It looks at their memory only
// where watch is set.
func measure(command *exec.Cmd, watch bool) (figures, error) {
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "CI=1", "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20")
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
			return figures{time.Since(start), peak}, nil
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
