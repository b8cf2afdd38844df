package stacks_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// Nodes, their disks and their interfaces are made by EC2, so the provider's default tags do not reach them, and what
// keeps deployments of one account apart by tags would not either.
func TestNodesHaveTheTagsOfTheirStack(t *testing.T) {
	checked := 0
	for _, dir := range configurations {
		for _, env := range load(t, dir, nil).Environments {
			template := synthtest.Parse(t, string(builtOne(t, dir, nil, env.Name)))
			tags := defaultTags(t, template)
			for address, launch := range template.Resources("aws_launch_template") {
				kinds := map[string]bool{}
				for _, each := range launch["tag_specifications"].([]any) {
					specification := each.(map[string]any)
					kinds[specification["resource_type"].(string)] = true
					for key, value := range tags {
						require.Equal(t, value, specification["tags"].(map[string]any)[key], "%s %s: %s", env.Name, address, key)
					}
				}
				require.Equal(t, map[string]bool{"instance": true, "network-interface": true, "volume": true}, kinds, address)
				checked++
			}
		}
	}
	require.NotZero(t, checked)
}
