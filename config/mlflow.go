package config

// MLflow is a tracking server and model registry, either managed by SageMaker or on ECS with a database of its own. It needs storage, whose
// bucket of models keeps the artifacts below mlflow/.
type MLflow struct {
	// Enabled switches the part off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Server is managed for one that SageMaker runs, or ecs for one of your own behind the load balancer.
	Server MLflowServer `yaml:"server" jsonschema:"required,example=managed"`
	// Managed is the managed server. Only with server: managed. Default: the defaults below.
	Managed *MLflowManaged `yaml:"managed"`
	// ECS is the server of your own. Required with server: ecs, only there. Default: none.
	ECS *MLflowECS `yaml:"ecs"`
}

// MLflowServer is who runs the server.
type MLflowServer string

const (
	// MLflowServerManaged is SageMaker.
	MLflowServerManaged MLflowServer = "managed"
	// MLflowServerECS is the environment itself.
	MLflowServerECS MLflowServer = "ecs"
)

// Values are both.
func (MLflowServer) Values() []string {
	return []string{string(MLflowServerManaged), string(MLflowServerECS)}
}

// MLflowManaged is an MLflow server that SageMaker manages, behind IAM.
type MLflowManaged struct {
	// Size is Small for up to 25 users, Medium for 50, Large for 100. It costs by the hour. Default: Small.
	Size string `yaml:"size"`
	// Version of MLflow, major and minor. A change replaces the server, and its experiments are lost. Default: the newest when it is made.
	Version string `yaml:"version" jsonschema:"example=3.0"`
	// MaintenanceWindow is the day and time in UTC at which the weekly maintenance begins. Default: AWS chooses.
	MaintenanceWindow string `yaml:"maintenanceWindow" jsonschema:"example=Sun:03:30"`
	// RegisterModels copies models that are registered in MLflow into SageMaker's registry too. Default: false.
	RegisterModels bool `yaml:"registerModels"`
}

// MLflowECS is an MLflow server on ECS with a PostgreSQL database. It needs the network and the load balancer.
type MLflowECS struct {
	// Image of MLflow in a repository of the operations account, made of one whose tag ends in -full. Another version brings the database up to date before it serves.
	Image ServiceImage `yaml:"image" jsonschema:"required"`
	// Host is the name at which people and programs reach it, one of the load balancer's names.
	Host string `yaml:"host" jsonschema:"required,example=mlflow.dev.example.com"`
	// Priority of its route at the load balancer, 1 to 49999. With authentication: cognito the next number is taken too. Default: 10.
	Priority int `yaml:"priority" jsonschema:"minimum=1,maximum=49999"`
	// Authentication is basic for names and passwords of MLflow's own, cognito for people who sign in at the load balancer, or none where the network alone says who may. Default: basic.
	Authentication MLflowSignIn `yaml:"authentication"`
	// Secret has the JSON keys password, of the first administrator, admin, and key, which signs sessions. Required with authentication: basic. Default: none.
	Secret *SecretRef `yaml:"secret"`
	// ClientSecret has the JSON keys username and password of a user that the administrator made, for pipelines. Only with authentication: basic. Default: none, pipelines do not track.
	ClientSecret *SecretRef `yaml:"clientSecret"`
	// Cognito is the user pool of the people. Required with authentication: cognito. Default: none.
	Cognito *CognitoPool `yaml:"cognito"`
	// ClientCIDRs are the IPv4 ranges of programs, which cannot sign in and are not asked. Only with authentication: cognito. Default: the network's range.
	ClientCIDRs []string `yaml:"clientCidrs" jsonschema:"uniqueItems=true"`
	// Tasks of the server, 1 to 10. Default: 1.
	Tasks int `yaml:"tasks" jsonschema:"minimum=1,maximum=10"`
	// Workers of each task, 1 to 16. Each takes about 300 MiB. Default: 2.
	Workers int `yaml:"workers" jsonschema:"minimum=1,maximum=16"`
	// CPU of a task in units, of which 1024 are a processor: 256, 512, 1024, 2048, 4096, 8192 or 16384. Default: 1024.
	CPU int `yaml:"cpu" jsonschema:"minimum=256,maximum=16384"`
	// MemoryMB of a task in MiB, as Fargate has it for the CPU. Default: 4096.
	MemoryMB int `yaml:"memoryMB" jsonschema:"minimum=512,maximum=122880"`
	// Architecture of the image: x86 or arm64. Default: x86.
	Architecture Architecture `yaml:"architecture"`
	// Database is the size of the database. Default: the defaults below.
	Database Database `yaml:"database"`
	// LogRetentionDays is how long the logs are kept, as CloudWatch offers. Default: 30.
	LogRetentionDays int `yaml:"logRetentionDays"`
}

// MLflowSignIn is how the server on ECS knows who asks.
type MLflowSignIn string

const (
	// MLflowSignInBasic is names and passwords.
	MLflowSignInBasic MLflowSignIn = "basic"
	// MLflowSignInCognito is a user pool, asked by the load balancer.
	MLflowSignInCognito MLflowSignIn = "cognito"
	// MLflowSignInNone asks nobody.
	MLflowSignInNone MLflowSignIn = "none"
)

// Values are all choices.
func (MLflowSignIn) Values() []string {
	return []string{string(MLflowSignInBasic), string(MLflowSignInCognito), string(MLflowSignInNone)}
}

// SecretRef is a secret in Secrets Manager.
type SecretRef struct {
	// ARN of the secret, whose name begins with <project>-<environment>-.
	ARN string `yaml:"arn" jsonschema:"required,example=arn:aws:secretsmanager:us-west-2:222222222222:secret:wine-dev-mlflow-a1b2c3"`
	// KeyARN is the KMS key of the secret. Default: the account's aws/secretsmanager.
	KeyARN string `yaml:"keyArn"`
}

// CognitoPool is a user pool of Cognito with an app client that has a secret.
type CognitoPool struct {
	// UserPoolARN is the user pool.
	UserPoolARN string `yaml:"userPoolArn" jsonschema:"required,example=arn:aws:cognito-idp:us-west-2:222222222222:userpool/us-west-2_abcdefghi"`
	// ClientID of the app client, which admits https://<host>/oauth2/idpresponse.
	ClientID string `yaml:"clientId" jsonschema:"required"`
	// Domain is the prefix of the pool's domain, or its own domain in full.
	Domain string `yaml:"domain" jsonschema:"required"`
}

func (m *MLflow) setDefaults() { *m = MLflow{Enabled: true} }

func (m *MLflowManaged) setDefaults() { *m = MLflowManaged{Size: "Small"} }

func (m *MLflowECS) setDefaults() {
	*m = MLflowECS{
		Priority: 10, Authentication: MLflowSignInBasic, Tasks: 1, Workers: 2, CPU: 1024, MemoryMB: 4096, Architecture: ArchitectureX86, LogRetentionDays: 30,
	}
	m.Database.setDefaults()
}

// MLflowEnabled reports whether the environment has a tracking server beside its cluster.
func (e *Environment) MLflowEnabled() bool { return e.MLflow != nil }

// MLflowName is the name of the server.
func (e *Environment) MLflowName() string { return e.Prefix() + "-mlflow" }

// MLflowNeeds are the keys of the parts that the server uses.
func (e *Environment) MLflowNeeds() []string {
	needs := []string{"storage"}
	if e.MLflow.ECS != nil {
		needs = append(needs, "network", "loadBalancer")
	}
	if e.TrainingExperiment() != "" {
		needs = append(needs, "training")
	}
	if e.AutomationExperiment() != "" {
		needs = append(needs, "automation")
	}
	return needs
}

// TrainingExperiment is the experiment to which the training pipeline is tracked, or "".
func (e *Environment) TrainingExperiment() string {
	if e.Training == nil {
		return ""
	}
	return e.Training.Experiment
}

// AutomationExperiment is the experiment to which the automatic learning is tracked, or "".
func (e *Environment) AutomationExperiment() string {
	if e.Automation == nil {
		return ""
	}
	return e.Automation.Experiment
}

// setDerived fills in what follows from the environment.
func (m *MLflow) setDerived(f *file, e *Environment) {
	if m.Server == MLflowServerManaged && m.Managed == nil {
		m.Managed = &MLflowManaged{}
		m.Managed.setDefaults()
	}
	s := m.ECS
	if s == nil {
		return
	}
	if !f.has("mlflow.ecs.database.multiAz") {
		s.Database.MultiAZ = e.Protect
	}
	if s.Authentication == MLflowSignInCognito && !f.has("mlflow.ecs.clientCidrs") {
		s.ClientCIDRs = e.networkRange()
	}
}

// networkRange is the range of the network, as a list, empty where nothing is known of it.
func (e *Environment) networkRange() []string {
	if e.Network == nil || e.Network.Range() == "" {
		return nil
	}
	return []string{e.Network.Range()}
}
