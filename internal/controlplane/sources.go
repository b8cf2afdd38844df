package controlplane

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A source is a folder of a Go module in which a project publishes its schemas or charts.
type source struct {
	// Module at its version, and the hash that Go's checksum database has for it.
	module, version, sum string
	// folder in the module.
	folder string
}

// Modules that publish schemas and charts. They are downloaded by Go and read where Go keeps them; nothing of them is compiled.
var (
	kserveModule    = source{module: "github.com/kserve/kserve", version: kserveVersion, sum: "h1:Bs7HxmGV4KFqqptDcWseKv+mwD4YOYHJWcuVgPG2Gug="}
	certManager     = source{module: "github.com/cert-manager/cert-manager", version: "v1.21.2", sum: "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68="}
	externalSecrets = source{module: "github.com/external-secrets/external-secrets", version: "v1.3.2", sum: "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ="}
	gatewayAPI      = source{module: "sigs.k8s.io/gateway-api", version: "v1.5.1", sum: "h1:RqVRIlkhLhUO8wOHKTLnTJA6o/1un4po4/6M1nRzdd0="}
	keda            = source{module: "github.com/kedacore/keda/v2", version: "v2.21.0", sum: "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps="}
	prometheus      = source{module: "github.com/prometheus-operator/prometheus-operator", version: "v0.85.0", sum: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s="}
	karpenter       = source{module: "github.com/aws/karpenter-provider-aws", version: "v1.8.2", sum: "h1:oSx4o/7myDNRGXL6YxfielfczQ/8lOYqL03LzfmdqW8="}
	knative         = source{module: "knative.dev/serving", version: "v0.51.0", sum: "h1:yN2Q7eYqJgoPfZkATjoBZyGbZ2P1Qhns9HIMU4mF+to="}
	istio           = source{module: "istio.io/istio", version: "v0.0.0-20260827124520-eed52ebb66ad", sum: "h1:ui9TJjRMAV/hb5ehQaZDq7IUGxuQP6dra9lapT/VjHI="}
	envoyGateway    = source{module: "github.com/envoyproxy/gateway", version: "v1.8.1", sum: "h1:i8POtrPtel3n0iGP55MNy6U1rTW4msyhkEWjXAF09ts="}
	knativeOperator = source{module: "knative.dev/operator", version: "v0.42.2", sum: "h1:wgAWYHwoSFmV+wPHCt5dZahHTHLy2VCM4G82PEo9iSc="}
	devicePlugin    = source{module: "github.com/NVIDIA/k8s-device-plugin", version: "v0.18.0", sum: "h1:zTAcR+pU90bEFwLD6WVFn2F77h8bDzqpIuqn+O2Sl/s="}
	metricsServer   = source{module: "sigs.k8s.io/metrics-server", version: "v0.9.0", sum: "h1:nlqqZ2H0Xfko8eJC/1qaNVVT17hu4rxndkOi22KTZ4w="}
)

func (s source) in(folder string) source {
	s.folder = folder
	return s
}

// path is the folder, downloaded where it is not there.
func (s source) path(t testing.TB) string {
	t.Helper()
	command := exec.Command("go", "mod", "download", "-json", s.module+"@"+s.version)
	command.Dir = os.TempDir()
	command.Env = append(os.Environ(), "GOWORK=off", "GOTOOLCHAIN=local")
	out, err := command.Output()
	var got struct{ Dir, Sum, Error string }
	if jsonErr := json.Unmarshal(out, &got); jsonErr != nil || err != nil {
		t.Fatalf("%s@%s cannot be had: %v %s", s.module, s.version, err, got.Error)
	}
	require.Equal(t, s.sum, got.Sum, "%s@%s is not what it was", s.module, s.version)
	return filepath.Join(got.Dir, filepath.FromSlash(s.folder))
}

// yamlFiles are the files in YAML of a folder, or the file itself.
func (s source) yamlFiles(t testing.TB) []string {
	t.Helper()
	path := s.path(t)
	if strings.HasSuffix(path, ".yaml") {
		return []string{path}
	}
	files, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files, path)
	return files
}
