package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// transform lets a model answer for all records of the input, as a batch transform job does, and returns what
// DescribeTransformJob would say.
// https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-batch-code.html
func (s *site) transform(ctx context.Context, j *job, arguments map[string]any) (map[string]any, error) {
	in := at(arguments, "TransformInput")
	if err := source(textAt(in, "DataSource.S3DataSource.S3DataType"), ""); err != nil {
		return nil, err
	}
	if kind := textAt(in, "CompressionType"); kind != "" && kind != "None" {
		return nil, fmt.Errorf("the input is compressed by %s, which is not expanded here", kind)
	}
	shape, err := newRecords(arguments)
	if err != nil {
		return nil, err
	}
	input := filepath.Join(j.folder, "input")
	if err := s.store.download(textAt(in, "DataSource.S3DataSource.S3Uri"), input); err != nil {
		return nil, err
	}
	described := describe(arguments, "TransformJob", j.name)
	serving, err := s.serving(textAt(arguments, "ModelName"))
	if err != nil {
		return nil, err
	}
	server, err := s.serve(ctx, j, serving, textMapAt(arguments, "Environment"))
	if err != nil {
		return nil, err
	}
	defer server.stop()
	j.oneInstance(intAt(arguments, "TransformResources.InstanceCount"))
	output := filepath.Join(j.folder, "output")
	err = filepath.WalkDir(input, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, err := filepath.Rel(input, name)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		answers, err := shape.transform(content, func(body []byte) ([]byte, error) { return server.ask(ctx, body, shape) })
		if err != nil {
			return fmt.Errorf("%s: %w", inside, err)
		}
		target := filepath.Join(output, inside+".out")
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, answers, 0o644)
	})
	if err != nil {
		return nil, err
	}
	if err := s.store.upload(output, textAt(arguments, "TransformOutput.S3OutputPath")); err != nil {
		return nil, err
	}
	return ended(described, "Transform"), nil
}

// A server is a model that answers on a port of this machine.
type server struct {
	url  string
	stop func()
	job  *job
}

// startTime is how long a model has to answer its first ping.
const startTime = 2 * time.Minute

// serve starts the container of a model and waits until it answers.
func (s *site) serve(ctx context.Context, j *job, serving map[string]any, environment map[string]string) (*server, error) {
	folder := j.root("model")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	if uri := textAt(serving, "ModelDataUrl"); uri != "" {
		file, err := s.artifact(uri)
		if err != nil {
			return nil, err
		}
		if err := unpack(file, folder); err != nil {
			return nil, err
		}
	}
	all := textMapAt(serving, "Environment")
	maps.Copy(all, environment)
	all["SAGEMAKER_BATCH"] = "true"
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	command, err := s.command(ctx, container{
		name: j.name, image: textAt(serving, "Image"), arguments: []string{"serve"}, root: j.root(), environment: all, port: port, log: j.log,
	})
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	gone := make(chan error, 1)
	go func() { gone <- command.Wait() }()
	made := &server{url: fmt.Sprintf("http://127.0.0.1:%d", port), job: j, stop: func() {
		cancel()
		<-gone
	}}
	deadline := time.Now().Add(startTime)
	for {
		if answer, err := http.Get(made.url + "/ping"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return made, nil
			}
		}
		select {
		case err := <-gone:
			cancel()
			return nil, fmt.Errorf("the model ended before it answered: %s (%w); the log is %s", j.log.lastLine(), err, j.log.file.Name())
		case <-ctx.Done():
			made.stop()
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			made.stop()
			return nil, fmt.Errorf("the model does not answer /ping within %s; the log is %s", startTime, j.log.file.Name())
		}
	}
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// ask sends one request.
func (s *server) ask(ctx context.Context, body []byte, shape *records) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/invocations", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if shape.contentType != "" {
		request.Header.Set("Content-Type", shape.contentType)
	}
	if shape.accept != "" {
		request.Header.Set("Accept", shape.accept)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(fmt.Sprintf("ModelError: the model answered %d: %.300s", answer.StatusCode, text)) + "; the log is " + s.job.log.file.Name())
	}
	return text, nil
}
