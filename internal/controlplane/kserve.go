package controlplane

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// KServe are the charts of KServe with the values that this platform gives them in Standard mode.
func KServe(t testing.TB) []Release {
	t.Helper()
	charts := kserveModule.in("charts").path(t)
	release := func(name string, values map[string]any) Release {
		return Release{Name: name, Namespace: "kserve", Folder: copied(t, filepath.Join(charts, name)), Values: values, Timeout: 4 * time.Minute}
	}
	return []Release{
		release("kserve-crd", nil),
		release("kserve-resources", map[string]any{"kserve": map[string]any{"controller": map[string]any{
			"deploymentMode": "Standard",
			"gateway":        map[string]any{"ingressGateway": map[string]any{"enableGatewayApi": true, "kserveGateway": "kserve/kserve-ingress-gateway"}},
		}}}),
		release("kserve-runtime-configs", map[string]any{"kserve": map[string]any{"servingruntime": map[string]any{
			"enabled": true, "mlserver": map[string]any{"tag": "1.7.1"},
		}}}),
	}
}

// StartKServe installs KServe's charts and runs its controller here: the Deployment of the chart is there as well, whose pods the stand-in
// for the kubelet only says to run. KServe's webhooks are led to this machine.
func (c *Cluster) StartKServe(t testing.TB) []Release {
	t.Helper()
	charts := KServe(t)
	for _, each := range charts[:2] {
		require.NoError(t, c.Install(t, each))
	}
	c.runKServe(t)
	require.NoError(t, c.Install(t, charts[2]))
	return charts
}

// runKServe runs the controller of the charts that are installed.
func (c *Cluster) runKServe(t testing.TB) {
	t.Helper()
	ports := freePorts(t, 3)
	c.leadWebhooks(t, ports[0])

	serving := c.authority.issue(t, "kserve", "kserve", []string{"system:masters"})
	temporary := filepath.Join(c.folder, "kserve")
	certificates := filepath.Join(temporary, "k8s-webhook-server", "serving-certs")
	require.NoError(t, os.MkdirAll(certificates, 0o700))
	for from, to := range map[string]string{serving.certificate: "tls.crt", serving.key: "tls.key"} {
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(certificates, to), text, 0o600))
	}
	c.run(t, "kserve", []string{"POD_NAMESPACE=kserve", "TMPDIR=" + temporary}, c.programs.KServe, "--kubeconfig", c.kubeconfig(t, "kserve"),
		"--webhook-port", fmt.Sprint(ports[0]), "--metrics-addr", fmt.Sprintf("127.0.0.1:%d", ports[1]), "--health-probe-addr", fmt.Sprintf("127.0.0.1:%d", ports[2]))
	Eventually(t, 2*time.Minute, "KServe's controller is ready", func(context.Context) error {
		return reachable(fmt.Sprintf("http://127.0.0.1:%d/readyz", ports[2]))
	})
}

// leadWebhooks leads the webhooks of KServe from their Service, which nobody answers here, to a port of this machine.
func (c *Cluster) leadWebhooks(t testing.TB, port int) {
	t.Helper()
	ctx := context.Background()
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		list, err := c.All(ctx, "admissionregistration.k8s.io/v1", kind, "")
		require.NoError(t, err)
		require.NotEmpty(t, list)
		for _, each := range list {
			each["apiVersion"], each["kind"] = "admissionregistration.k8s.io/v1", kind
			for _, webhook := range each.List("webhooks") {
				if webhook.Text("clientConfig", "service", "namespace") != "kserve" {
					continue
				}
				webhook["clientConfig"] = map[string]any{
					"url": fmt.Sprintf("https://127.0.0.1:%d%s", port, webhook.Text("clientConfig", "service", "path")), "caBundle": base64.StdEncoding.EncodeToString(c.authority.pem),
				}
			}
			require.NoError(t, c.Put(ctx, each))
		}
	}
}

// reachable reports whether somebody answers over HTTP.
func reachable(url string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	return nil
}
