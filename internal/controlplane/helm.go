package controlplane

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A Release is a chart that is installed as Terraform's provider does it with wait and atomic.
type Release struct {
	Name, Namespace string
	// Folder of the chart.
	Folder string
	Values map[string]any
	// Timeout. Default: two minutes.
	Timeout time.Duration
}

func (c *Cluster) helm(t testing.TB, arguments ...string) (string, error) {
	t.Helper()
	command := exec.Command(c.programs.Helm, arguments...)
	command.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(c.folder, "admin.kubeconfig"), "HELM_CACHE_HOME="+c.folder, "HELM_CONFIG_HOME="+c.folder, "HELM_DATA_HOME="+c.folder)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("helm %s: %w: %s", arguments[0], err, problems.String())
	}
	return out.String(), nil
}

func (c *Cluster) values(t testing.TB, r Release) string {
	t.Helper()
	text, err := json.Marshal(r.Values)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "values.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}

// Render is what a chart becomes with these values.
func (c *Cluster) Render(t testing.TB, r Release) (string, error) {
	t.Helper()
	return c.helm(t, "template", r.Name, r.Folder, "--namespace", r.Namespace, "--values", c.values(t, r), "--include-crds", "--kube-version", kubernetesVersion)
}

// Install installs or upgrades the release, waits for it, and takes it back if it fails.
func (c *Cluster) Install(t testing.TB, r Release) error {
	t.Helper()
	r.Timeout = cmp.Or(r.Timeout, 2*time.Minute)
	_, err := c.helm(t, "upgrade", "--install", r.Name, r.Folder, "--namespace", r.Namespace, "--create-namespace", "--values", c.values(t, r), "--wait", "--atomic", "--timeout", r.Timeout.String())
	return err
}

// Rollback brings back a revision.
func (c *Cluster) Rollback(t testing.TB, r Release, revision int) error {
	t.Helper()
	_, err := c.helm(t, "rollback", r.Name, fmt.Sprint(revision), "--namespace", r.Namespace, "--wait", "--timeout", "1m")
	return err
}

// Uninstall removes the release and waits until nothing is left of it.
func (c *Cluster) Uninstall(t testing.TB, r Release) {
	t.Helper()
	_, err := c.helm(t, "uninstall", r.Name, "--namespace", r.Namespace, "--wait", "--timeout", "2m")
	require.NoError(t, err)
	Eventually(t, 2*time.Minute, "nothing is left of "+r.Name, func(ctx context.Context) error {
		left, err := c.Left(ctx, r)
		if err == nil && len(left) > 0 {
			err = fmt.Errorf("%s are left", strings.Join(left, ", "))
		}
		return err
	})
}

// copied is a copy of a folder that may be written, since Go's own may not.
func copied(t testing.TB, folder string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(folder))
	require.NoError(t, os.CopyFS(to, os.DirFS(folder)))
	return to
}

// without is the chart of a folder without its dependencies, which are off and stand in no module.
func without(t testing.TB, folder string) string {
	t.Helper()
	file := filepath.Join(folder, "Chart.yaml")
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var head map[string]any
	require.NoError(t, yaml.Unmarshal(text, &head))
	delete(head, "dependencies")
	text, err = yaml.Marshal(head)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, text, 0o644))
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "Chart.lock")))
	return folder
}
