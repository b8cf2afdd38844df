package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/documents/mlflowserver"
)

// Serving is MLflow and KServe on the environment's cluster: a further stack <environment>-serving with the software in the cluster, and
// in the stack of the environment what AWS has of it: identities, database, load balancer. It needs the cluster with node groups,
// Pod Identity or IRSA, and storage.
type Serving struct {
	// Enabled switches the part off if false. Destroy its stack first. Default: true.
	Enabled bool `yaml:"enabled"`
	// Mode of KServe: standard runs models as Deployments, knative on Knative and Istio, with scale to zero and canaries by percent. It cannot be changed while there are models. Default: standard.
	Mode ServingMode `yaml:"mode"`
	// Domain is below which models and MLflow have their names: <model>-models.<domain> and mlflow.<domain>.
	Domain string `yaml:"domain" jsonschema:"required,example=serving.dev.example.com"`
	// HostedZone is the id of the zone of Route 53 that gets the records, and a certificate for *.<domain>. Default: none, you make records, and certificateArn is required.
	HostedZone string `yaml:"hostedZone"`
	// ValidationZone is the id of the public zone in which ACM validates the certificate, where hostedZone is private. Default: hostedZone.
	ValidationZone string `yaml:"validationZone"`
	// CertificateARN is an existing certificate of ACM for *.<domain>, in the environment's region. Default: one is made in hostedZone.
	CertificateARN string `yaml:"certificateArn"`
	// Public puts the load balancer on the internet. Default: false, the network and what is connected with it reach it.
	Public bool `yaml:"public"`
	// AllowedCIDRs are the IPv4 ranges that reach the load balancer. Required with public. Default: the network's range.
	AllowedCIDRs []string `yaml:"allowedCidrs" jsonschema:"uniqueItems=true"`
	// Firewall filters requests by AWS WAF. Default: true with public, else false.
	Firewall bool `yaml:"firewall"`
	// Tokens are JSON Web Tokens without which no request gets from the load balancer to a model. Default: off, whoever reaches the load balancer may ask.
	Tokens *ServingTokens `yaml:"tokens"`
	// MLflow is the tracking server and model registry. Default: off.
	MLflow *ServingMLflow `yaml:"mlflow"`
	// KEDA scales models by metrics and schedules. Default: off.
	KEDA *ServingSwitch `yaml:"keda"`
	// GPUs are NVIDIA's device plugin, without which Kubernetes knows of no GPU, and where Prometheus keeps metrics the exporter of those of GPUs. Default: on where nodes have GPUs of NVIDIA.
	GPUs *ServingSwitch `yaml:"gpus"`
	// NodePools are pools of Karpenter's nodes by name. They need cluster.karpenter. Default: with cluster.karpenter the pool general, of at most 32 processors.
	NodePools map[string]ServingNodePool `yaml:"nodePools"`
	// Models are the models that KServe serves, by name. Default: none.
	Models map[string]ServingModel `yaml:"models"`
	// Quota is the most that all models together may ask for. Default: none.
	Quota ServingQuota `yaml:"quota"`
	// ChartRegistry is where copies of all charts are, such as 222222222222.dkr.ecr.us-west-2.amazonaws.com/charts. Default: none, charts come from their makers.
	ChartRegistry string `yaml:"chartRegistry"`
	// Charts choose other versions of charts, by the charts' names. Default: versions that are known to go together.
	Charts map[string]ServingChart `yaml:"charts"`
}

// ServingMode is how KServe runs models.
type ServingMode string

const (
	// ServingStandard is Deployments with autoscalers.
	ServingStandard ServingMode = "standard"
	// ServingKnative is services of Knative.
	ServingKnative ServingMode = "knative"
)

// Values are all modes.
func (ServingMode) Values() []string {
	return []string{string(ServingStandard), string(ServingKnative)}
}

// ServingSwitch switches software of the cluster on.
type ServingSwitch struct {
	// Enabled switches it off if false. Default: true.
	Enabled bool `yaml:"enabled"`
}

// ServingTokens say whose tokens let requests in: the header Authorization: Bearer <token>, signed by the issuer, not expired.
type ServingTokens struct {
	// Enabled switches it off if false. Default: true.
	Enabled bool `yaml:"enabled"`
	// Issuer is who signs them, the claim iss, such as a user pool of Cognito.
	Issuer string `yaml:"issuer" jsonschema:"required,example=https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab12Cd34E"`
	// KeysURL is where the issuer publishes its public keys, the jwks_uri of its discovery document; pods of the gateway read it. Default: <issuer>/.well-known/jwks.json, as Cognito has it.
	KeysURL string `yaml:"keysUrl"`
	// Audiences are those of which the claim aud has one. Default: none is asked for; one of audiences and scopes is required.
	Audiences []string `yaml:"audiences" jsonschema:"uniqueItems=true"`
	// Scopes are those that the claim scope has, all of them; it is what clients of Cognito get. Default: none is asked for.
	Scopes []string `yaml:"scopes" jsonschema:"uniqueItems=true,example=models/ask"`
}

// ServingMLflow is an MLflow server with a PostgreSQL database and artifacts in the bucket of models, below mlflow/.
type ServingMLflow struct {
	// Enabled switches it off if false. The database stays while the environment is protected. Default: true.
	Enabled bool `yaml:"enabled"`
	// Tag of the image ghcr.io/mlflow/mlflow, one that ends in -full: the others have no driver for the database. Default: v3.15.1-full.
	Tag string `yaml:"tag"`
	// Replicas of the server, 1 to 10. Default: 2.
	Replicas int `yaml:"replicas" jsonschema:"minimum=1,maximum=10"`
	// Workers of each replica, 1 to 16. Each takes about 300 MiB. Default: 2.
	Workers int `yaml:"workers" jsonschema:"minimum=1,maximum=16"`
	// Memory limit of each replica, in MiB, 512 to 32768. Default: 2048.
	MemoryMiB int `yaml:"memoryMiB" jsonschema:"minimum=512,maximum=32768"`
	// Authentication is basic for names and passwords of MLflow's own, or none where the network alone says who may. Default: basic.
	Authentication MLflowAuthentication `yaml:"authentication"`
	// Database is the size of the database. Default: the defaults below.
	Database Database `yaml:"database"`
}

// MLflowAuthentication is how MLflow knows who asks.
type MLflowAuthentication string

const (
	// MLflowBasic is names and passwords.
	MLflowBasic MLflowAuthentication = "basic"
	// MLflowNone asks nobody.
	MLflowNone MLflowAuthentication = "none"
)

// Values are all choices.
func (MLflowAuthentication) Values() []string {
	return []string{string(MLflowBasic), string(MLflowNone)}
}

// Database is a PostgreSQL instance of RDS.
type Database struct {
	// InstanceClass of RDS. Default: db.t4g.small.
	InstanceClass string `yaml:"instanceClass"`
	// StorageGiB at first, 20 to 59578. It grows up to five times that, and to 65536 at most. Default: 20.
	StorageGiB int `yaml:"storageGiB" jsonschema:"minimum=20,maximum=59578"`
	// MultiAZ keeps a standby in another zone. Default: the environment's protect.
	MultiAZ bool `yaml:"multiAz"`
	// BackupRetentionDays is how far back the database can be restored, 1 to 35. Default: 14.
	BackupRetentionDays int `yaml:"backupRetentionDays" jsonschema:"minimum=1,maximum=35"`
}

// ServingNodePool is a pool of nodes that Karpenter makes for pods that have none.
type ServingNodePool struct {
	// Categories are families of EC2 instance types: c, m, r, g, p, inf, trn. Default: [c, m, r], and [g] with gpu.
	Categories []string `yaml:"categories" jsonschema:"uniqueItems=true"`
	// GPU keeps pods that ask for no GPU away. Default: false.
	GPU bool `yaml:"gpu"`
	// Capacity is onDemand or spot. Default: onDemand.
	Capacity Capacity `yaml:"capacity"`
	// MaxCPUs is how many processors all nodes of the pool may have together, 2 to 10000. Default: 32.
	MaxCPUs int `yaml:"maxCpus" jsonschema:"minimum=2,maximum=10000"`
	// DiskSizeGiB is the size of each node's disk, 20 to 16384. Default: 100.
	DiskSizeGiB int `yaml:"diskSizeGiB" jsonschema:"minimum=20,maximum=16384"`
	// ImageVersion is that of AWS's image of Amazon Linux 2023, such as v20261120. Default: the newest; Karpenter replaces nodes, one of ten at a time, when AWS publishes another.
	ImageVersion string `yaml:"imageVersion" jsonschema:"example=v20261120"`
}

// ServingModel is a model behind https://<name>-models.<domain>/v2/models/<name>/infer. It is one release of Helm, so that it is rolled back alone, and
// is asked a question after each change: a model that answers wrongly or not at all is taken back.
type ServingModel struct {
	// Format of the model, such as mlflow, sklearn, xgboost, lightgbm, onnx, huggingface. Default: mlflow.
	Format string `yaml:"format"`
	// Path is the folder of the model in the bucket of models: with mlflow, the one that holds MLmodel, such as mlflow/1/models/m-0f1e/artifacts. Default: none, the model is in image; one of path, run, image and package is required.
	Path string `yaml:"path"`
	// Run is the model in MLflow, in the place of path: of serving.mlflow, whose artifacts are in the bucket of models. Default: none.
	Run *ServingRun `yaml:"run"`
	// Image replaces that of the model server, by digest, such as one of mlflow models build-docker --enable-mlserver. Without path and run it has the model in it, and answers in the V2 protocol on port 8080 to the name in MLSERVER_MODEL_NAME. Default: KServe's runtime for the format.
	Image string `yaml:"image"`
	// Package is an approved model package of SageMaker, in the place of path, run and image: its image serves its files, and answers to POST /invocations. Default: none.
	Package *ServingPackage `yaml:"package"`
	// MinReplicas is the least number of pods, 0 to 100; 0 only in mode knative. Default: 1.
	MinReplicas int `yaml:"minReplicas" jsonschema:"minimum=0,maximum=100"`
	// MaxReplicas is the greatest number of pods, 1 to 100. Default: 3.
	MaxReplicas int `yaml:"maxReplicas" jsonschema:"minimum=1,maximum=100"`
	// TargetCPUPercent is the use of requested processors at which pods are added, 10 to 95. Only in mode standard. Default: 70.
	TargetCPUPercent int `yaml:"targetCpuPercent" jsonschema:"minimum=10,maximum=95"`
	// MilliCPUs that each pod asks for, in thousandths of a processor, 50 to 64000. It gets one processor at most, or as many as it asks for. Default: 500.
	MilliCPUs int `yaml:"milliCpus" jsonschema:"minimum=50,maximum=64000"`
	// MemoryMiB that each pod asks for and gets at most, 128 to 262144. Default: 2048.
	MemoryMiB int `yaml:"memoryMiB" jsonschema:"minimum=128,maximum=262144"`
	// GPUs that each pod gets, 0 to 16. Default: 0.
	GPUs int `yaml:"gpus" jsonschema:"minimum=0,maximum=16"`
	// CanaryPercent of the requests go to a changed model, 1 to 99, until it is removed. Only in mode knative. Default: none, all requests once the model has proved itself.
	CanaryPercent int `yaml:"canaryPercent" jsonschema:"minimum=1,maximum=99"`
	// Next is the version that is to take the model's place: it gets a share of the requests, and is asked the question too. Only in mode standard. Default: none.
	Next *ServingNext `yaml:"next"`
	// Hours are when the model has minReplicas pods or more: outside of them it answers nobody. They need serving.keda. Only in mode standard; in mode knative a model without requests has no pods. Default: always.
	Hours *ServingHours `yaml:"hours"`
	// Question is what the model is asked after each change.
	Question ServingQuestion `yaml:"question" jsonschema:"required"`
}

// ServingPackage is a model package of SageMaker as it was approved: import model-package writes it.
type ServingPackage struct {
	// ARN of the package.
	ARN string `yaml:"arn" jsonschema:"required,example=arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7"`
	// Image of the package, by digest.
	Image string `yaml:"image" jsonschema:"required,example=246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-scikit-learn@sha256:..."`
	// Data is what the image finds in /opt/ml/model: an archive, or a folder that ends with a slash, in the bucket of models. Default: none, the model is in the image.
	Data string `yaml:"data" jsonschema:"example=s3://wine-dev-models-222222222222-us-west-2/training/model.tar.gz"`
	// Environment are variables of the container, no secrets. Default: none.
	Environment map[string]string `yaml:"environment"`
}

// Folder is where the files are in their bucket, or "".
func (p ServingPackage) Folder() string {
	_, key, _ := strings.Cut(strings.TrimPrefix(p.Data, "s3://"), "/")
	return key[:max(0, strings.LastIndex(key, "/"))]
}

// ServingHours are when a model has its pods.
type ServingHours struct {
	// From is when they begin: cron(minutes hours day month weekday year), the year being *.
	From string `yaml:"from" jsonschema:"required,example=cron(0 7 ? * MON-FRI *)"`
	// Until is when they end.
	Until string `yaml:"until" jsonschema:"required,example=cron(0 20 ? * MON-FRI *)"`
	// TimeZone of both. Default: UTC.
	TimeZone string `yaml:"timeZone" jsonschema:"example=Europe/Berlin"`
	// Outside is the number of pods outside of them, 0 to 99, less than minReplicas. Default: 0.
	Outside int `yaml:"outside" jsonschema:"minimum=0,maximum=99"`
}

// ServingRun is where MLflow keeps a model: a logged model of MLflow 3, or an artifact of a run.
type ServingRun struct {
	// Experiment is its id, the digits that MLflow shows.
	Experiment string `yaml:"experiment" jsonschema:"required,example=1"`
	// Model is the id of a logged model, m- and 32 hexadecimal digits, as the source of a registered version says: models:/m-... Default: none, and then run and artifact are required.
	Model string `yaml:"model"`
	// Run is the id of a run, 32 hexadecimal digits. Default: none.
	Run string `yaml:"run"`
	// Artifact is the path of the model in the artifacts of the run. Default: model.
	Artifact string `yaml:"artifact"`
}

// Path is its folder below that of MLflow's artifacts.
func (r ServingRun) Path() string {
	if r.Model != "" {
		return mlflowserver.Folder + "/" + r.Experiment + "/models/" + r.Model + "/artifacts"
	}
	return mlflowserver.Folder + "/" + r.Experiment + "/" + r.Run + "/artifacts/" + r.Artifact
}

// ServingNext is the next version of a model. Once it is good, its path or image becomes the model's and next is removed; to go back, next is removed.
type ServingNext struct {
	// Path is its folder in the bucket of models. Default: the model's; one of path, run and image is required.
	Path string `yaml:"path"`
	// Run is where MLflow keeps it, in the place of path. Default: none.
	Run *ServingRun `yaml:"run"`
	// Image replaces that of the model server, by digest. Default: the model's.
	Image string `yaml:"image"`
	// Package is the next model package, where the model is one. Default: none.
	Package *ServingPackage `yaml:"package"`
	// Percent of the requests that it gets, 0 to 100. With 0 it is only asked the question.
	Percent int `yaml:"percent" jsonschema:"required,minimum=0,maximum=100,example=10"`
}

// ServingQuestion is one row that the model knows the answer to.
type ServingQuestion struct {
	// Inputs are the numbers of one row by the names of the columns, or of the inputs. Default: none, for a model package, which is asked by body.
	Inputs map[string]float64 `yaml:"inputs"`
	// Body is one row as a model package takes it, such as 14.23,1.71,2.43. Default: none, the model is asked by inputs.
	Body string `yaml:"body"`
	// ContentType of the body. Default: text/csv.
	ContentType string `yaml:"contentType" jsonschema:"example=application/json"`
	// Answer are the numbers that come back. Default: any numbers.
	Answer []float64 `yaml:"answer"`
	// Tolerance is by how much each may differ. Default: 0.
	Tolerance float64 `yaml:"tolerance"`
	// Image has python3, by digest, and asks. Default: the image of the model or of the package; required without one.
	Image string `yaml:"image"`
}

// ServingQuota is the most that the pods of all models together may ask for.
type ServingQuota struct {
	// CPUs of all pods, 1 to 10000. Default: no limit.
	CPUs int `yaml:"cpus" jsonschema:"minimum=1,maximum=10000"`
	// MemoryGiB of all pods, 1 to 100000. Default: no limit.
	MemoryGiB int `yaml:"memoryGiB" jsonschema:"minimum=1,maximum=100000"`
	// GPUs of all pods, 0 to 1000. Default: no limit.
	GPUs int `yaml:"gpus" jsonschema:"minimum=0,maximum=1000"`
}

// ServingChart is another version of a chart.
type ServingChart struct {
	// Version is exact.
	Version string `yaml:"version" jsonschema:"required,example=1.2.3"`
	// Digest of the chart in its registry, sha256: and 64 digits. Default: none.
	Digest string `yaml:"digest"`
}

// servingAddons are add-ons of the cluster without which models cannot be served.
var servingAddons = []string{"cert-manager", "metrics-server"}

// ServingSuffix ends the name of the stack with the software in the cluster.
const ServingSuffix = "serving"

func (s *Serving) setDefaults() { *s = Serving{Enabled: true, Mode: ServingStandard} }

func (s *ServingSwitch) setDefaults() { s.Enabled = true }

func (t *ServingTokens) setDefaults() { t.Enabled = true }

func (m *ServingMLflow) setDefaults() {
	*m = ServingMLflow{Enabled: true, Tag: "v3.15.1-full", Replicas: 2, Workers: 2, MemoryMiB: 2048, Authentication: MLflowBasic}
	m.Database.setDefaults()
}

func (d *Database) setDefaults() {
	*d = Database{InstanceClass: "db.t4g.small", StorageGiB: 20, BackupRetentionDays: 14}
}

func (p *ServingNodePool) setDefaults() {
	*p = ServingNodePool{Capacity: CapacityOnDemand, MaxCPUs: 32, DiskSizeGiB: 100}
}

func (m *ServingModel) setDefaults() {
	*m = ServingModel{Format: "mlflow", MinReplicas: 1, MaxReplicas: 3, TargetCPUPercent: 70, MilliCPUs: 500, MemoryMiB: 2048}
}

func (r *ServingRun) setDefaults() { r.Artifact = "model" }

// NextModel is the name of the next version of a model in the cluster.
func NextModel(name string) string { return name + "-next" }

// Paths are the folders of the bucket of models that the model and its next version are in, each once.
func (m ServingModel) Paths() []string {
	var all []string
	add := func(path string, of *ServingPackage) {
		if of != nil {
			path = of.Folder()
		}
		if path != "" && !slices.Contains(all, path) {
			all = append(all, path)
		}
	}
	add(m.Path, m.Package)
	if m.Next != nil {
		add(m.Next.Path, m.Next.Package)
	}
	return all
}

// ServingEnabled reports whether the environment serves models on its cluster.
func (e *Environment) ServingEnabled() bool { return e.Serving != nil }

// ServingStack is the further stack with the software in the cluster.
func (e *Environment) ServingStack() ExtraStack {
	return ExtraStack{Suffix: ServingSuffix, On: (*Environment).ServingEnabled}
}

// ECRHost are host and region of a registry that is Amazon ECR's.
func ECRHost(registry string) (host, region string, ok bool) {
	host, _, _ = strings.Cut(registry, "/")
	found, ok := ecr.ParseRegistry(host)
	if !ok {
		return "", "", false
	}
	return host, found.Region, true
}

// GPUInstanceTypes are those of node groups with GPUs of NVIDIA, sorted.
func (e *Environment) GPUInstanceTypes() []string {
	var all []string
	for _, name := range e.Cluster.NodePoolNames() {
		if pool := e.Cluster.NodePools[name]; pool.AMI == AMINVIDIA {
			all = append(all, pool.InstanceTypes...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// hasGPUs reports whether nodes have GPUs of NVIDIA.
func (e *Environment) hasGPUs() bool {
	for _, pool := range e.Serving.NodePools {
		if pool.GPU {
			return true
		}
	}
	return len(e.GPUInstanceTypes()) > 0
}

// ServingGPUs reports whether the software of GPUs is installed.
func (e *Environment) ServingGPUs() bool {
	if s := e.Serving.GPUs; s != nil {
		return s.Enabled
	}
	return e.hasGPUs()
}

// ModelNames are the names of the models, sorted.
func (s *Serving) ModelNames() []string { return slices.Sorted(maps.Keys(s.Models)) }

// NodePoolNames are the names of the pools of nodes, sorted.
func (s *Serving) NodePoolNames() []string { return slices.Sorted(maps.Keys(s.NodePools)) }

// MLflowHost is the name of MLflow, ModelHost that of a model.
func (s *Serving) MLflowHost() string { return "mlflow." + s.Domain }

// ModelHost is the name of a model.
func (s *Serving) ModelHost(model string) string { return model + "-models." + s.Domain }

// setDerived fills in what follows from the environment, and the add-ons that the software needs.
func (s *Serving) setDerived(f *file, e *Environment) {
	if !f.has("serving.firewall") {
		s.Firewall = s.Public
	}
	if s.MLflow != nil && !s.MLflow.Enabled {
		s.MLflow = nil
	}
	if s.KEDA != nil && !s.KEDA.Enabled {
		s.KEDA = nil
	}
	if s.Tokens != nil && !s.Tokens.Enabled {
		s.Tokens = nil
	}
	if s.Tokens != nil && s.Tokens.KeysURL == "" {
		s.Tokens.KeysURL = strings.TrimSuffix(s.Tokens.Issuer, "/") + "/.well-known/jwks.json"
	}
	if s.MLflow != nil && !f.has("serving.mlflow.database.multiAz") {
		s.MLflow.Database.MultiAZ = e.Protect
	}
	if e.Network != nil && !f.has("serving.allowedCidrs") && !s.Public {
		if cidr := e.Network.Range(); cidr != "" {
			s.AllowedCIDRs = []string{cidr}
		}
	}
	if s.HostedZone != "" && s.ValidationZone == "" {
		s.ValidationZone = s.HostedZone
	}
	for name, model := range s.Models {
		if model.Question.Image == "" {
			model.Question.Image = model.Image
			if model.Package != nil {
				model.Question.Image = model.Package.Image
			}
		}
		if model.Run != nil && model.Path == "" {
			model.Path = model.Run.Path()
		}
		if next := model.Next; next != nil {
			if next.Run != nil && next.Path == "" {
				next.Path = next.Run.Path()
			}
			next.Path = cmp.Or(next.Path, model.Path)
			next.Image = cmp.Or(next.Image, model.Image)
		}
		s.Models[name] = model
	}
	if e.Cluster == nil {
		return
	}
	if e.Cluster.Karpenter != nil && !f.has("serving.nodePools") {
		var general ServingNodePool
		general.setDefaults()
		s.NodePools = map[string]ServingNodePool{"general": general}
	}
	for name, pool := range s.NodePools {
		if len(pool.Categories) == 0 {
			pool.Categories = []string{"c", "m", "r"}
			if pool.GPU {
				pool.Categories = []string{"g"}
			}
			s.NodePools[name] = pool
		}
	}
	e.Cluster.require(f, servingAddons...)
}
