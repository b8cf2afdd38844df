package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
)

// cases are files that must not load, with all that is said about them.
type cases map[string]struct {
	files files
	want  string
}

func (c cases) run(t *testing.T) {
	for name, each := range c {
		t.Run(name, func(t *testing.T) {
			loaded, err := each.files.load()
			require.Nil(t, loaded)
			require.EqualError(t, err, each.want)
		})
	}
}

const orNewer = ", or if it is newer than the list of 2026-05-20, add it to instanceTypes in platform.yaml"

func TestInstanceTypes(t *testing.T) {
	cases{
		"nodes": {clusterWith("instanceTypes: [m99.large, m5.nano, mac2.metal]"), `environments/dev.yaml:8:32: cluster.nodePools.general.instanceTypes[0]: "m99.large" is no EC2 instance type; use another, such as m6i.large` + orNewer + `
environments/dev.yaml:8:43: cluster.nodePools.general.instanceTypes[1]: "m5.nano" is no EC2 instance type; use a size that m5 has: large, xlarge, 2xlarge, 4xlarge, 8xlarge, 12xlarge, 16xlarge, 24xlarge, metal` + orNewer + `
environments/dev.yaml:8:52: cluster.nodePools.general.instanceTypes[2]: mac2.metal runs macOS alone, for which there is no image here; use another type, such as m6i.large`},
		"training, which also evaluates": {dev(`
storage: {}
training: { image: { tag: a }, metric: { threshold: 1 }, instanceType: ml.trn1.2xlarge, processingInstanceType: ml.m5.nano }
`), `environments/dev.yaml:4:72: training.instanceType: "ml.trn1.2xlarge" processes nothing; use another, such as ml.m5.large` + orNewer + `
environments/dev.yaml:4:113: training.processingInstanceType: "ml.m5.nano" is no SageMaker instance type; use a size that ml.m5 has: large, xlarge, 2xlarge, 4xlarge, 12xlarge, 24xlarge` + orNewer},
		"automation and its endpoint": {learns(`
  prepare: { instanceType: ml.inf2.xlarge }
  transform: { instanceType: ml.t3.medium }
endpoint: { instanceType: ml.t3.medium }
`), `environments/dev.yaml:12:28: automation.prepare.instanceType: "ml.inf2.xlarge" processes nothing; use another, such as ml.m5.large` + orNewer + `
environments/dev.yaml:13:30: automation.transform.instanceType: "ml.t3.medium" transforms nothing; use another, such as ml.m5.large` + orNewer + `
environments/dev.yaml:14:27: endpoint.instanceType: "ml.t3.medium" serves no endpoint; use another, such as ml.m5.large` + orNewer},
		"newer ones without the form of any": {platform(`
instanceTypes: [m99.large, ml.m99.large, large, ml.large]
`), `platform.yaml:6:42: instanceTypes[2]: "large" is no instance type; write it like m9i.large for EC2, and ml.m9i.large for SageMaker
platform.yaml:6:49: instanceTypes[3]: "ml.large" is no instance type; write it like m9i.large for EC2, and ml.m9i.large for SageMaker`},
	}.run(t)
}

func TestNewerInstanceTypes(t *testing.T) {
	all := clusterWith("instanceTypes: [m99g.large]")
	all["platform.yaml"] += "instanceTypes: [m99g.large]\n"
	env := all.must(t).Environment("dev")
	require.Equal(t, "arm64", string(env.Cluster.NodePools["general"].AMI), "as its name says")
}

// clusterWith is a cluster with a node pool.
func clusterWith(pool string) files {
	return dev(`
administrators: [arn:aws:iam::222222222222:role/admin]
network: { cidr: 10.10.0.0/16 }
cluster:
  version: "1.35"
  nodePools:
    general: { ` + pool + `, max: 3, desired: 2 }
`)
}

func TestRegionsOfTheProvider(t *testing.T) {
	cases{
		"of the platform": {swap("platform.yaml", "us-west-2", "ap-southeast-6"), `platform.yaml:3:9: region: "ap-southeast-6" is newer than version 5.99.1 of the AWS provider, which is the one used here and refuses it; use another region`},
		"of an environment": {dev(`
region: ap-east-2
`), `environments/dev.yaml:3:9: region: "ap-east-2" is newer than version 5.99.1 of the AWS provider, which is the one used here and refuses it; use another region`},
	}.run(t)
	known := 0
	for _, region := range awsfacts.RegionNames() {
		if awsfacts.ProviderKnows(region) {
			known++
		}
	}
	require.Equal(t, len(awsfacts.RegionNames())-2, known)
}

func TestLimitsOfSageMaker(t *testing.T) {
	long := strings.Repeat("x", 3000)
	metrics := strings.Builder{}
	for i := range 41 {
		fmt.Fprintf(&metrics, "m%d: (x), ", i)
	}
	cases{
		"entry points and arguments": {learns(`
  prepare: { entryPoint: ["a\nb"], arguments: [` + long[:256] + `, ` + long[:257] + `] }
`), `environments/dev.yaml:12:27: automation.prepare.entryPoint[0]: has more than one line; write it on one
environments/dev.yaml:12:306: automation.prepare.arguments[1]: has 257 characters, 256 are allowed; shorten it`},
		"a search": {dev(`
storage: {}
automation:
  image: { tag: a }
  register: { threshold: 0.8 }
  tuning:
    objective: { metric: m0 }
    categorical: { a: [` + long[:257] + `] }
    continuous: { b: { min: 0, max: 1.0e+300 } }
    static: { c: ` + long[:2501] + ` }
    metrics: { ` + metrics.String() + long[:256] + `: (x) }
`), `environments/dev.yaml:9:24: automation.tuning.categorical.a[0]: has 257 characters, 256 are allowed; shorten it
environments/dev.yaml:10:37: automation.tuning.continuous.b.max: 1e+300 has 301 characters written out, 256 are allowed; use a number with fewer digits
environments/dev.yaml:11:18: automation.tuning.static.c: has 2501 characters, 2500 are allowed; shorten it
environments/dev.yaml:12:14: automation.tuning.metrics: has 42 elements, 40 are allowed; remove some
environments/dev.yaml:12:` + fmt.Sprint(274+metrics.Len()) + `: automation.tuning.metrics.` + long[:256] + `: has 256 characters, 255 are allowed; shorten it`},
		"a metric that no group finds": {learnsBy("metrics: { m: 'f1=(?:[0-9.]+)' }"), `environments/dev.yaml:8:19: automation.tuning.metrics.m: "f1=(?:[0-9.]+)" finds no value; write a regular expression of up to 500 characters with the value in parentheses, such as f1=([0-9.]+)`},
		"variables of an endpoint": {learns(`
endpoint: { environment: { A: ` + long[:1025] + `, B-C: "1" } }
`), `environments/dev.yaml:12:31: endpoint.environment.A: has 1025 characters, 1024 are allowed; shorten it
environments/dev.yaml:12:1063: endpoint.environment.B-C: "B-C" is not allowed; use letters, digits and underscores, no digit first`},
	}.run(t)
}

// learnsBy is an environment whose search has a line more.
func learnsBy(line string) files {
	return dev(`
storage: {}
automation:
  image: { tag: a }
  register: { threshold: 0.8 }
  tuning:
    ` + line + `
    objective: { metric: m }
    integers: { n: { min: 1, max: 2 } }
`)
}
