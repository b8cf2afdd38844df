// Package instances lets instance types pass that are newer than the lists of EC2's and SageMaker's types which
// constructs and documents check against.
package instances

import "github.com/mlplatform/mlplatform/internal/awsfacts"

// Allow lets instance types pass, such as "m9i.large" for EC2 and "ml.m9i.large" for SageMaker, in the whole program.
// What such a type is made of is read from its name.
func Allow(names ...string) { awsfacts.AllowInstanceTypes(names...) }

// AsOf is the day of the lists, as YYYY-MM-DD.
func AsOf() string { return awsfacts.InstancesAsOf() }
