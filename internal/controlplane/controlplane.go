// Package controlplane starts a real control plane of Kubernetes on this machine for tests: etcd, the API server and the controllers
// of Kubernetes, KServe's own controller, Helm, and a stand-in for the kubelet, which says of every pod that it runs. The programs are built of
// Go modules of their own, in programs, so that this module does not depend on Kubernetes. Images, nodes, networks and AWS are not there.
package controlplane

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A Cluster is a control plane that runs. Its client may do everything.
type Cluster struct {
	*Client
	// Kubelet is the stand-in.
	Kubelet *Kubelet

	folder    string
	authority *authority
	programs  Programs
}

// Start starts the control plane, and ends it with the test.
func Start(t testing.TB, programs Programs) *Cluster {
	t.Helper()
	began := time.Now()
	folder := t.TempDir()
	authority, err := newAuthority(folder)
	require.NoError(t, err)
	ports := freePorts(t, 4)
	c := &Cluster{folder: folder, authority: authority, programs: programs}
	address := fmt.Sprintf("https://127.0.0.1:%d", ports[2])
	etcd := fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	peer := fmt.Sprintf("http://127.0.0.1:%d", ports[1])
	c.run(t, "etcd", nil, programs.ControlPlane, "etcd", "--data-dir", filepath.Join(folder, "etcd"), "--unsafe-no-fsync", "--log-level", "error",
		"--listen-client-urls", etcd, "--advertise-client-urls", etcd, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
		"--initial-cluster", "default="+peer)

	serving := authority.issue(t, "apiserver", "kubernetes", nil)
	accounts := authority.key(t, "accounts")
	c.run(t, "apiserver", nil, programs.ControlPlane, "apiserver", "--etcd-servers", etcd, "--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(ports[2]),
		"--tls-cert-file", serving.certificate, "--tls-private-key-file", serving.key, "--client-ca-file", authority.file,
		"--authorization-mode", "RBAC", "--allow-privileged", "--endpoint-reconciler-type", "none", "--enable-priority-and-fairness=false", "--service-cluster-ip-range", "10.0.0.0/24",
		"--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", accounts, "--service-account-signing-key-file", accounts,
		"--cert-dir", folder)

	admin := authority.issue(t, "admin", "admin", []string{"system:masters"})
	certificate, err := tls.LoadX509KeyPair(admin.certificate, admin.key)
	require.NoError(t, err)
	c.Client = newClient(address, authority.pem, &certificate, "")
	Eventually(t, 5*time.Minute, "the API server is ready", func(ctx context.Context) error {
		_, err := c.Do(ctx, http.MethodGet, "/readyz", nil, nil)
		return err
	})

	c.run(t, "controllers", nil, programs.ControlPlane, "controllers", "--kubeconfig", c.kubeconfig(t, "admin"), "--leader-elect=false", "--use-service-account-credentials=false",
		"--bind-address", "127.0.0.1", "--secure-port", fmt.Sprint(ports[3]), "--cert-dir", folder,
		"--service-account-private-key-file", accounts, "--root-ca-file", authority.file, "--controllers", controllers, "--kube-api-qps", "500", "--kube-api-burst", "1000")
	Eventually(t, 5*time.Minute, "the controllers make service accounts", func(ctx context.Context) error {
		_, err := c.Get(ctx, "v1", "ServiceAccount", "default", "default")
		return err
	})
	c.Kubelet = startKubelet(t, c)
	t.Logf("the control plane is ready after %.1f s", time.Since(began).Seconds())
	return c
}

// controllers are those that what we install needs.
var controllers = strings.Join([]string{
	"deployment-controller", "replicaset-controller", "statefulset-controller", "daemonset-controller", "job-controller", "cronjob-controller",
	"endpoints-controller", "endpointslice-controller", "serviceaccount-controller", "serviceaccount-token-controller", "namespace-controller",
	"garbage-collector-controller", "root-ca-certificate-publisher-controller", "clusterrole-aggregation-controller", "horizontal-pod-autoscaler-controller",
	"disruption-controller", "resourcequota-controller", "ttl-after-finished-controller",
}, ",")

// run starts a program, which ends with the test. What it writes is shown where the test fails.
func (c *Cluster) run(t testing.TB, name string, environment []string, program string, arguments ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(c.folder, name+".log"))
	require.NoError(t, err)
	command := exec.Command(program, arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(append(os.Environ(), "GOGC=200"), environment...)
	require.NoError(t, command.Start())
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		command.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(2 * time.Second):
			command.Process.Kill()
			<-ended
		}
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the last lines of %s:\n%s", name, tail(text, 25))
		}
	})
}

func tail(text []byte, lines int) string {
	all := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return string(bytes.Join(all, []byte("\n")))
}

func (c *Cluster) kubeconfig(t testing.TB, who string) string {
	t.Helper()
	file := filepath.Join(c.folder, who+".kubeconfig")
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: %q, certificate-authority: %q}}]
users: [{name: u, user: {client-certificate: %q, client-key: %q}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`, c.address, c.authority.file, c.authority.path(who+".crt"), c.authority.path(who+".key"))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// freePorts are ports that nobody listens on.
func freePorts(t testing.TB, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// Eventually tries until there is no error.
func Eventually(t testing.TB, patience time.Duration, what string, try func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		once, done := context.WithTimeout(ctx, time.Minute)
		err := try(once)
		done()
		if err == nil {
			return
		}
		// That time is up says less than what was wrong until then.
		if ctx.Err() == nil || last == nil {
			last = err
		}
		time.Sleep(100 * time.Millisecond)
	}
	require.NoError(t, last, "%s: not within %s", what, patience)
}
