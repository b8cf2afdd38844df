package kservemodel_test

import (
	"math"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
	"github.com/mlplatform/mlplatform/systems/kservemodel"
)

// full uses everything that can be said of a model.
func full() kservemodel.Model {
	m := kubernetestest.WineModel()
	m.RoleARN = "arn:aws:iam::111111111111:role/wine"
	m.Service.Predictor.MinReplicas = kubernetes.Ptr(2)
	m.Service.Transformer = &inferenceservice.Transformer{PodSpec: kubernetes.PodSpec{Containers: []kubernetes.Container{{Name: "kserve-container", Image: kubernetestest.Image}}}}
	m.Question.ContentType = "pd"
	m.Question.Inputs[0].ContentType = "np"
	m.Question.Answer = kservemodel.Answer{Output: "output-1", Shape: []int{1, 1}, Datatype: "BYTES", Texts: []string{"class_0"}}
	m.Verification.Timeout, m.Verification.URL, m.Verification.Host = 20*time.Minute, "http://gateway.example.com", "wine.models.example.com"
	m.Callers = []kubernetes.Peer{kubernetes.InNamespace("gateway", nil)}
	m.Scrapers = []kubernetes.Peer{kubernetes.InNamespace("monitoring", nil)}
	next := kubernetestest.Wine()
	next.Name, next.Predictor.Model.StorageURI = "wine-next", "s3://wine-dev-models/2/fedcba9876543210/artifacts/model"
	m.Route = &kservemodel.Route{
		Gateway: kubernetes.ParentRef{Name: "inference", Namespace: "gateway"}, Hostnames: []string{"wine.models.example.com"}, Timeout: 30 * time.Second,
		Next: &kservemodel.Next{Service: next, Weight: 10},
	}
	return m
}

func knative() kservemodel.Model {
	m := kubernetestest.WineModel()
	m.Service.Mode = inferenceservice.Knative
	m.Service.Predictor.MinReplicas, m.Service.Predictor.CanaryTrafficPercent = kubernetes.Ptr(0), kubernetes.Ptr(20)
	return m
}

// hours is full with hours.
func hours() kservemodel.Model {
	m := full()
	m.Service.Autoscaler, m.Route.Next.Service.Autoscaler = inferenceservice.External, inferenceservice.External
	m.Hours = &kservemodel.Hours{From: "0 7 * * 1-5", Until: "0 20 * * 1-5", TimeZone: "Europe/Berlin", TargetCPUPercent: 70}
	return m
}

// invoked is a container of SageMaker with its files.
func invoked() kservemodel.Model {
	m := kubernetestest.WineModel()
	m.Service.Predictor.Model = nil
	m.Service.Predictor.StorageURIs = []inferenceservice.StorageURI{{URI: "s3://wine-dev-models/train/7/output/model.tar.gz", MountPath: "/opt/ml/model"}}
	m.Service.Predictor.Containers = []kubernetes.Container{{Name: "kserve-container", Image: kubernetestest.Image, Args: []string{"serve"}, Ports: []kubernetes.ContainerPort{{ContainerPort: 8080}}}}
	m.Question = kservemodel.Question{Invocation: &kservemodel.Invocation{Body: "14.23,1.71,2.43\n"}, Answer: kservemodel.Answer{Numbers: []float64{0}, Tolerance: 0.5}}
	return m
}

func TestHours(t *testing.T) {
	made, err := hours().HoursChart()
	require.NoError(t, err)
	require.Equal(t, "hours-wine", made.Name)
	kubernetestest.Golden(t, filepath.Join("testdata", "hours.yaml"), made.Objects)
	m := kubernetestest.WineModel()
	m.Service.Autoscaler, m.Hours = inferenceservice.External, &kservemodel.Hours{From: "0 7 * * *", Until: "0 20 * * *"}
	made, err = m.HoursChart()
	require.NoError(t, err)
	object := made.Objects[0].(kubernetes.ScaledObject)
	require.Equal(t, []kubernetes.Trigger{kubernetes.Cron("UTC", "0 7 * * *", "0 20 * * *", 1)}, object.Triggers)
	require.Equal(t, []int{0, 3}, []int{*object.MinReplicaCount, *object.MaxReplicaCount})
	_, err = kservemodel.Model{}.HoursChart()
	require.Error(t, err)
}

func TestCharts(t *testing.T) {
	for name, model := range map[string]kservemodel.Model{"wine": kubernetestest.WineModel(), "full": full(), "knative": knative(), "hours": hours(), "invoked": invoked()} {
		made, err := model.Chart()
		require.NoError(t, err, name)
		files, err := made.Files()
		require.NoError(t, err, name)
		var out strings.Builder
		for _, each := range files {
			out.WriteString("# " + each.Path + "\n" + string(each.Content))
		}
		program, err := os.ReadFile("verify.py")
		require.NoError(t, err)
		text := out.String()
		for _, line := range strings.Split(strings.TrimSpace(string(program)), "\n") {
			require.Contains(t, text, strings.ReplaceAll(line, "{{", `{{ "{{" }}`), name)
		}
		golden.Assert(t, filepath.Join("testdata", name+".txt"), []byte(text))
	}
}

// TestVersions: what makes other pods is another version; how many there are is not.
func TestVersions(t *testing.T) {
	version := func(m kservemodel.Model) string {
		made, err := m.Chart()
		require.NoError(t, err)
		for _, each := range made.Objects {
			if s, ok := each.(inferenceservice.InferenceService); ok {
				return s.Predictor.Annotations["mlplatform/version"]
			}
		}
		return ""
	}
	first := version(kubernetestest.WineModel())
	require.Regexp(t, `^[0-9a-f]{12}$`, first)
	more := kubernetestest.WineModel()
	more.Service.Predictor.MaxReplicas = 9
	require.Equal(t, first, version(more))
	files := invoked()
	files.Service.Predictor.StorageURIs = nil
	require.NotEqual(t, version(invoked()), version(files))
	other := kubernetestest.WineModel()
	other.Service.Predictor.Model.StorageURI += "2"
	require.NotEqual(t, first, version(other))
}

// TestPolicies: callers, scrapers and the hook reach the model, and nobody else does.
func TestPolicies(t *testing.T) {
	network := policiesOf(t, full())
	pod := func(labels map[string]string) kubernetes.Party {
		return kubernetes.Party{Namespace: "models", Labels: labels}
	}
	wine, next := pod(map[string]string{"serving.kserve.io/inferenceservice": "wine"}), pod(map[string]string{"serving.kserve.io/inferenceservice": "wine-next"})
	other, hook := pod(map[string]string{"serving.kserve.io/inferenceservice": "other"}), pod(map[string]string{"app.kubernetes.io/name": "wine-verify"})
	gateway, scraper := kubernetes.Party{Namespace: "gateway"}, kubernetes.Party{Namespace: "monitoring"}
	server := kubernetes.Party{Address: netip.MustParseAddr("10.0.1.17")}
	for _, each := range []struct {
		name     string
		from, to kubernetes.Party
		port     int
		allowed  bool
	}{
		{"a caller asks", gateway, wine, 8080, true}, {"a caller asks the next", gateway, next, 8080, true}, {"a caller reads metrics", gateway, wine, 8082, false},
		{"a scraper reads metrics", scraper, wine, 8082, true}, {"a scraper asks", scraper, wine, 8080, false},
		{"the hook asks", hook, wine, 8080, true}, {"the hook asks the next", hook, next, 8080, true}, {"the hook asks another", hook, other, 8080, false},
		{"the hook reads the API server", hook, server, 443, true}, {"the hook goes elsewhere", hook, server, 80, false},
		{"another model asks", other, wine, 8080, false}, {"a caller asks the hook", gateway, hook, 8080, false},
	} {
		require.Equal(t, each.allowed, network.Allows(each.from, each.to, "TCP", each.port), each.name)
	}
}

// TestPoliciesOfKnative: requests reach the proxy in the pod and not the container behind it, by way of gateway and activator, and the hook asks at the gateway.
func TestPoliciesOfKnative(t *testing.T) {
	m := knative()
	m.Callers = []kubernetes.Peer{kubernetes.InNamespace("istio-system", nil), kubernetes.InNamespace("knative-serving", nil)}
	network := policiesOf(t, m)
	wine := kubernetes.Party{Namespace: "models", Labels: map[string]string{"serving.kserve.io/inferenceservice": "wine"}}
	hook := kubernetes.Party{Namespace: "models", Labels: map[string]string{"app.kubernetes.io/name": "wine-verify"}}
	gateway, activator, stranger := kubernetes.Party{Namespace: "istio-system"}, kubernetes.Party{Namespace: "knative-serving"}, kubernetes.Party{Namespace: "default"}
	for _, each := range []struct {
		name     string
		from, to kubernetes.Party
		port     int
		allowed  bool
	}{
		{"the gateway asks", gateway, wine, 8012, true}, {"the activator asks by HTTP/2", activator, wine, 8013, true}, {"the autoscaler counts", activator, wine, 9090, true},
		{"the gateway asks the container", gateway, wine, 8080, false}, {"a stranger asks", stranger, wine, 8012, false},
		{"the hook asks at the gateway", hook, gateway, 8081, true}, {"the hook asks a stranger", hook, stranger, 8081, false},
	} {
		require.Equal(t, each.allowed, network.Allows(each.from, each.to, "TCP", each.port), each.name)
	}
}

// TestPoliciesOfAgents: with a logger or a batcher requests go to KServe's agent.
func TestPoliciesOfAgents(t *testing.T) {
	m := kubernetestest.WineModel()
	m.Callers = []kubernetes.Peer{kubernetes.InNamespace("gateway", nil)}
	m.Service.Predictor.Batcher = &inferenceservice.Batcher{MaxBatchSize: 8}
	wine := kubernetes.Party{Namespace: "models", Labels: map[string]string{"serving.kserve.io/inferenceservice": "wine"}}
	require.True(t, policiesOf(t, m).Allows(kubernetes.Party{Namespace: "gateway"}, wine, "TCP", 9081))
}

// policiesOf are those of a model, in a namespace that denies what is not named.
func policiesOf(t *testing.T, m kservemodel.Model) kubernetes.Network {
	t.Helper()
	made, err := m.Chart()
	require.NoError(t, err)
	network := kubernetes.Network{Policies: []kubernetes.NetworkPolicy{kubernetes.DefaultDeny("models")}}
	for _, each := range made.Objects {
		if policy, ok := each.(kubernetes.NetworkPolicy); ok {
			network.Policies = append(network.Policies, policy)
		}
	}
	return network
}

func TestProblems(t *testing.T) {
	const service = `service.name: is missing; give a name
service.namespace: is missing; say in which namespace the InferenceService is
service.name: "" is no name of an InferenceService; use lower-case letters, digits and -, and begin with a letter
service.mode: is missing; use Standard or Knative
service.predictor.model: is missing, and so are predictor.containers; give one of the two
question.inputs: are missing; give the features of one row that the model knows the answer to
verification.image: is missing; name an image with python3 by its digest, such as that of the model server`
	require.EqualError(t, kservemodel.Model{}.Validate(), service)
	_, err := kservemodel.Model{}.Chart()
	require.EqualError(t, err, service)

	for _, each := range []struct {
		change func(*kservemodel.Model)
		want   string
	}{
		{func(m *kservemodel.Model) { m.Service.Stopped = true }, "service.stopped: is set, so that nobody could ask the model; remove the release instead, or leave it out"},
		{func(m *kservemodel.Model) { m.Service.Name = strings.Repeat("a", 46) }, `service.name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" has 46 characters; its chart and its job add to it, so use at most 45`},
		{func(m *kservemodel.Model) {
			m.Hours = &kservemodel.Hours{From: "7", TimeZone: "Berlin", Outside: 1, TargetCPUPercent: 101}
		}, `service.autoscaler: "" counts replicas, and so do the hours; use external
hours.targetCPUPercent: 101 is no percentage; use 1 to 100, or leave it out
hours.outside: 1 is not less than minReplicas of wine-predictor, 1; lower it, or leave the hours out
hours.until: is missing
hours.timeZone: "Berlin" is no time zone; use a name of the IANA database, such as Europe/Berlin
hours.from: "7" is no cron expression of five fields; write it like 0 8 * * 1-5`},
		{func(m *kservemodel.Model) {
			m.Service.Mode, m.Hours = inferenceservice.Knative, &kservemodel.Hours{From: "0 7 * * *", Until: "0 7 * * *", Outside: -1}
		}, `hours: are for the mode Standard; leave them out, and use minReplicas 0 in the mode Knative
hours.outside: -1 is negative; use 0 or more
hours.until: "0 7 * * *" is when it starts; give another time`},
		{func(m *kservemodel.Model) {
			m.Question.Invocation, m.Question.Answer.Datatype = &kservemodel.Invocation{}, "FP64"
		}, `service.predictor.model: is served by a runtime of KServe, and the question is an invocation of SageMaker; use predictor.containers and storageUris, or ask by inputs
question.invocation.body: is missing; give one row that the model knows the answer to
question.invocation: is given beside inputs or contentType of the V2 protocol; drop one of the two
question.answer: has an output, shape or datatype, which an answer to an invocation has not; give numbers or texts`},
		{func(m *kservemodel.Model) { m.RoleARN = "wine" }, `roleARN: "wine" is no ARN of a role; write it like arn:aws:iam::111111111111:role/name`},
		{func(m *kservemodel.Model) {
			m.Service.Predictor.Model.ProtocolVersion, m.Service.Predictor.Model.ModelFormat.Name = "v1", "sklearn"
		}, `service.predictor.model.protocolVersion: "v1" is not what the question is asked in; use v2`},
		{func(m *kservemodel.Model) { m.Verification.Image = "mlserver:1.7.1" }, `verification.image: "mlserver:1.7.1" is not named by its digest; write it like registry/name@sha256:... with 64 hexadecimal digits`},
		{func(m *kservemodel.Model) { m.Verification.Timeout = time.Second }, "verification.timeout: 1s is out of range; use 10s to 24h"},
		{func(m *kservemodel.Model) { m.Verification.URL = "gateway" }, `verification.url: "gateway" is no URL; write it like http://gateway.example.com`},
		{func(m *kservemodel.Model) { m.Verification.Host = "a" }, `verification.host: "a" is given without url; the service within the cluster needs none, so leave it out or give both`},
		{func(m *kservemodel.Model) { m.Question.Inputs[0].Name = "" }, "question.inputs[0].name: is missing; name the input, or the column of the model's signature"},
		{func(m *kservemodel.Model) { m.Question.Inputs = append(m.Question.Inputs, m.Question.Inputs[0]) }, `question.inputs[1].name: "input-0" is given twice; use another name`},
		{func(m *kservemodel.Model) { m.Question.Inputs[0].Shape = []int{1, 11} }, "question.inputs[0].shape: [1 11] has 11 values, and 13 are given; correct one of the two"},
		{func(m *kservemodel.Model) { m.Question.Inputs[0].Datatype = "FLOAT" }, `question.inputs[0].datatype: "FLOAT" is unknown; use BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8`},
		{func(m *kservemodel.Model) { m.Question.Inputs[0].Texts = []string{"a"} }, "question.inputs[0].texts: are given beside numbers; drop one of the two\nquestion.inputs[0].shape: [1 13] has 13 values, and 14 are given; correct one of the two"},
		{func(m *kservemodel.Model) { m.Question.Inputs[0] = kservemodel.Tensor{Name: "a"} }, "question.inputs[0].numbers: are missing, and so are texts; give the values"},
		{func(m *kservemodel.Model) { m.Question.Inputs[0].Datatype = "BYTES" }, `question.inputs[0].datatype: "BYTES" does not go with the values; texts are BYTES, and numbers all others`},
		{func(m *kservemodel.Model) {
			m.Question.Inputs[0] = kservemodel.Tensor{Name: "a", Datatype: "UINT8", Numbers: []float64{1, 256, 0.5, math.NaN()}}
		}, `question.inputs[0].numbers[1]: 256 is no UINT8; use a whole number from 0 to 255
question.inputs[0].numbers[2]: 0.5 is no UINT8; use a whole number from 0 to 255
question.inputs[0].numbers[3]: is no number; JSON has none such, so give a finite one`},
		{func(m *kservemodel.Model) {
			m.Question.Answer = kservemodel.Answer{Numbers: []float64{math.Inf(1)}, Texts: []string{"a"}, Tolerance: -1, Datatype: "X"}
		}, `question.answer.texts: are given beside numbers; drop one of the two
question.answer.tolerance: -1 is negative, or there are no numbers; use 0 or more, beside numbers
question.answer.datatype: "X" is unknown; use BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8
question.answer.numbers[0]: is no number; JSON has none such, so give a finite one`},
		{func(m *kservemodel.Model) { m.Callers = []kubernetes.Peer{{}} }, "callers[0]: is nobody; give podSelector, namespaceSelector or ipBlock"},
		{func(m *kservemodel.Model) { m.Route = &kservemodel.Route{Hostnames: []string{"Wine"}, Timeout: -1} }, `route.timeout: -1ns is negative; use one such as 60s
route.gateway.name: is missing; give a name
route.hostnames[0]: "Wine" is no host name; write it like models.example.com or *.example.com`},
		{func(m *kservemodel.Model) {
			*m = full()
			m.Route.Next.Service.Name, m.Route.Next.Service.Namespace, m.Route.Next.Service.Mode, m.Route.Next.Weight = "wine", "other", inferenceservice.Knative, 101
		}, `route.next.service.name: "wine" is the model's own; use another, such as wine-next
route.next.service.namespace: "other" is not the model's, "models"; use the same
route.next.service.mode: "Knative" is not the model's, "Standard"; use the same
route.next.weight: 101 is out of range; use 0 to 100`},
		{func(m *kservemodel.Model) {
			*m = knative()
			m.Route = &kservemodel.Route{Gateway: kubernetes.ParentRef{Name: "a"}, Hostnames: []string{"a.example.com"}}
		}, "route: is for the mode Standard; leave it out, and use canaryTrafficPercent in the mode Knative"},
	} {
		m := kubernetestest.WineModel()
		each.change(&m)
		require.EqualError(t, m.Validate(), each.want)
	}
}

// TestValues: what the hook reads out of answers of SageMaker's containers, in JSON, in lines of it, and in CSV.
func TestValues(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3, so what the hook reads out of answers is not tried; install python3 3.8 or later")
	}
	text, err := os.ReadFile("verify.py")
	require.NoError(t, err)
	_, functions, found := strings.Cut(string(text), "\n\ndef flat(")
	require.True(t, found)
	functions, _, found = strings.Cut(functions, "\n\ndef check(")
	require.True(t, found)
	for answer, want := range map[string]string{
		`{"predictions": [{"score": 0.5, "label": "red"}, {"score": 1}]}`: `[0.5, "red", 1]`, "[[0.1, 0.9]]\n": `[0.1, 0.9]`, "0.5": `[0.5]`, "0.1,0.9\n0.2, 0.8\n": `[0.1, 0.9, 0.2, 0.8]`,
		"{\"score\": 1}\n{\"score\": 2}\n": `[1, 2]`, "{\n  \"score\": [\n    3\n  ]\n}": `[3]`, "red,1e-3": `["red", 0.001]`, "": `[]`,
	} {
		out, err := exec.Command(python, "-c", "import json, sys\ndef flat("+functions+"\nprint(json.dumps(values(sys.argv[1])))", answer).CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Equal(t, want+"\n", string(out), answer)
	}
}
