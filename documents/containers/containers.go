// Package containers writes what a task of Amazon ECS on Fargate runs: its containers, in the JSON that ECS takes, with sizes, images,
// ports, health and start order checked, and with secrets as references only. It is pure Go.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
package containers

import (
	"cmp"
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/secretref"
	"github.com/mlplatform/mlplatform/internal/jsontext"
)

// Architecture is the processor that the images are built for.
type Architecture string

// The architectures of Fargate.
const (
	X86   Architecture = "X86_64"
	ARM64 Architecture = "ARM64"
)

// A Task is what runs together on one network interface. CPU, MemoryMB, Containers, LogGroup and Region are required.
type Task struct {
	// CPU of the task in units, of which 1024 are a virtual processor: one of those of Sizes.
	CPU int
	// MemoryMB of the task in MiB: one that Sizes has for the CPU.
	MemoryMB int
	// Architecture of the images. Default: X86.
	Architecture Architecture
	// DiskGB is the disk that all containers share, 21 to 200 GiB. Default: 0, Fargate's own 20.
	DiskGB int
	// Volumes are empty folders on that disk, which containers mount and share. They end with the task.
	Volumes []string
	// Containers of the task. At least one is essential.
	Containers []Container
	// LogGroup takes what the containers write.
	LogGroup string
	// Region of the log group.
	Region string
}

// A Container of a task. Name and Image are required.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
type Container struct {
	// Name of the container: 1 to 255 letters, digits, hyphens and underscores.
	Name string
	// Image by digest, such as 111111111111.dkr.ecr.us-west-2.amazonaws.com/serve@sha256:... A tag could mean another image tomorrow.
	Image string
	// ImmutableTag says that the image is named by a tag of a repository in which tags cannot be moved. Default: false.
	ImmutableTag bool
	// EntryPoint in place of the image's. Default: the image's.
	EntryPoint []string
	// Command in place of the image's. Default: the image's.
	Command []string
	// WorkingDirectory in the container, absolute. Default: the image's.
	WorkingDirectory string
	// User that runs it, such as 1000 or 1000:1000. Default: the image's.
	User string

	// CPU is the share of the task's units that the container has when all want more. Default: what others leave.
	CPU int
	// MemoryMB is the limit beyond which the container is killed, at least 6. Default: the task's.
	MemoryMB int
	// Optional lets the task live on when the container ends. Default: false, the task ends with it.
	Optional bool
	// Ports at which it listens.
	Ports []Port

	// Environment variables. Values that are secret do not belong here, and names that tell of one are refused.
	Environment map[string]string
	// Secrets are environment variables that ECS fills in at the start of the container. Later changes reach new tasks only.
	Secrets map[string]secretref.Ref

	// WritableRoot lets the container write anywhere in its file system. Default: false, only to mounted volumes.
	WritableRoot bool
	// Mounts of the task's volumes.
	Mounts []Mount

	// Health says whether the container is well. Default: ECS looks at the process alone.
	Health *Health
	// After are the other containers that this one waits for, with what it waits for.
	After map[string]State
	// StartTimeoutSeconds is how long to wait for After, 2 to 120, before the task is given up. Default: 0, Fargate's own 3 minutes.
	StartTimeoutSeconds int
	// StopTimeoutSeconds is how long the container may take to end after SIGTERM, 2 to 120. Default: 30.
	StopTimeoutSeconds int
	// Init runs a process 1 that passes signals on and reaps what the container leaves behind. Default: false.
	Init bool
}

// A Port at which a container listens.
type Port struct {
	// Number, 1 to 65535.
	Number int
	// Name for Service Connect: lower-case letters, digits, hyphens and underscores. Default: none.
	Name string
	// Protocol that Service Connect understands: http, http2 or grpc. Default: none, TCP.
	Protocol string
}

// A Mount of a volume.
type Mount struct {
	// Volume is one of the task's.
	Volume string
	// Path in the container, absolute.
	Path string
	// ReadOnly keeps this container from writing. Default: false.
	ReadOnly bool
}

// State is what another container must have come to.
type State string

// The states. Success and Complete are those of containers that end, which must be Optional; Healthy needs Health.
const (
	Started  State = "START"
	Complete State = "COMPLETE"
	Success  State = "SUCCESS"
	Healthy  State = "HEALTHY"
)

// Health is a command in the container that ends with 0 while all is well.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
type Health struct {
	// Command begins with CMD, for a program with arguments, or CMD-SHELL, for one line for /bin/sh.
	Command []string
	// IntervalSeconds between two runs, 5 to 300. Default: 30.
	IntervalSeconds int
	// TimeoutSeconds of a run, 2 to 60. Default: 5.
	TimeoutSeconds int
	// Retries are the failures in a row that make the container unhealthy, 1 to 10. Default: 3.
	Retries int
	// StartSeconds in which failures do not count, 0 to 300. Default: 0.
	StartSeconds int
}

// WithDefaults fills in what is left out.
func (t Task) WithDefaults() Task {
	t.Architecture = cmp.Or(t.Architecture, X86)
	t.Containers = slices.Clone(t.Containers)
	for i, c := range t.Containers {
		c.StopTimeoutSeconds = cmp.Or(c.StopTimeoutSeconds, 30)
		if c.Health != nil {
			h := *c.Health
			for value, otherwise := range map[*int]int{&h.IntervalSeconds: 30, &h.TimeoutSeconds: 5, &h.Retries: 3} {
				if *value == 0 {
					*value = otherwise
				}
			}
			c.Health = &h
		}
		t.Containers[i] = c
	}
	return t
}

// Secrets are the references of all containers, in order.
func (t Task) Secrets() []secretref.Ref {
	var all []secretref.Ref
	for _, c := range t.Containers {
		for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
			all = append(all, c.Secrets[name])
		}
	}
	return all
}

// Images are the images of all containers, each once, in order.
func (t Task) Images() []string {
	var all []string
	for _, c := range t.Containers {
		if !slices.Contains(all, c.Image) {
			all = append(all, c.Image)
		}
	}
	return all
}

// The form in which ECS takes containers. What it reads back in another form, or fills in by itself, is written as it reads it, so that a
// second plan is empty.
type (
	definition struct {
		Name             string       `json:"name"`
		Image            string       `json:"image"`
		Essential        bool         `json:"essential"`
		EntryPoint       []string     `json:"entryPoint,omitempty"`
		Command          []string     `json:"command,omitempty"`
		WorkingDirectory string       `json:"workingDirectory,omitempty"`
		User             string       `json:"user,omitempty"`
		CPU              int          `json:"cpu,omitempty"`
		Memory           int          `json:"memory,omitempty"`
		PortMappings     []portMap    `json:"portMappings,omitempty"`
		Environment      []variable   `json:"environment,omitempty"`
		Secrets          []reference  `json:"secrets,omitempty"`
		ReadonlyRoot     bool         `json:"readonlyRootFilesystem"`
		MountPoints      []mountPoint `json:"mountPoints,omitempty"`
		HealthCheck      *healthCheck `json:"healthCheck,omitempty"`
		DependsOn        []dependency `json:"dependsOn,omitempty"`
		StartTimeout     int          `json:"startTimeout,omitempty"`
		StopTimeout      int          `json:"stopTimeout,omitempty"`
		LinuxParameters  *linux       `json:"linuxParameters,omitempty"`
		LogConfiguration logs         `json:"logConfiguration"`
	}
	portMap struct {
		ContainerPort int    `json:"containerPort"`
		HostPort      int    `json:"hostPort"`
		Protocol      string `json:"protocol"`
		Name          string `json:"name,omitempty"`
		AppProtocol   string `json:"appProtocol,omitempty"`
	}
	variable struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	reference struct {
		Name      string `json:"name"`
		ValueFrom string `json:"valueFrom"`
	}
	mountPoint struct {
		SourceVolume  string `json:"sourceVolume"`
		ContainerPath string `json:"containerPath"`
		ReadOnly      bool   `json:"readOnly"`
	}
	healthCheck struct {
		Command     []string `json:"command"`
		Interval    int      `json:"interval"`
		Timeout     int      `json:"timeout"`
		Retries     int      `json:"retries"`
		StartPeriod int      `json:"startPeriod,omitempty"`
	}
	dependency struct {
		ContainerName string `json:"containerName"`
		Condition     State  `json:"condition"`
	}
	linux struct {
		InitProcessEnabled bool `json:"initProcessEnabled"`
	}
	logs struct {
		LogDriver string            `json:"logDriver"`
		Options   map[string]string `json:"options"`
	}
)

// JSON validates the task and returns its containers as ECS takes them, deterministic.
func (t Task) JSON() (string, error) {
	t = t.WithDefaults()
	if err := t.Validate(); err != nil {
		return "", err
	}
	return t.json(), nil
}

func (t Task) json() string {
	all := make([]definition, len(t.Containers))
	for i, c := range t.Containers {
		all[i] = t.definition(c)
	}
	return jsontext.Compact(all)
}

func (t Task) definition(c Container) definition {
	d := definition{
		Name: c.Name, Image: c.Image, Essential: !c.Optional, EntryPoint: c.EntryPoint, Command: c.Command, WorkingDirectory: c.WorkingDirectory, User: c.User,
		CPU: c.CPU, Memory: c.MemoryMB, ReadonlyRoot: !c.WritableRoot, StartTimeout: c.StartTimeoutSeconds, StopTimeout: c.StopTimeoutSeconds,
		LogConfiguration: logs{"awslogs", map[string]string{"awslogs-group": t.LogGroup, "awslogs-region": t.Region, "awslogs-stream-prefix": c.Name}},
	}
	for _, p := range c.Ports {
		d.PortMappings = append(d.PortMappings, portMap{p.Number, p.Number, "tcp", p.Name, p.Protocol})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Environment)) {
		d.Environment = append(d.Environment, variable{name, c.Environment[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Secrets)) {
		d.Secrets = append(d.Secrets, reference{name, c.Secrets[name].ValueFrom()})
	}
	for _, m := range c.Mounts {
		d.MountPoints = append(d.MountPoints, mountPoint{m.Volume, m.Path, m.ReadOnly})
	}
	if h := c.Health; h != nil {
		d.HealthCheck = &healthCheck{h.Command, h.IntervalSeconds, h.TimeoutSeconds, h.Retries, h.StartSeconds}
	}
	for _, name := range slices.Sorted(maps.Keys(c.After)) {
		d.DependsOn = append(d.DependsOn, dependency{name, c.After[name]})
	}
	if c.Init {
		d.LinuxParameters = &linux{true}
	}
	return d
}
