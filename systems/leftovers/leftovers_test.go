package leftovers_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/shellcheck"
	"github.com/mlplatform/mlplatform/systems/leftovers"
)

// fakeAWS stands in for the AWS CLI: it answers a call whose words hold the first one of a line of $ANSWERS with the rest of the line, and
// writes down what it is asked.
const fakeAWS = `#!/usr/bin/env bash
echo "$*" >> "$CALLS"
while IFS='|' read -r words answer; do
  case "$*" in *"$words"*) if [ "$answer" = fail ]; then echo "AccessDenied" >&2; exit 254; fi; printf '%b\n' "$answer"; exit ;; esac
done < "$ANSWERS"
`

func run(t *testing.T, answers string, arguments ...string) (output string, calls []string, err error) {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash: the search for what Kubernetes left is not run; install it")
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o755))
		return path
	}
	write("aws", fakeAWS)
	command := exec.Command("bash", append([]string{write("leftovers.sh", leftovers.Script)}, arguments...)...)
	log := write("calls", "")
	command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "CALLS="+log, "ANSWERS="+write("answers", answers))
	out, err := command.CombinedOutput()
	text, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return string(out), strings.Split(strings.TrimSpace(string(text)), "\n"), err
}

func TestNothingIsLeft(t *testing.T) {
	output, calls, err := run(t, "describe-volumes|None\n", "wine-dev-cluster", "vpc-1", "us-west-2")
	require.NoError(t, err, output)
	require.Equal(t, "Kubernetes has left nothing of the cluster wine-dev-cluster\n", output)
	require.Len(t, calls, 7)
	for _, each := range calls {
		require.Regexp(t, `^(ec2 describe-|resourcegroupstaggingapi get-)`, each, "it only looks")
		require.Contains(t, each, "--region us-west-2")
	}
}

func TestSomethingIsLeft(t *testing.T) {
	output, _, err := run(t, `Key=elbv2.k8s.aws/cluster|arn:aws:elasticloadbalancing:us-west-2:222222222222:loadbalancer/app/k8s-a/1\tarn:aws:elasticloadbalancing:us-west-2:222222222222:targetgroup/k8s-a/2
describe-instances|i-1
`, "wine-dev-cluster", "vpc-1", "us-west-2")
	require.Error(t, err)
	require.Equal(t, `load balancers of the cluster wine-dev-cluster:
  arn:aws:elasticloadbalancing:us-west-2:222222222222:loadbalancer/app/k8s-a/1
  arn:aws:elasticloadbalancing:us-west-2:222222222222:targetgroup/k8s-a/2
  -> kubectl get services,ingresses,gateways --all-namespaces shows whose they are: delete those objects while the cluster is there
instances of Karpenter of the cluster wine-dev-cluster:
  i-1
  -> kubectl delete nodepools --all, and wait until kubectl get nodeclaims shows none
`, output)
}

// Who may not look has not seen that nothing is there.
func TestWhatCannotBeSeenIsNoGoodNews(t *testing.T) {
	output, _, err := run(t, "describe-network-interfaces|fail\n", "wine-dev-cluster", "vpc-1", "us-west-2")
	require.Error(t, err)
	require.NotContains(t, output, "left nothing")
	output, _, err = run(t, "", "wine-dev-cluster")
	require.Error(t, err)
	require.Equal(t, "usage: leftovers.sh CLUSTER VPC REGION\n", output)
}

func TestScriptIsSound(t *testing.T) {
	shellcheck.Check(t, map[string]string{"leftovers.sh": leftovers.Script})
}
