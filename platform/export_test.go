package platform

import (
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
