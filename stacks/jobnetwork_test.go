package stacks_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/synthtest"
)

// TestJobsReachWhatTheVPCHas: with endpoints for what they call, jobs in the network get no way into the world but the one that the
// configuration names.
func TestJobsReachWhatTheVPCHas(t *testing.T) {
	text, err := os.ReadFile(configurations[0] + "/environments/dev.yaml")
	require.NoError(t, err)
	inNetwork := strings.Replace(string(text), "\ntraining:\n", "\ntraining:\n  network: true\n", 1)
	for name, test := range map[string]struct {
		network string
		want    map[string]bool
	}{
		"gateways alone":              {"", map[string]bool{"0.0.0.0/0": true}},
		"interfaces without s3":       {"  endpoints: [sts]\n", map[string]bool{"0.0.0.0/0": true}},
		"endpoints":                   {"  endpoints: [s3, dynamodb, sts]\n", map[string]bool{"group": true, "s3": true, "dynamodb": true}},
		"endpoints, and what is told": {"  endpoints: [s3, sts]\n  jobDestinations: [10.0.0.0/8]\n", map[string]bool{"group": true, "s3": true, "10.0.0.0/8": true}},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"environments/dev.yaml": strings.Replace(inNetwork, "  nat: single\n", "  nat: single\n"+test.network, 1)}
			template := synthtest.Parse(t, string(builtOne(t, configurations[0], files, "dev")))
			got := map[string]bool{}
			for address, rule := range template.Resources("aws_vpc_security_group_egress_rule") {
				if !strings.HasPrefix(address, "training_network_") {
					continue
				}
				switch {
				case rule["cidr_ipv4"] != nil:
					got[rule["cidr_ipv4"].(string)] = true
				case rule["referenced_security_group_id"] != nil:
					require.Contains(t, rule["referenced_security_group_id"], "aws_security_group.network_endpoints_")
					got["group"] = true
				default:
					list := rule["prefix_list_id"].(string)
					for _, service := range []string{"s3", "dynamodb"} {
						if strings.HasPrefix(list, "${aws_vpc_endpoint.network_endpoint-"+service+"_") {
							got[service] = true
						}
					}
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}
