package dashboard_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/dashboard"
	"github.com/mlplatform/mlplatform/internal/shellcheck"
)

// fakeAWS stands in for the AWS CLI: it writes down what it is asked, and answers as it does.
const fakeAWS = `#!/usr/bin/env bash
echo "$*" >> "$CALLS"
case "$2" in
describe-workspace) echo "$GRAFANA" ;;
create-workspace-service-account) echo 7 ;;
create-workspace-service-account-token) echo secret-token ;;
delete-workspace-service-account) ;;
*) exit 9 ;;
esac
`

// imported runs the script for one dashboard against a Grafana that has the data source cloudwatch already, and answers dashboards with a
// status.
func imported(t *testing.T, status int, arguments ...string) (asked, calls []string, output string, err error) {
	t.Helper()
	for _, program := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s: the import of dashboards is not run; install it", program)
		}
	}
	var mutex sync.Mutex
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mutex.Lock()
		defer mutex.Unlock()
		asked = append(asked, r.Method+" "+r.URL.Path+" "+string(body))
		switch {
		case r.Header.Get("Authorization") != "Bearer secret-token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.Method == http.MethodGet && !strings.HasSuffix(r.URL.Path, "/cloudwatch"):
			w.WriteHeader(http.StatusNotFound)
		case strings.HasSuffix(r.URL.Path, "/dashboards/db"):
			w.WriteHeader(status)
			io.WriteString(w, `{"message":"so it is"}`)
		}
	}))
	defer server.Close()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), mode))
		return path
	}
	write("bin/aws", fakeAWS, 0o755)
	board, err := dashboard.Cluster("wine-dev").JSON()
	require.NoError(t, err)
	write("dashboards/wine-dev-cluster.json", board, 0o644)
	script := write("dashboards/import.sh", dashboard.ImportScript, 0o755)
	authority := write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})), 0o644)
	log := write("calls", "", 0o644)
	command := exec.Command("bash", append([]string{script}, arguments...)...)
	command.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "CALLS="+log, "GRAFANA="+strings.TrimPrefix(server.URL, "https://"), "CURL_CA_BUNDLE="+authority)
	out, err := command.CombinedOutput()
	text, readErr := os.ReadFile(log)
	require.NoError(t, readErr)
	return asked, strings.Split(strings.TrimSpace(string(text)), "\n"), string(out), err
}

func TestImport(t *testing.T) {
	asked, calls, output, err := imported(t, http.StatusOK, "g-1", "us-west-2", "https://aps.example/workspaces/ws-1/")
	require.NoError(t, err, output)
	require.Equal(t, "data source cloudwatch\ndata source prometheus\ndashboard wine-dev-cluster\n", output)
	var steps []string
	bodies := map[string]map[string]any{}
	for _, each := range asked {
		parts := strings.SplitN(each, " ", 3)
		steps = append(steps, parts[0]+" "+parts[1])
		if parts[2] != "" {
			var body map[string]any
			require.NoError(t, json.Unmarshal([]byte(parts[2]), &body))
			bodies[parts[1]] = body
		}
	}
	require.Equal(t, []string{
		"GET /api/datasources/uid/cloudwatch", "PUT /api/datasources/uid/cloudwatch", "GET /api/datasources/uid/prometheus", "POST /api/datasources", "POST /api/dashboards/db",
	}, steps)
	require.Equal(t, "https://aps.example/workspaces/ws-1/", bodies["/api/datasources"]["url"])
	require.Equal(t, true, bodies["/api/dashboards/db"]["overwrite"])
	require.Equal(t, "wine-dev-cluster", bodies["/api/dashboards/db"]["dashboard"].(map[string]any)["uid"])
	// The account is made for this, and gone afterwards.
	require.Contains(t, calls[len(calls)-1], "delete-workspace-service-account --service-account-id 7 --workspace-id g-1 --region us-west-2")
}

// What Grafana refuses is told, and the account is gone all the same.
func TestImportFails(t *testing.T) {
	_, calls, output, err := imported(t, http.StatusPreconditionFailed, "g-1", "us-west-2")
	require.Error(t, err)
	require.Contains(t, output, "412")
	require.Contains(t, calls[len(calls)-1], "delete-workspace-service-account")
	_, _, output, err = imported(t, http.StatusOK, "g-1")
	require.Error(t, err)
	require.Equal(t, "usage: import.sh WORKSPACE_ID REGION [PROMETHEUS_ENDPOINT]\n", output)
}

func TestImportIsSoundShell(t *testing.T) {
	shellcheck.Check(t, map[string]string{"import.sh": dashboard.ImportScript})
}
