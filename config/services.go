package config

import (
	"maps"
	"slices"
)

// Service is a container that serves, on ECS with Fargate: as many tasks as the load needs, in private subnets. New images come with the
// deployment of the environment, and go back where they fail. It needs the network.
type Service struct {
	// Enabled switches the service off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Image is the image in a repository of the operations account.
	Image ServiceImage `yaml:"image" jsonschema:"required"`
	// Command in place of the image's. Default: the image's.
	Command []string `yaml:"command"`
	// Port at which the container listens, 1 to 65535.
	Port int `yaml:"port" jsonschema:"required,minimum=1,maximum=65535,example=8000"`
	// CPU of a task in units, of which 1024 are a processor: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 512.
	CPU int `yaml:"cpu" jsonschema:"minimum=256,maximum=16384"`
	// MemoryMB of a task in MiB, as Fargate has it for the CPU. Default: twice the number of units.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=512,maximum=122880"`
	// Architecture of the image: x86 or arm64. Default: x86.
	Architecture Architecture `yaml:"architecture"`
	// Tasks is how many there are. Default: one.
	Tasks ServiceTasks `yaml:"tasks"`
	// Hours are when there are tasks: outside of them there is none, and the load balancer answers 503. Default: always.
	Hours *ServiceHours `yaml:"hours"`
	// Route is what brings requests of the load balancer here. Default: none, nobody reaches the service.
	Route *ServiceRoute `yaml:"route"`
	// Environment are variables of the container, no secrets. Default: none.
	Environment map[string]string `yaml:"environment"`
	// Secrets are variables that ECS fills in from Secrets Manager and Parameter Store. Default: none.
	Secrets map[string]ServiceSecret `yaml:"secrets"`
	// WritablePaths are folders that the container writes to, empty at its start; all else is read-only. Default: [/tmp].
	WritablePaths []string `yaml:"writablePaths" jsonschema:"uniqueItems=true"`
	// ReadModels lets the program read the bucket of models, whose name is in MODELS_BUCKET. It needs storage. Default: false.
	ReadModels bool `yaml:"readModels"`
	// LogRetentionDays is how long the logs are kept, as CloudWatch offers. Default: 30.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// ServiceImage is an image in a repository of the operations account, whose tags cannot be moved. Either tag or digest is given.
type ServiceImage struct {
	// Repository is one of operations.images.
	Repository string `yaml:"repository" jsonschema:"required,example=serving-image"`
	// Tag of the image, such as a commit. latest is refused. Default: none.
	Tag string `yaml:"tag"`
	// Digest of the image, sha256: and 64 hexadecimal digits. Default: none.
	Digest string `yaml:"digest"`
}

// ServiceTasks is the number of tasks.
type ServiceTasks struct {
	// Min tasks, 1 to 1000. Default: 1.
	Min int `yaml:"min" jsonschema:"minimum=1,maximum=1000"`
	// Max tasks, 1 to 1000. Default: min, no scaling.
	Max int `yaml:"max" jsonschema:"minimum=1,maximum=1000"`
	// CPUPercent is the load of the processors that scaling keeps, 10 to 95. Default: 60.
	CPUPercent int `yaml:"cpuPercent" jsonschema:"minimum=10,maximum=95"`
	// RequestsPerMinute is the number of requests for each task that scaling keeps too, by the route. Default: none.
	RequestsPerMinute int `yaml:"requestsPerMinute" jsonschema:"minimum=1,maximum=1000000"`
	// SpotPercent of the tasks beyond the first run on capacity that AWS may take back, 0 to 100. Default: 0.
	SpotPercent int `yaml:"spotPercent" jsonschema:"minimum=0,maximum=100"`
}

// ServiceHours are when a service has tasks.
type ServiceHours struct {
	// From is when they start: cron(minutes hours day month weekday year).
	From string `yaml:"from" jsonschema:"required,example=cron(0 6 ? * MON-FRI *)"`
	// Until is when they end.
	Until string `yaml:"until" jsonschema:"required,example=cron(0 20 ? * MON-FRI *)"`
	// TimeZone of both. Default: UTC.
	TimeZone string `yaml:"timeZone" jsonschema:"example=Europe/Berlin"`
}

// ServiceRoute is the requests that go to a service: those that fit hosts and paths.
type ServiceRoute struct {
	// Priority among all routes, 1 to 50000; the lowest that fits counts.
	Priority int `yaml:"priority" jsonschema:"required,minimum=1,maximum=50000,example=100"`
	// Hosts of the request, with * and ?. Default: any.
	Hosts []string `yaml:"hosts" jsonschema:"uniqueItems=true"`
	// Paths of the request, with * and ?. Default: [/*].
	Paths []string `yaml:"paths" jsonschema:"uniqueItems=true"`
	// Cognito is a user pool in which people sign in at the load balancer. Default: none, everybody passes whom the load balancer admits.
	Cognito *CognitoPool `yaml:"cognito"`
	// ClientCIDRs are the IPv4 ranges of programs, which cannot sign in and are not asked. Only with cognito, and then the next priority is taken too. Default: none, nobody passes unasked.
	ClientCIDRs []string `yaml:"clientCidrs" jsonschema:"uniqueItems=true"`
	// Health is the path that the load balancer asks. Default: /.
	Health string `yaml:"health"`
	// ErrorPercent is the share of failed requests above which an alarm goes off and brings the tasks before back, 1 to 99. Default: 5.
	ErrorPercent int `yaml:"errorPercent" jsonschema:"minimum=1,maximum=99"`
	// LatencyMilliseconds is the time within which 99 of 100 answers come, 1 to 60000. Default: 5000.
	LatencyMilliseconds int `yaml:"latencyMilliseconds" jsonschema:"minimum=1,maximum=60000"`
}

// ServiceSecret is a secret of Secrets Manager or one key of it, or a parameter of Systems Manager.
type ServiceSecret struct {
	// ARN of the secret, whose name begins with <project>-<environment>-, or of the parameter, whose name begins with /<project>-<environment>/.
	ARN string `yaml:"arn" jsonschema:"required,example=arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-api-a1b2c3"`
	// JSONKey picks one value of a secret that is a JSON object. Not with a parameter. Default: the whole secret.
	JSONKey string `yaml:"jsonKey"`
	// KeyARN is the KMS key of the secret or parameter. Default: the account's aws/secretsmanager or aws/ssm.
	KeyARN string `yaml:"keyArn"`
}

// Architecture is the processor that an image is built for.
type Architecture string

const (
	// ArchitectureX86 is Intel and AMD.
	ArchitectureX86 Architecture = "x86"
	// ArchitectureARM64 is Graviton, a fifth cheaper.
	ArchitectureARM64 Architecture = "arm64"
)

// Values are both.
func (Architecture) Values() []string {
	return []string{string(ArchitectureX86), string(ArchitectureARM64)}
}

func (s *Service) setDefaults() {
	*s = Service{Enabled: true, CPU: 512, Architecture: ArchitectureX86, WritablePaths: []string{"/tmp"}, LogRetentionDays: 30}
	s.Tasks.setDefaults()
}

func (t *ServiceTasks) setDefaults() { *t = ServiceTasks{Min: 1, CPUPercent: 60} }

func (r *ServiceRoute) setDefaults() {
	*r = ServiceRoute{Paths: []string{"/*"}, Health: "/", ErrorPercent: 5, LatencyMilliseconds: 5000}
}

// ServicesEnabled reports whether the environment has services.
func (e *Environment) ServicesEnabled() bool { return len(e.Services) > 0 }

// ContainersEnabled tells whether something of the environment runs on ECS.
func (e *Environment) ContainersEnabled() bool {
	return e.ServicesEnabled() || e.WorkersEnabled() || e.MLflowEnabled() && e.MLflow.ECS != nil
}

// ServiceNames are the names of the services, sorted.
func (e *Environment) ServiceNames() []string { return slices.Sorted(maps.Keys(e.Services)) }

// setDerivedServices removes the services that are off, and fills in what follows from other values.
func (e *Environment) setDerivedServices(f *file) {
	maps.DeleteFunc(e.Services, func(_ string, s Service) bool { return !s.Enabled })
	for _, name := range e.ServiceNames() {
		s, path := e.Services[name], join("services", name)
		if s.MemoryMB == 0 && !f.has(path+".memoryMB") {
			s.MemoryMB = 2 * s.CPU
		}
		if s.Tasks.Max == 0 && !f.has(path+".tasks.max") {
			s.Tasks.Max = s.Tasks.Min
		}
		e.Services[name] = s
	}
}

// ServiceNeeds are the keys of the parts that the services use.
func (e *Environment) ServiceNeeds() []string {
	needs := []string{"network"}
	for _, s := range e.Services {
		if s.Route != nil && !contains(needs, "loadBalancer") {
			needs = append(needs, "loadBalancer")
		}
		if s.ReadModels && !contains(needs, "storage") {
			needs = append(needs, "storage")
		}
	}
	return needs
}
