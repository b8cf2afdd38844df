package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/constructs/network"
)

// TestEndpointGroups: the configuration offers all groups of the construct, under the same names.
func TestEndpointGroups(t *testing.T) {
	var groups []string
	for _, group := range network.EndpointGroups() {
		groups = append(groups, string(group))
	}
	require.ElementsMatch(t, groups, config.EndpointGroup("").Values())
}
