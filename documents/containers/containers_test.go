package containers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/golden"
)

var (
	digest = "@sha256:" + strings.Repeat("0123456789abcdef", 4)
	image  = "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/serve" + digest
)

const secret = "arn:aws:secretsmanager:us-west-2:222222222222:secret:prefect-a1b2c3"

func typical() containers.Task {
	return containers.Task{
		CPU: 256, MemoryMB: 512, LogGroup: "/wine-dev/serve", Region: "us-west-2",
		Containers: []containers.Container{{Name: "serve", Image: image, Ports: []containers.Port{{Number: 8000}}}},
	}
}

// everything uses each field, and everything that a container can wait for.
func everything() containers.Task {
	return containers.Task{
		CPU: 2048, MemoryMB: 8192, Architecture: containers.ARM64, DiskGB: 100, Volumes: []string{"tmp", "model"}, LogGroup: "/wine-dev/serve", Region: "us-west-2",
		Containers: []containers.Container{
			{
				Name: "fetch", Image: image, Optional: true, EntryPoint: []string{"python"}, Command: []string{"-m", "fetch", "--where", "<a> & b"},
				Mounts: []containers.Mount{{Volume: "model", Path: "/model"}}, CPU: 256, MemoryMB: 1024, User: "1000:1000", WorkingDirectory: "/app",
			},
			{
				Name: "proxy", Image: "public.ecr.aws/nginx/nginx:1.27.0", ImmutableTag: true, WritableRoot: true, Init: true,
				Health: &containers.Health{Command: []string{"CMD", "true"}},
			},
			{
				Name: "serve", Image: image, Ports: []containers.Port{{Number: 8000, Name: "http", Protocol: "http"}, {Number: 9000}},
				Environment: map[string]string{"WORKERS": "2", "MODEL": "/model"},
				Secrets:     map[string]secretref.Ref{"API_KEY": {ARN: secret, JSONKey: "key"}, "URL": {ARN: "arn:aws:ssm:us-west-2:222222222222:parameter/url"}},
				Mounts:      []containers.Mount{{Volume: "model", Path: "/model", ReadOnly: true}, {Volume: "tmp", Path: "/tmp"}},
				Health:      &containers.Health{Command: []string{"CMD-SHELL", "curl -f http://localhost:8000/health"}, IntervalSeconds: 10, TimeoutSeconds: 3, Retries: 5, StartSeconds: 60},
				After:       map[string]containers.State{"fetch": containers.Success, "proxy": containers.Healthy}, StartTimeoutSeconds: 120, StopTimeoutSeconds: 60,
			},
		},
	}
}

func TestJSON(t *testing.T) {
	for name, task := range map[string]containers.Task{"typical": typical(), "everything": everything()} {
		text, err := task.JSON()
		require.NoError(t, err)
		golden.Assert(t, "testdata/"+name+".json", []byte(text+"\n"))
		again, err := task.JSON()
		require.NoError(t, err)
		require.Equal(t, text, again)
	}
	require.Equal(t, []string{secret + ":key::", "arn:aws:ssm:us-west-2:222222222222:parameter/url"}, func() (out []string) {
		for _, each := range everything().Secrets() {
			out = append(out, each.ValueFrom())
		}
		return out
	}())
	require.Equal(t, []string{image, "public.ecr.aws/nginx/nginx:1.27.0"}, everything().Images())
}

func TestRepository(t *testing.T) {
	for image, want := range map[string]string{
		image: "arn:aws:ecr:us-west-2:111111111111:repository/wine/serve",
		"111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/serve:1": "arn:aws-cn:ecr:cn-north-1:111111111111:repository/serve",
		"public.ecr.aws/nginx/nginx:1":                             "", "nginx": "",
	} {
		require.Equal(t, want, containers.Repository(image))
	}
}

// The table of AWS, size by size.
func TestSizes(t *testing.T) {
	allowed := map[int]int{}
	for cpu := 0; cpu <= 20000; cpu += 128 {
		for memory := 512; memory <= 131072; memory += 512 {
			if containers.CheckSize(cpu, memory) == nil {
				allowed[cpu]++
			}
		}
	}
	require.Equal(t, map[int]int{256: 3, 512: 4, 1024: 7, 2048: 13, 4096: 23, 8192: 12, 16384: 12}, allowed)
}

func TestProblems(t *testing.T) {
	first := func(change func(*containers.Container)) func(*containers.Task) {
		return func(task *containers.Task) { change(&task.Containers[0]) }
	}
	tests := map[string]struct {
		change func(*containers.Task)
		want   string
	}{
		"cpu":          {func(t *containers.Task) { t.CPU = 300 }, `cpu: 300 is no size of Fargate; use one of 256, 512, 1024, 2048, 4096, 8192, 16384`},
		"memory":       {func(t *containers.Task) { t.MemoryMB = 1536 }, `memoryMB: 1536 does not go with cpu 256 on Fargate; use 512, 1024 or 2048`},
		"more memory":  {func(t *containers.Task) { t.CPU, t.MemoryMB = 8192, 18432 }, `memoryMB: 18432 does not go with cpu 8192 on Fargate; use 16384 to 61440 in steps of 4096`},
		"architecture": {func(t *containers.Task) { t.Architecture = "arm64" }, `architecture: "arm64" is unknown; use X86_64 or ARM64`},
		"disk":         {func(t *containers.Task) { t.DiskGB = 20 }, `diskGB: 20 is out of range; use 21 to 200, or nothing for the 20 that are free`},
		"volumes":      {func(t *containers.Task) { t.Volumes = []string{"a", "a", "/b"} }, "volumes[1]: \"a\" is given twice; drop one\nvolumes[2]: \"/b\" is no name of a volume; use 1 to 255 letters, digits, hyphens and underscores"},
		"log group":    {func(t *containers.Task) { t.LogGroup = "" }, `logGroup: is missing, and what the containers write would be lost; name a log group`},
		"none":         {func(t *containers.Task) { t.Containers = nil }, `containers: has 0 containers; use 1 to 10`},
		"name":         {first(func(c *containers.Container) { c.Name = "a b" }), `containers[0].name: "a b" is no name of a container; use 1 to 255 letters, digits, hyphens and underscores, beginning with a letter or digit`},
		"same name": {func(t *containers.Task) {
			t.Containers = append(t.Containers, containers.Container{Name: "serve", Image: image})
		},
			`containers[1].name: "serve" is given twice; use another name`},
		"optional": {first(func(c *containers.Container) { c.Optional = true }), `containers: are all optional, and the task would never end by itself; make one essential`},
		"sums": {func(t *containers.Task) {
			t.Containers = append(t.Containers, containers.Container{Name: "b", Image: image, CPU: 200, MemoryMB: 500})
			t.Containers[0].CPU, t.Containers[0].MemoryMB = 100, 100
		}, "containers: have 600 MiB together, more than the task's 512; give the task more, or them less\ncontainers: have 300 units together, more than the task's 256; give the task more, or them less"},
		"no version": {first(func(c *containers.Container) { c.Image = "nginx" }), `containers["serve"].image: "nginx" names no version, so that each start could run another image; write registry/name@sha256: and 64 digits`},
		"latest":     {first(func(c *containers.Container) { c.Image, c.ImmutableTag = "nginx:latest", true }), `containers["serve"].image: "nginx:latest" is another image whenever somebody pushes; write registry/name@sha256: and 64 digits`},
		"tag":        {first(func(c *containers.Container) { c.Image = "nginx:1.27" }), `containers["serve"].image: "nginx:1.27" is named by a tag, which may be moved; write registry/name@sha256: and 64 digits, or say that the repository's tags are immutable`},
		"image":      {first(func(c *containers.Container) { c.Image = "Nginx@sha256:1" }), `containers["serve"].image: "Nginx@sha256:1" is no image; write it like registry/name@sha256: and 64 digits`},
		"user":       {first(func(c *containers.Container) { c.User = "a b" }), `containers["serve"].user: "a b" is no user; write it like 1000 or 1000:1000`},
		"large": {first(func(c *containers.Container) { c.Environment = map[string]string{"LONG": strings.Repeat("x", 65536)} }),
			`containers: make a task definition of 66022 bytes, and ECS takes 65536; shorten commands and variables, or let the program read a file`},
		"folder": {first(func(c *containers.Container) { c.WorkingDirectory = "app" }), `containers["serve"].workingDirectory: "app" is not absolute; begin it with a slash`},
		"numbers": {first(func(c *containers.Container) {
			c.CPU, c.MemoryMB, c.StartTimeoutSeconds, c.StopTimeoutSeconds = -1, 5, 1, 121
		}), `containers["serve"].cpu: -1 is out of range; use 0 or more
containers["serve"].memoryMB: 5 is out of range; use 6 to 512
containers["serve"].startTimeoutSeconds: 1 is out of range; use 2 to 120
containers["serve"].stopTimeoutSeconds: 121 is out of range; use 2 to 120`},
		"ports": {first(func(c *containers.Container) {
			c.Ports = []containers.Port{{Number: 0}, {Number: 80, Name: "A", Protocol: "http"}, {Number: 80, Protocol: "http"}, {Number: 81, Protocol: "udp", Name: "a"}}
		}), `containers["serve"].ports[0].number: 0 is out of range; use 1 to 65535
containers["serve"].ports[1].name: "A" is no name of a port; use 1 to 64 lower-case letters, digits, hyphens and underscores
containers["serve"].ports[2].number: 80 is that of the container serve, and all share one address; use another port
containers["serve"].ports[2].protocol: needs a name of the port; give one
containers["serve"].ports[3].protocol: "udp" is unknown; use http, http2 or grpc, or nothing for TCP`},
		"environment": {first(func(c *containers.Container) {
			c.Environment = map[string]string{"1A": "x", "DB_PASSWORD": "hunter2", "ID": "AKIAIOSFODNN7EXAMPLE", "TOKENS": "12", "PREFECT_API_KEY": "pnu_x"}
		}), `containers["serve"].environment["1A"]: "1A" is no name of a variable; use letters, digits and underscores
containers["serve"].environment["DB_PASSWORD"]: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it
containers["serve"].environment["ID"]: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it
containers["serve"].environment["PREFECT_API_KEY"]: looks like a secret, which everybody can read who may look at the task; put it into Secrets Manager, and name it in secrets or let the program read it`},
		"secrets": {first(func(c *containers.Container) {
			c.Environment = map[string]string{"URL": "https://x"}
			c.Secrets = map[string]secretref.Ref{"URL": {ARN: secret}, "a b": {ARN: secret}, "KEY": {ARN: "hunter2"}}
		}), `containers["serve"].secrets["KEY"].arn: is no ARN of a secret or a parameter; write it like arn:aws:secretsmanager:us-west-2:123456789012:secret:name-a1b2c3, never the value itself
containers["serve"].secrets["URL"]: is also among the environment variables; keep one of them
containers["serve"].secrets["a b"]: "a b" is no name of a variable; use letters, digits and underscores`},
		"mounts": {first(func(c *containers.Container) { c.Mounts = []containers.Mount{{Volume: "tmp", Path: "/"}} }),
			"containers[\"serve\"].mounts[0].volume: \"tmp\" is no volume of the task; add it to volumes\ncontainers[\"serve\"].mounts[0].path: \"/\" is no folder for a volume; write it in full, such as /tmp"},
		"health": {first(func(c *containers.Container) {
			c.Health = &containers.Health{Command: []string{"curl"}, IntervalSeconds: 4, TimeoutSeconds: 61, Retries: 11, StartSeconds: 301}
		}), `containers["serve"].health.command: is no command; begin it with CMD or CMD-SHELL and what to run
containers["serve"].health.intervalSeconds: 4 is out of range; use 5 to 300
containers["serve"].health.timeoutSeconds: 61 is out of range; use 2 to 60
containers["serve"].health.retries: 11 is out of range; use 1 to 10
containers["serve"].health.startSeconds: 301 is out of range; use 0 to 300`},
		"after": {func(t *containers.Task) {
			t.Containers = append(t.Containers, containers.Container{Name: "b", Image: image})
			t.Containers[0].After = map[string]containers.State{"b": containers.Healthy, "c": containers.Started}
			t.Containers[1].After = map[string]containers.State{"serve": containers.Success}
		}, `containers["serve"].after["b"]: waits until b is healthy, which it never says; give it health, or wait for START
containers["serve"].after["c"]: "c" is no container of the task; name one of b, serve
containers["b"].after["serve"]: waits for the end of serve, with which the task would end; make it optional
containers: wait for each other: serve -> b -> serve; take one of the conditions away`},
		"state": {func(t *containers.Task) {
			t.Containers = append(t.Containers, containers.Container{Name: "b", Image: image, After: map[string]containers.State{"serve": "RUNNING"}})
		}, `containers["b"].after["serve"]: "RUNNING" is no state; use START, COMPLETE, SUCCESS or HEALTHY`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			task := typical()
			test.change(&task)
			_, err := task.JSON()
			require.EqualError(t, err, test.want)
			require.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func ExampleTask_JSON() {
	text, err := containers.Task{
		CPU: 512, MemoryMB: 1024, LogGroup: "/wine-dev/serve", Region: "us-west-2",
		Containers: []containers.Container{{
			Name: "serve", Image: "111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/serve:1.4.0", ImmutableTag: true,
			Ports: []containers.Port{{Number: 8000}},
		}},
	}.JSON()
	fmt.Println(text, err)
	// Output: [{"name":"serve","image":"111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/serve:1.4.0","essential":true,"portMappings":[{"containerPort":8000,"hostPort":8000,"protocol":"tcp"}],"readonlyRootFilesystem":true,"stopTimeout":30,"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/wine-dev/serve","awslogs-region":"us-west-2","awslogs-stream-prefix":"serve"}}}] <nil>
}
