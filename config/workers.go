package config

import (
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/documents/prefect"
)

// Workers run the flows of Prefect 3, on ECS with Fargate. They need the network.
type Workers struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// APIURL is the API of Prefect Cloud, or of a server of your own that the network reaches. Required without server and apiUrlFrom. Default: that of server.
	APIURL string `yaml:"apiUrl" jsonschema:"example=https://api.prefect.cloud/api/accounts/ID/workspaces/ID"`
	// APIURLFrom is a parameter or secret that has the API, in place of apiUrl, so that neither the file nor the state has it. Default: none.
	APIURLFrom *ServiceSecret `yaml:"apiUrlFrom"`
	// Server is a server of your own in this environment, in place of Prefect Cloud. Default: none.
	Server *PrefectServer `yaml:"server"`
	// APIKey is a secret with the API key of Prefect Cloud, required there. Default: none.
	APIKey *ServiceSecret `yaml:"apiKey"`
	// AuthString is a secret with user and password of a server of your own, as user:password. Required with server. Default: none.
	AuthString *ServiceSecret `yaml:"authString"`
	// Pools are the work pools with their workers, by name: up to 20 lower-case letters, digits and hyphens.
	Pools map[string]WorkPool `yaml:"pools" jsonschema:"required"`
}

// PrefectServer is a server of Prefect 3 on ECS with a PostgreSQL database. It needs the load balancer.
type PrefectServer struct {
	// Image in a repository of the operations account, made of prefecthq/prefect-aws, with the Prefect of the pools or a newer one. Another version brings the database up to date before it serves.
	Image ServiceImage `yaml:"image" jsonschema:"required"`
	// Host is the name at which people and workers reach it, one of the load balancer's names.
	Host string `yaml:"host" jsonschema:"required,example=prefect.dev.example.com"`
	// Priority of its route at the load balancer, 1 to 49999. With cognito the next number is taken too. Default: 20.
	Priority int `yaml:"priority" jsonschema:"minimum=1,maximum=49999"`
	// Cognito is a user pool in which people sign in at the load balancer, before Prefect asks them for authString. Default: none.
	Cognito *CognitoPool `yaml:"cognito"`
	// ClientCIDRs are the IPv4 ranges of programs, workers among them, which cannot sign in at the load balancer and are not asked there. Only with cognito. Default: the network's range.
	ClientCIDRs []string `yaml:"clientCidrs" jsonschema:"uniqueItems=true"`
	// CPU of the task in units, of which 1024 are a processor: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 1024.
	CPU int `yaml:"cpu" jsonschema:"minimum=256,maximum=16384"`
	// MemoryMB of the task in MiB, as Fargate has it for the CPU. Default: 2048.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=512,maximum=122880"`
	// Architecture of the image: x86 or arm64. Default: x86.
	Architecture Architecture `yaml:"architecture"`
	// Database is the size of the database. Default: the defaults below.
	Database Database `yaml:"database"`
	// LogRetentionDays is how long the logs are kept, as CloudWatch offers. Default: 30.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// WorkPool is a work pool with its workers.
type WorkPool struct {
	// Type is ecs for a task for each flow run, or process for flows inside the worker. Default: ecs.
	Type PoolType `yaml:"type"`
	// Image in a repository of the operations account, with Prefect 3, prefect-aws, the flows, and prefect.yaml in its working directory. Another image deploys its flows.
	Image ServiceImage `yaml:"image" jsonschema:"required"`
	// CPU of a worker in units, of which 1024 are a processor: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 512.
	CPU int `yaml:"cpu" jsonschema:"minimum=256,maximum=16384"`
	// MemoryMB of a worker in MiB, as Fargate has it for the CPU. Default: twice the number of units.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=512,maximum=122880"`
	// Architecture of the image: x86 or arm64. Default: x86.
	Architecture Architecture `yaml:"architecture"`
	// Workers are how many there are, 1 to 100. Default: 1.
	Workers int `yaml:"workers" jsonschema:"minimum=1,maximum=100"`
	// Hours are when there are workers; there are none at other times. Default: always.
	Hours *WorkerHours `yaml:"hours"`
	// Flow is the size of the task of a flow run that asks for nothing else. Only with type: ecs. Default: the defaults below.
	Flow *FlowTask `yaml:"flow"`
	// Environment are variables of flows, no secrets. Default: none.
	Environment map[string]string `yaml:"environment"`
	// Secrets are variables of flows that ECS fills in from Secrets Manager and Parameter Store. Default: none.
	Secrets map[string]ServiceSecret `yaml:"secrets"`
	// WriteModels lets flows read and write the bucket of models, whose name is in MODELS_BUCKET. It needs storage. Default: false.
	WriteModels bool `yaml:"writeModels"`
	// WriteData lets flows read and write the bucket of data, whose name is in DATA_BUCKET. It needs storage. Default: false.
	WriteData bool `yaml:"writeData"`
	// LogRetentionDays is how long the logs are kept, as CloudWatch offers. Default: 30.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// PoolType is where flows run.
type PoolType string

const (
	// PoolECS is a task of ECS for each flow run.
	PoolECS PoolType = "ecs"
	// PoolProcess is a process of the worker.
	PoolProcess PoolType = "process"
)

// Values are both.
func (PoolType) Values() []string { return []string{string(PoolECS), string(PoolProcess)} }

// WorkerHours are when there are workers.
type WorkerHours struct {
	// From is when they start: cron(minutes hours day month weekday year).
	From string `yaml:"from" jsonschema:"required,example=cron(0 6 ? * MON-FRI *)"`
	// Until is when they end, and running flows of type process with them.
	Until string `yaml:"until" jsonschema:"required,example=cron(0 20 ? * MON-FRI *)"`
	// TimeZone of both. Default: UTC.
	TimeZone string `yaml:"timeZone" jsonschema:"example=Europe/Berlin"`
}

// FlowTask is the size of a flow run.
type FlowTask struct {
	// CPU in units. Default: 1024.
	CPU int `yaml:"cpu" jsonschema:"minimum=256,maximum=16384"`
	// MemoryMB in MiB, as Fargate has it for the CPU. Default: 2048.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=512,maximum=122880"`
	// Spot runs flows on capacity that AWS may take back. Default: false.
	Spot bool `yaml:"spot"`
}

func (w *Workers) setDefaults() { *w = Workers{Enabled: true} }

func (s *PrefectServer) setDefaults() {
	*s = PrefectServer{Priority: 20, CPU: 1024, MemoryMB: 2048, Architecture: ArchitectureX86, LogRetentionDays: 30}
	s.Database.setDefaults()
}

func (p *WorkPool) setDefaults() {
	*p = WorkPool{Type: PoolECS, CPU: 512, Architecture: ArchitectureX86, Workers: 1, LogRetentionDays: 30}
}

func (t *FlowTask) setDefaults() { *t = FlowTask{CPU: 1024, MemoryMB: 2048} }

// WorkersEnabled reports whether the environment has workers.
func (e *Environment) WorkersEnabled() bool { return e.Workers != nil }

// PoolNames are the names of the pools, sorted.
func (w *Workers) PoolNames() []string { return slices.Sorted(maps.Keys(w.Pools)) }

// WorkerNeeds are the keys of the parts that the workers use.
func (e *Environment) WorkerNeeds() []string {
	needs := []string{"network"}
	for _, p := range e.Workers.Pools {
		if (p.WriteModels || p.WriteData) && !contains(needs, "storage") {
			needs = append(needs, "storage")
		}
	}
	if e.Workers.Server != nil {
		needs = append(needs, "loadBalancer")
	}
	return needs
}

// PrefectName is the name of the server of Prefect.
func (e *Environment) PrefectName() string { return e.Prefix() + "-" + PrefectPart }

// PrefectPart is what the server of Prefect has in its names.
const PrefectPart = "prefect"

// setDerived fills in what follows from other values.
func (w *Workers) setDerived(f *file, e *Environment) {
	if s := w.Server; s != nil {
		if !f.has("workers.apiUrl") && s.Host != "" {
			w.APIURL = prefect.APIURL(s.Host)
		}
		if !f.has("workers.server.database.multiAz") {
			s.Database.MultiAZ = e.Protect
		}
		if s.Cognito != nil && !f.has("workers.server.clientCidrs") {
			s.ClientCIDRs = e.networkRange()
		}
	}
	for _, name := range w.PoolNames() {
		p, path := w.Pools[name], join("workers.pools", name)
		if p.MemoryMB == 0 && !f.has(path+".memoryMB") {
			p.MemoryMB = 2 * p.CPU
		}
		if p.Flow == nil && p.Type == PoolECS {
			p.Flow = &FlowTask{}
			p.Flow.setDefaults()
		}
		w.Pools[name] = p
	}
}
