package platform

import (
	"errors"
	"os"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/delivery/output"
)

// Load reads the configuration in the folder as the command line does. Everything wrong with it is returned together, as
// config.Problems.
func Load(folder string, own ...Option) (*config.Platform, error) {
	return load(options{config: folder, own: gather(own)})
}

func load(o options) (*config.Platform, error) { return o.own.load(o.config) }

// Schema is the JSON Schema of the configuration's files, with the sections of extensions.
func Schema(own ...Option) ([]byte, error) {
	all := gather(own)
	return all.config.Schema()
}

// Synthesize builds all stacks of the platform and writes their Terraform JSON into the folder, in the place of what an
// earlier synthesis left there. With any problem nothing is written. It runs Node.js; only one synthesis can run at a
// time in a process.
func Synthesize(platform *config.Platform, folder string, own ...Option) error {
	place, err := output.PlaceAt(folder)
	if err != nil {
		return err
	}
	fresh, err := build(platform, options{own: gather(own)}, place.Beside)
	if err != nil {
		if mended := (mistake{}); errors.As(err, &mended) {
			return mended.error
		}
		return err
	}
	defer os.RemoveAll(fresh)
	defer removedOnInterrupt(fresh)()
	return output.Install(fresh, place.Target)
}
