package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/mlplatform/mlplatform/documents/kubernetes"
)

// Of is an object of ours as the API server takes it. It is not checked first.
func Of(t testing.TB, object kubernetes.Object) Object {
	t.Helper()
	text, err := kubernetes.JSON(object)
	require.NoError(t, err)
	var out Object
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// Documents are the objects in a text of YAML.
func Documents(t testing.TB, text []byte) []Object {
	t.Helper()
	var out []Object
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var read map[string]any
		err := decoder.Decode(&read)
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		again, err := json.Marshal(read)
		require.NoError(t, err)
		var object Object
		require.NoError(t, json.Unmarshal(again, &object))
		if object.Text("kind") != "" {
			out = append(out, object)
		}
	}
}

// Define makes the CustomResourceDefinitions of files, and waits until the API server serves them.
func (c *Cluster) Define(t testing.TB, files ...string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	var working sync.WaitGroup
	var mutex sync.Mutex
	var failed []error
	n := 0
	few := make(chan bool, 8) // more at once take the API server longer than it gives a request
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, each := range Documents(t, text) {
			if each.Text("kind") != "CustomResourceDefinition" {
				continue
			}
			n++
			working.Add(1)
			go func() {
				defer working.Done()
				few <- true
				defer func() { <-few }()
				if _, err := c.Do(ctx, http.MethodPost, definitions, nil, each); err != nil {
					mutex.Lock()
					defer mutex.Unlock()
					failed = append(failed, fmt.Errorf("%s: %w", each.Name(), err))
				}
			}()
		}
	}
	working.Wait()
	require.Empty(t, failed)
	Eventually(t, 2*time.Minute, "the CustomResourceDefinitions are served", func(ctx context.Context) error {
		list, err := c.Do(ctx, http.MethodGet, definitions, nil, nil)
		if err != nil {
			return err
		}
		for _, each := range list.List("items") {
			if each.Condition("Established") != "True" {
				return fmt.Errorf("%s is not served yet", each.Text("metadata", "name"))
			}
		}
		return nil
	})
	return n
}

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
