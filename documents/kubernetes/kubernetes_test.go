package kubernetes_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
)

func TestObjects(t *testing.T) {
	kubernetestest.Golden(t, "testdata/objects.yaml", kubernetestest.Kubernetes())
}

func TestProblems(t *testing.T) {
	kubernetestest.Problems(t, "testdata/problems.txt", kubernetestest.WrongKubernetes())
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := kubernetes.YAML(kubernetes.Service{Metadata: kubernetes.Metadata{Name: "MLflow", Labels: map[string]string{"a b": "c d"}}})
	require.EqualError(t, err, `Service MLflow: name: "MLflow" is no name of a Service; use up to 63 lower-case letters, digits and -, with a letter or digit at both ends, and begin with a letter
namespace: is missing; say in which namespace the Service is
labels["a b"]: "a b" is no key; write it like team or example.com/team, with up to 63 letters, digits and .-_ behind the slash
labels["a b"]: "c d" is no value of a label; use up to 63 letters, digits and .-_ with a letter or digit at both ends
selector: is missing; give labels of the pods
ports: are missing; give at least one`)
	require.EqualError(t, kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: "a", Namespace: "b"}}.Validate(), `namespace: "b" is given, but a Namespace is in no namespace; leave it out`)
}

func TestDuration(t *testing.T) {
	for want, given := range map[string]time.Duration{
		"1h": time.Hour, "1h30m": 90 * time.Minute, "30s": 30 * time.Second, "720h": 720 * time.Hour, "1s500ms": 1500 * time.Millisecond, "1h1s": time.Hour + time.Second, "0s": 0,
	} {
		require.Equal(t, want, kubernetes.Duration(given).String())
	}
}

func TestTokensAreTaken(t *testing.T) {
	binding := kubernetes.TargetGroupBinding{
		Metadata: kubernetes.Metadata{Name: "a", Namespace: "b"}, ServiceRef: kubernetes.ServiceRef{Name: "a", Port: "80"}, TargetGroupARN: kubernetes.Value("targetGroup"),
	}
	text, err := kubernetes.YAML(binding)
	require.NoError(t, err)
	require.Contains(t, string(text), "targetGroupARN: ${helm.values.targetGroup}\n")
}
