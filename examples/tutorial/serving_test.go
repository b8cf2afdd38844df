package main

import (
	"bytes"
	"encoding/json"
	"io"
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

// fastAPI is an interpreter that has FastAPI, or the test is skipped.
func fastAPI(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(name, "-c", "import fastapi, uvicorn").Run() == nil {
			return name
		}
	}
	t.Skip("the server of services is not run: there is no python3 with FastAPI and uvicorn; apt-get install python3-fastapi uvicorn")
	return ""
}

// TestServingServer runs the server of the sample with a model that the programs of the tutorial trained, in the bucket of a stand-in of
// boto3, and before there is one.
func TestServingServer(t *testing.T) {
	interpreter := fastAPI(t)
	c := newContainer(t)
	c.prepare()
	c.train("linear")
	c.archive()
	stand, err := filepath.Abs("testdata/stand-ins")
	require.NoError(t, err)
	image, err := filepath.Abs("image")
	require.NoError(t, err)
	start := func(model string) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		address := listener.Addr().String()
		_, port, err := net.SplitHostPort(address)
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		command := exec.Command(interpreter, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", port)
		command.Dir = "serving"
		command.Env = append(os.Environ(), "PYTHONPATH="+stand+":"+image, "PYTHONDONTWRITEBYTECODE=1", "BUCKETS="+filepath.Join(c.root, "processing/input"))
		if model != "" {
			command.Env = append(command.Env, "MODEL="+model)
		}
		var log bytes.Buffer
		command.Stdout, command.Stderr = &log, &log
		require.NoError(t, command.Start())
		t.Cleanup(func() { _ = command.Process.Kill(); _ = command.Wait() })
		require.Eventually(t, func() bool {
			answer, err := http.Get("http://" + address + "/health")
			if err != nil {
				return false
			}
			answer.Body.Close()
			return answer.StatusCode == http.StatusOK
		}, 20*time.Second, 50*time.Millisecond, "the server does not answer: %s", &log)
		return "http://" + address
	}
	ask := func(server string, wines string) (int, string) {
		answer, err := http.Post(server+"/predict", "application/json", strings.NewReader(wines))
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	wineOf := func(volatile, sulphates, alcohol string) string {
		return `{"fixed acidity": 7.4, "volatile acidity": ` + volatile + `, "citric acid": 0.3, "residual sugar": 5.9, "chlorides": 0.2, "free sulfur dioxide": 32,
			"total sulfur dioxide": 80, "density": 0.996, "pH": 3.41, "sulphates": ` + sulphates + `, "alcohol": ` + alcohol + `}`
	}

	server := start("s3://model/model.tar.gz")
	status, text := ask(server, "["+wineOf("1.2", "0.58", "9")+","+wineOf("0.3", "1.58", "13.6")+"]")
	require.Equal(t, http.StatusOK, status, text)
	var answers []struct{ Quality float64 }
	require.NoError(t, json.Unmarshal([]byte(text), &answers))
	require.Len(t, answers, 2)
	require.Less(t, answers[0].Quality, answers[1].Quality, "the sample likes alcohol and sulphates, and no volatile acidity")

	status, text = ask(server, `[{"alcohol": 9}]`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, text, "wine 0 has no number for fixed acidity, ")
	status, text = ask(server, "["+wineOf("NaN", "0.58", "9")+"]")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, text, "wine 0 has no number for volatile acidity")
	status, text = ask(server, `[{"alcohol": "strong"}]`)
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, text, "alcohol")

	status, text = ask(start(""), "[]")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, text, "there is no model yet; set MODEL")
}
