package tf_test

import _ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
