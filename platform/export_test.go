package platform

import (
	"io"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Build synthesises the configurations into folders beside the given one, all in one run of the jsii runtime that has
// started for them.
func Build(beside string, configurations ...string) (folders []string, err error) {
	tf.CloseRuntime()
	defer tf.CloseRuntime()
	for _, each := range configurations {
		platform, err := config.Load(each)
		if err != nil {
			return nil, err
		}
		folder, err := build(platform, options{}, beside)
		if err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// RemovedOnInterrupt is what guards output that is being built.
var RemovedOnInterrupt = removedOnInterrupt

// Positioned adds files and lines to problems of building the stacks.
var Positioned = positioned

// Say says something on a line of progress, and takes it away again.
func Say(out io.Writer, watched bool, text string) {
	p := progressOn(out)
	if watched {
		p = progress{out}
	}
	p.say("%s", text)
	p.end()
}
