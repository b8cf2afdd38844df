package local_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/pipeline"
	"github.com/mlplatform/mlplatform/systems/local"
)

// A daemon stands for Docker's: it takes the containers that the docker command asks for, and does in their place what work does.
type daemon struct {
	work    func(c created) (log string, exit int)
	mutex   sync.Mutex
	created []created
	started chan struct{}
	ended   chan int
}

// created is what the docker command asks for.
type created struct {
	Name            string `json:"-"`
	Image           string
	Entrypoint, Cmd []string
	Env             []string
	HostConfig      struct {
		NetworkMode string
		AutoRemove  bool
		Mounts      []struct{ Type, Source, Target string }
	}
}

func (d *daemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Api-Version", "1.45")
	switch path := r.URL.Path; {
	case strings.HasSuffix(path, "/containers/create"):
		c := created{Name: r.URL.Query().Get("name")}
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		d.mutex.Lock()
		d.created = append(d.created, c)
		d.started, d.ended = make(chan struct{}), make(chan int, 1)
		d.mutex.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, `{"Id": "c1", "Warnings": []}`)
	case strings.HasSuffix(path, "/attach"):
		stream, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer stream.Close()
		fmt.Fprint(stream, "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n")
		<-d.started
		log, exit := d.work(d.created[len(d.created)-1])
		header := make([]byte, 8)
		header[0] = 1 // standard output
		binary.BigEndian.PutUint32(header[4:], uint32(len(log)))
		_, _ = stream.Write(append(header, log...))
		d.ended <- exit
	case strings.HasSuffix(path, "/wait"):
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		fmt.Fprintf(w, `{"StatusCode": %d}`, <-d.ended)
	case strings.HasSuffix(path, "/start"):
		close(d.started)
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{}`)
	}
}

// TestContainer holds that the docker command understands what it is called with, and asks its daemon for what a job needs.
func TestContainer(t *testing.T) {
	if _, err := exec.LookPath("docker"); err != nil {
		t.Skip("no container is asked for: there is no docker command; install the docker client (apt-get install docker-cli, or docker.io), no daemon is needed")
	}
	d := &daemon{work: func(c created) (string, int) {
		for _, each := range c.HostConfig.Mounts {
			if each.Target == "/opt/ml/processing" {
				content, err := os.ReadFile(filepath.Join(each.Source, "input/raw/wine.csv"))
				if err != nil {
					return err.Error() + "\n", 1
				}
				if err := os.WriteFile(filepath.Join(each.Source, "output/report/report.txt"), content, 0o644); err != nil {
					return err.Error() + "\n", 1
				}
			}
		}
		if c.Entrypoint[0] == "false" {
			return "no rows\n", 4
		}
		return "counted\n", 0
	}}
	server := httptest.NewServer(d)
	defer server.Close()
	t.Setenv("DOCKER_HOST", "tcp://"+strings.TrimPrefix(server.URL, "http://"))
	t.Setenv("DOCKER_CONFIG", t.TempDir())

	build := func(entrypoint pipeline.String) *pipeline.Pipeline {
		p := newPipeline()
		p.Processing("count", pipeline.ProcessingArgs{
			Image: image, Entrypoint: []pipeline.String{entrypoint, "/opt/ml/code/count.py"}, Arguments: []pipeline.String{"--fast"},
			Environment: map[string]pipeline.String{"SECRETLESS": "a b"}, Network: &pipeline.Network{Isolated: true},
			Inputs: []pipeline.ProcessingInput{{Name: "raw", S3URI: "s3://data/raw/"}}, Outputs: []pipeline.ProcessingOutput{{Name: "report", S3URI: "s3://out"}},
		})
		return p
	}
	b := newBench(t, nil)
	b.options.Images = map[string]local.Image{image: {Name: "wine:local"}}
	b.options.Engine = "docker"
	b.put("s3://data/raw/wine.csv", "1\n")
	result := b.run(build("python3"))
	require.Equal(t, local.Succeeded, result.Status, result.Summary())
	require.Equal(t, "1\n", b.object("s3://out/report.txt"))
	log, err := os.ReadFile(filepath.Join(result.Step("count").Folder, "log.txt"))
	require.NoError(t, err)
	require.Equal(t, "counted\n", string(log))

	require.Len(t, d.created, 1)
	got := d.created[0]
	require.Equal(t, "wine:local", got.Image)
	require.Equal(t, []string{"python3"}, got.Entrypoint)
	require.Equal(t, []string{"/opt/ml/code/count.py", "--fast"}, got.Cmd)
	require.Contains(t, got.Env, "SECRETLESS=a b")
	require.Equal(t, result.Step("count").Properties["ProcessingJobName"], got.Name)
	require.Equal(t, "none", got.HostConfig.NetworkMode)
	require.True(t, got.HostConfig.AutoRemove)
	targets := map[string]string{}
	for _, each := range got.HostConfig.Mounts {
		require.Equal(t, "bind", each.Type)
		targets[each.Target] = each.Source
	}
	root, err := filepath.Abs(filepath.Join(result.Step("count").Folder, "ml"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"/opt/ml/config": root + "/config", "/opt/ml/output": root + "/output", "/opt/ml/processing": root + "/processing"}, targets, "/opt/ml/code is the image's")

	b.options.ExecutionID = "abcdefghij02"
	require.Contains(t, b.run(build("false")).Reason, "step count failed: AlgorithmError: no rows, exit code 4; the log is ")
}
