package config

import (
	"maps"
	"slices"
)

// A Source is one file of the configuration, as it was read.
type Source struct {
	// File is its path from where Load was called.
	File string
	// Text is what stands in it.
	Text string

	places map[string]place
}

// Source is the file of an environment. The name "" or OperationsName stands for platform.yaml.
func (p *Platform) Source(environment string) Source {
	if environment == OperationsName {
		environment = ""
	}
	return p.sources[environment]
}

// Paths are the keys that stand in the file, with those that they stand in, such as network.cidr and network. They are sorted.
func (s Source) Paths() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s.places)), func(path string) bool { return path == "" })
}

// Line is where the value of a key stands, or the nearest thing around it where the key is not in the file. It counts from 1.
func (s Source) Line(path string) int {
	return (&file{places: s.places}).at(path).line
}

func (f *file) source() Source { return Source{File: f.name, Text: f.text, places: f.places} }
