package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/containers"
	"github.com/mlplatform/mlplatform/documents/helmvalues"
	"github.com/mlplatform/mlplatform/documents/inferenceservice"
	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
)

// folderPart is a part of a folder: no wildcard, which roles cannot name, and neither . nor .., which clients of S3 take for other folders.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
const folderPart = `\.*[A-Za-z0-9!_'()-][A-Za-z0-9!_.'()-]*`

var (
	servingCertificatePattern = lazyregexp.New(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):([0-9]{12}):certificate/[0-9a-f-]{36}$`)
	modelNamePattern          = lazyregexp.New(`^[a-z]([a-z0-9-]{0,43}[a-z0-9])?$`)
	servingPoolPattern        = lazyregexp.New(`^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$`)
	runPattern                = lazyregexp.New(`^[0-9a-f]{32}$`)
	loggedModelPattern        = lazyregexp.New(`^m-[0-9a-f]{32}$`)
	modelFolderPattern        = lazyregexp.New(`^` + folderPart + `(/` + folderPart + `)*$`)
	modelImagePattern         = lazyregexp.New(`^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+(:[A-Za-z0-9._-]+)?@sha256:[0-9a-f]{64}$`)
	mlflowTagPattern          = lazyregexp.New(`^v[0-9]+\.[0-9]+\.[0-9]+-full$`)
	chartRegistryPattern      = lazyregexp.New(`^[A-Za-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)*$`)
	modelPackagePattern       = lazyregexp.New(`^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:[0-9]{12}:model-package/[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}(/[0-9]+)?$`)
	archivePattern            = lazyregexp.New(`\.(tar\.gz|tgz|tar|zip)$`)
	categoryPattern           = lazyregexp.New(`^[a-z]{1,4}$`)
	nodeImagePattern          = lazyregexp.New(`^v20[0-9]{6}$`)
	tokenURLPattern           = lazyregexp.New(`^https://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/%-]*)?$`)
	tokenTextPattern          = lazyregexp.New(`^[!-~]+$`)
)

// maxModelName is how long the name of a model may be, so that those of its objects are not too long.
const maxModelName = 45

func (e environmentFile) validateServingPart() {
	s, f := e.Serving, e.file
	e.validateServingNeeds()
	e.validateServingAddress()
	if s.Tokens != nil {
		e.validateTokens(s.Tokens)
	}
	if s.MLflow != nil {
		e.validateMLflow()
	}
	if len(s.NodePools) > 0 && e.Cluster != nil && e.Cluster.Karpenter == nil && f.readable("cluster.karpenter") {
		f.add("serving.nodePools", "", "needs cluster.karpenter, which makes the nodes", "add karpenter: {} to cluster, or remove nodePools")
	}
	for _, name := range s.NodePoolNames() {
		pool, path := s.NodePools[name], join("serving.nodePools", name)
		if !servingPoolPattern.MatchString(name) {
			f.add(path, name, quote(name)+" is no name of a pool", "use up to 30 lower-case letters, digits and hyphens, beginning with a letter")
		}
		if pool.ImageVersion != "" && !nodeImagePattern.MatchString(pool.ImageVersion) {
			f.add(path+".imageVersion", pool.ImageVersion, quote(pool.ImageVersion)+" is no version of AWS's image", "write the day of a release, such as v20261120: https://github.com/awslabs/amazon-eks-ami/releases")
		}
		for i, category := range pool.Categories {
			if !categoryPattern.MatchString(category) {
				f.add(fmt.Sprintf("%s.categories[%d]", path, i), category, quote(category)+" is no family of instance types", "write its letters, such as m or g")
			}
		}
	}
	if s.ChartRegistry != "" && !chartRegistryPattern.MatchString(s.ChartRegistry) {
		f.add("serving.chartRegistry", s.ChartRegistry, quote(s.ChartRegistry)+" is no registry", "write it like 222222222222.dkr.ecr.us-west-2.amazonaws.com/charts, without oci://")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Charts)) {
		path, chart := join("serving.charts", name), s.Charts[name]
		known, ok := helmvalues.Find(name)
		if !ok {
			names := helmvalues.ChartNames()
			f.add(path, name, quote(name)+" is no chart of the platform", "use "+problem.Choices(names)+didYouMean(name, names))
			continue
		}
		if chart.Version != "" && !rule.ChartVersion(chart.Version) {
			f.add(path+".version", chart.Version, quote(chart.Version)+" is no exact version", "write it like "+known.Version)
		}
		switch {
		case chart.Digest == "":
		case !strings.HasPrefix(known.Repository, "oci://") && s.ChartRegistry == "":
			f.add(path+".digest", chart.Digest, "has no meaning for "+known.Repository+", which is no registry", "remove it, or copy the charts and set serving.chartRegistry")
		case !imageDigestPattern.MatchString(chart.Digest):
			f.add(path+".digest", chart.Digest, quote(chart.Digest)+" is no digest", "write sha256: and 64 hexadecimal digits")
		}
	}
	for _, name := range s.ModelNames() {
		e.validateModel(name, s.Models[name])
	}
}

func (e environmentFile) validateServingNeeds() {
	const path = "serving"
	f := e.file
	switch c := e.Cluster; {
	case c == nil:
		f.add(path, "", "needs a cluster", f.provide("cluster"))
	case c.Compute == ComputeAutoMode:
		f.add(path, "", "does not go with compute: autoMode, whose load balancing would stand beside its own", "set cluster.compute: nodeGroups")
	default:
		e.checkAddons(path, servingAddons...)
		e.checkServingReach()
	}
	if e.Storage == nil {
		f.add(path, "", "needs storage, whose bucket has the models", f.provide("storage"))
	}
	e.checkSubnetsFor(path, e.Serving.Public)
	if n := e.Network; n != nil && n.Range() == "" && f.readable("network") {
		f.add(path, "", "needs the range of the existing network, which its models admit for metrics", "add network.existing.cidr")
	}
}

// checkServingReach: who deploys the software must reach the Kubernetes API. A machine of GitHub is never in the network, and builds have no
// addresses that could be named. Machines of one's own are where nobody here knows.
func (e environmentFile) checkServingReach() {
	f, c := e.file, e.Cluster
	if !f.readable("cluster") || len(c.PublicAccessCIDRs) > 0 && (e.GitHub != nil || c.AllowPublicAccessFromAnywhere) {
		return
	}
	if machine := hosted(e.platform.RunsOn); e.GitHub != nil && c.Runner == nil && machine != "" {
		f.add("serving", "", "is deployed by jobs on "+machine+", which do not reach the Kubernetes API: it has no public address",
			"add runner: {} to cluster, name the addresses of your machines in cluster.publicAccessCidrs, or machines in the network in runsOn of platform.yaml")
	}
	if e.CodePipeline != nil && e.GitHub == nil && !e.CodePipeline.Network && f.readable("codePipeline") {
		f.add("serving", "", "is deployed by builds of CodePipeline, which do not reach the Kubernetes API from outside of the network", codePipelineNetwork)
	}
}

var hostedPattern = lazyregexp.New(`^(ubuntu|windows|macos)-(latest|slim|[0-9][0-9.]*)(-(arm|xlarge|large|intel))?$`)

// hosted is the label of a machine of GitHub's, or empty.
func hosted(labels []string) string {
	for _, label := range labels {
		if hostedPattern.MatchString(label) {
			return label
		}
	}
	return ""
}

// checkAddons: what a part needs of the cluster is not switched off.
func (e environmentFile) checkAddons(part string, addons ...string) {
	for _, addon := range addons {
		if _, on := e.Cluster.Addons[addon]; !on {
			e.file.add("cluster.addons."+addon, "", "is off, and "+part+" needs it", "remove enabled: false")
		}
	}
}

func (e environmentFile) validateServingAddress() {
	s, f := e.Serving, e.file
	if s.Domain != "" && (strings.HasPrefix(s.Domain, "*") || rule.DomainName(s.Domain) != nil) {
		f.add("serving.domain", s.Domain, quote(s.Domain)+" is no domain", "write it like serving.dev.example.com, in lower case")
	}
	for key, zone := range map[string]string{"hostedZone": s.HostedZone, "validationZone": s.ValidationZone} {
		if zone != "" && rule.HostedZone(zone) != nil && f.has("serving."+key) {
			f.add("serving."+key, zone, quote(zone)+" is no id of a hosted zone", "write it like Z0123456789ABCDEFGHIJ, without /hostedzone/")
		}
	}
	switch match := servingCertificatePattern.FindStringSubmatch(s.CertificateARN); {
	case s.CertificateARN == "" && s.HostedZone == "" && f.readable("serving.certificateArn"):
		f.add("serving.hostedZone", "", "is missing, and so is certificateArn; without a certificate there is no HTTPS", "name the zone of "+cmp.Or(s.Domain, "the domain")+", or a certificate for *."+cmp.Or(s.Domain, "it"))
	case s.CertificateARN == "":
	case match == nil:
		f.add("serving.certificateArn", s.CertificateARN, quote(s.CertificateARN)+" is no ARN of a certificate", "write it as aws acm list-certificates prints it")
	case !e.inRegion(match[1]) || !e.inAccount(match[2]):
		f.add("serving.certificateArn", s.CertificateARN, "is in another region or account than the environment", "name one in "+e.Region+" of "+e.Account)
	}
	if s.Public && len(s.AllowedCIDRs) == 0 {
		f.add("serving.allowedCidrs", "", "is missing, and nobody could connect", "list who may, or 0.0.0.0/0 for everybody")
	}
	for i, cidr := range s.AllowedCIDRs {
		prefix, err := netip.ParsePrefix(cidr)
		path := fmt.Sprintf("serving.allowedCidrs[%d]", i)
		switch {
		case !f.has("serving.allowedCidrs"): // that of the network, which is looked at there
		case err != nil || !prefix.Addr().Is4():
			f.add(path, cidr, quote(cidr)+" is no IPv4 range", "write it like 10.10.0.0/16")
		case prefix.Masked() != prefix:
			f.add(path, cidr, quote(cidr)+" has bits outside its mask", "write "+prefix.Masked().String())
		}
	}
}

// validateTokens: an issuer gives tokens to many, so that one alone says little.
func (e environmentFile) validateTokens(t *ServingTokens) {
	const path = "serving.tokens"
	f := e.file
	for key, url := range map[string]string{"issuer": t.Issuer, "keysUrl": t.KeysURL} {
		if url != "" && f.has(path+"."+key) && !tokenURLPattern.MatchString(url) {
			f.add(path+"."+key, url, quote(url)+" is no address that begins with https://", "write it like https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Ab12Cd34E")
		}
	}
	if len(t.Audiences)+len(t.Scopes) == 0 && f.readable(path) {
		f.add(path, "", "names neither audiences nor scopes, and every token of the issuer would do", "name the audience that tokens for these models have, or a scope")
	}
	for key, texts := range map[string][]string{"audiences": t.Audiences, "scopes": t.Scopes} {
		for i, text := range texts {
			if !tokenTextPattern.MatchString(text) {
				f.add(fmt.Sprintf("%s.%s[%d]", path, key, i), text, quote(text)+" is empty or has spaces", "write it as it stands in the token")
			}
		}
	}
}

func (e environmentFile) validateMLflow() {
	m, f := e.Serving.MLflow, e.file
	if !mlflowTagPattern.MatchString(m.Tag) {
		f.add("serving.mlflow.tag", m.Tag, quote(m.Tag)+" is no tag of a full image", "write it like v3.15.1-full, without which there is no driver for the database")
	}
	if !rule.InstanceClass(m.Database.InstanceClass) {
		f.add("serving.mlflow.database.instanceClass", m.Database.InstanceClass, quote(m.Database.InstanceClass)+" is no instance class of RDS", "write it like db.t4g.small")
	}
}

func (e environmentFile) validateModel(name string, m ServingModel) {
	f, path := e.file, join("serving.models", name)
	bad := func(key, value, message, fix string) { f.add(path+"."+key, value, message, fix) }
	if !modelNamePattern.MatchString(name) {
		f.add(path, name, quote(name)+" is no name of a model", "use up to 45 lower-case letters, digits and hyphens, beginning with a letter")
	} else if host := name + "-models." + e.Serving.Domain; len(name)+len("-models") > 63 || len(host) > 253 {
		f.add(path, name, "makes a host name that is too long", "shorten it")
	}
	if formats := inferenceservice.Formats(); m.Image == "" && m.Package == nil && !slices.Contains(formats, m.Format) {
		bad("format", m.Format, quote(m.Format)+" is none that a runtime of KServe loads", "use "+problem.Choices(formats)+didYouMean(m.Format, formats)+", or give an image")
	}
	if m.Package == nil {
		e.validateModelSource(path, m.Path, m.Image, m.Run)
	} else {
		e.validatePackage(path, m.Package, "path", "run", "image", "format")
	}
	if m.Next != nil {
		e.validateNext(path, name, m)
	}
	if m.Hours != nil && f.readable(path+".hours") {
		e.validateHours(path+".hours", m)
	}
	e.checkModelImage(path+".question.image", m.Question.Image)
	if m.Question.Image == "" && f.readable(path+".image") {
		bad("question.image", "", "is missing, and the model has no image of its own", "name one with python3 by its digest, such as docker.io/seldonio/mlserver@sha256:...")
	}
	if m.GPUs > 0 && e.Cluster != nil && !e.hasGPUs() && f.readable("serving.nodePools") && f.readable("cluster") {
		bad("gpus", fmt.Sprint(m.GPUs), fmt.Sprintf("%d has no node that it could run on: none has GPUs of NVIDIA", m.GPUs), "add a pool with gpu: true to serving.nodePools, or one with such instance types to cluster.nodePools")
	}
	if m.MinReplicas > m.MaxReplicas {
		bad("minReplicas", fmt.Sprint(m.MinReplicas), fmt.Sprintf("%d is more than maxReplicas, %d", m.MinReplicas, m.MaxReplicas), "lower it or raise maxReplicas")
	}
	if e.Serving.Mode == ServingStandard && f.readable("serving.mode") {
		if m.MinReplicas == 0 {
			bad("minReplicas", "0", "is 0, which mode standard makes 1 without a word", "set it to 1 and give hours, or set serving.mode: knative")
		}
		if f.has(path + ".canaryPercent") {
			bad("canaryPercent", "", "stands in mode standard, in which KServe ignores it", "remove it, or set serving.mode: knative")
		}
	}
	switch q := m.Question; {
	case !f.has(path + ".question"):
	case m.Package == nil && len(q.Inputs) == 0 && f.readable(path+".question.inputs"):
		bad("question.inputs", "", "is empty", "give the features of one row that the model knows the answer to")
	case m.Package != nil && q.Body == "":
		bad("question.body", "", "is missing, by which a model package is asked", "give one row that the model knows the answer to, such as \"14.23,1.71,2.43\"")
	}
	for key, wrong := range map[string]bool{"inputs": m.Package != nil, "body": m.Package == nil, "contentType": m.Package == nil} {
		if wrong && f.has(path+".question."+key) {
			bad("question."+key, "", "is not how "+map[bool]string{true: "a model package", false: "this model"}[m.Package != nil]+" is asked", "remove it, and give "+map[bool]string{true: "body", false: "inputs"}[m.Package != nil])
		}
	}
	for _, column := range slices.Sorted(maps.Keys(m.Question.Inputs)) {
		if value := m.Question.Inputs[column]; column == "" || math.IsNaN(value) || math.IsInf(value, 0) {
			bad("question.inputs", column, "has a column without a name, or a value that is no number", "give finite numbers by the names of their columns")
		}
	}
	if m.Question.Tolerance < 0 || m.Question.Tolerance > 0 && len(m.Question.Answer) == 0 && f.readable(path+".question.answer") {
		bad("question.tolerance", fmt.Sprint(m.Question.Tolerance), "is negative, or there is no answer that it could be of", "use 0 or more beside an answer")
	}
}

// validateHours: KEDA counts by a clock of five fields.
func (e environmentFile) validateHours(path string, m ServingModel) {
	f, h := e.file, m.Hours
	switch {
	case e.Serving.Mode == ServingKnative:
		f.add(path, "", "is for mode standard", "remove it: in mode knative minReplicas: 0 lets a model sleep while nobody asks")
	case e.Serving.KEDA == nil:
		f.add(path, "", "needs serving.keda, which counts by the clock", "add keda: {} to serving")
	}
	for key, expression := range map[string]string{"from": h.From, "until": h.Until} {
		if _, err := scheduleexpression.Crontab(expression); err != nil && expression != "" {
			f.addErr(path+"."+key, expression, err)
		}
	}
	if h.From == h.Until && h.From != "" {
		f.add(path+".until", h.Until, "is when they begin", "give another time")
	}
	if err := scheduleexpression.ValidateTimeZone(h.TimeZone); h.TimeZone != "" && err != nil {
		f.addErr(path+".timeZone", h.TimeZone, err)
	}
	if h.Outside >= m.MinReplicas && m.MinReplicas > 0 {
		f.add(path+".outside", fmt.Sprint(h.Outside), fmt.Sprintf("%d is not less than minReplicas, %d", h.Outside, m.MinReplicas), "lower it, raise minReplicas, or remove hours")
	}
}

// validatePackage: a package says by itself what serves it, by digest, and its files are where the model's role may read.
func (e environmentFile) validatePackage(path string, p *ServingPackage, others ...string) {
	f, at := e.file, path+".package"
	for _, key := range others {
		if f.has(path + "." + key) {
			f.add(path+"."+key, "", "stands beside package, which says what is served", "remove it")
		}
	}
	if p.ARN != "" && !modelPackagePattern.MatchString(p.ARN) {
		f.add(at+".arn", p.ARN, quote(p.ARN)+" is no ARN of a model package", "write it like arn:aws:sagemaker:us-west-2:222222222222:model-package/wine-dev-models/7")
	}
	e.checkModelImage(at+".image", p.Image)
	if p.Data != "" && e.Storage != nil {
		switch prefix := "s3://" + e.Storage.Models.Name + "/"; {
		case !strings.HasPrefix(p.Data, prefix) && known(prefix):
			f.add(at+".data", p.Data, quote(p.Data)+" is not in the bucket of models, which is what a model may read", "copy it to a folder of "+prefix)
		case p.Folder() == "":
			f.add(at+".data", p.Data, quote(p.Data)+" is in no folder, and the model would have to read the whole bucket", "copy it into a folder")
		case !strings.HasSuffix(p.Data, "/") && !archivePattern.MatchString(p.Data):
			f.add(at+".data", p.Data, quote(p.Data)+" is neither an archive nor a folder", "name a .tar.gz, or a folder with a slash at its end")
		case !modelFolderPattern.MatchString(p.Folder()):
			f.add(at+".data", p.Data, quote(p.Folder())+" is no folder that a role can name", "copy it to one of letters, digits, hyphens, dots and underscores")
		}
	}
	if _, given := p.Environment["PYTHONPATH"]; given {
		f.add(at+".environment.PYTHONPATH", "", "is refused by KServe, for whoever sets it changes the program", "remove it, and put the code into the image or the archive")
	}
	for _, each := range problem.Split(containers.CheckEnvironment(p.Environment)) {
		// A model has no secrets of its own.
		e.addProblems(at, replaced(each, "put it into Secrets Manager, and name it in secrets or let the program read it", "leave it out, and have the program read it from Secrets Manager"))
	}
}

// replaced is the problem with another fix.
func replaced(err error, old, new string) error {
	if p, ok := err.(problem.Problem); ok {
		p.Message = strings.Replace(p.Message, old, new, 1)
		return p
	}
	if err != nil {
		return errors.New(strings.Replace(err.Error(), old, new, 1))
	}
	return nil
}

// validateModelSource: a model is in the bucket, in MLflow or in an image.
func (e environmentFile) validateModelSource(path, folder, image string, run *ServingRun) {
	f := e.file
	switch {
	case run == nil && folder == "" && image == "" && f.readable(path):
		f.add(path, "", "has neither path, run, image nor package", "say where the model is")
	case run != nil && f.has(path+".path"):
		f.add(path+".path", folder, "stands beside run, which says where the model is", "keep one of them")
	case run == nil && f.has(path+".path") && folder != "" && !modelFolderPattern.MatchString(folder):
		f.add(path+".path", folder, quote(folder)+" is no folder of the bucket", "write it without s3://, the bucket's name, slashes at its ends, wildcards, and parts . or ..")
	}
	e.checkModelImage(path+".image", image)
	if run == nil {
		return
	}
	at := path + ".run"
	if e.Serving.MLflow == nil {
		f.add(at, "", "needs serving.mlflow, whose artifacts are in the bucket of models", "add mlflow: {} to serving, or write path")
	}
	if run.Experiment != "" && !digitsPattern.MatchString(run.Experiment) {
		f.add(at+".experiment", run.Experiment, quote(run.Experiment)+" is no id of an experiment", "write its digits in quotes, as MLflow shows them")
	}
	switch {
	case (run.Model == "") == (run.Run == "") && f.readable(at):
		f.add(at, "", "names a logged model and a run, or neither", "give model or run")
	case run.Model != "" && !loggedModelPattern.MatchString(run.Model):
		f.add(at+".model", run.Model, quote(run.Model)+" is no id of a logged model", "write it like m-0123456789abcdef0123456789abcdef")
	case run.Run != "" && !runPattern.MatchString(run.Run):
		f.add(at+".run", run.Run, quote(run.Run)+" is no id of a run", "write its 32 hexadecimal digits")
	case run.Model != "" && f.has(at+".artifact"):
		f.add(at+".artifact", run.Artifact, "is of a run, and a logged model has none", "remove it")
	case run.Run != "" && !modelFolderPattern.MatchString(run.Artifact):
		f.add(at+".artifact", run.Artifact, quote(run.Artifact)+" is no path of an artifact", "write it without slashes at its ends")
	}
}

// checkModelImage: what the file has no image for is taken from elsewhere, where it is looked at.
func (e environmentFile) checkModelImage(path, image string) {
	if image != "" && e.file.has(path) && !modelImagePattern.MatchString(image) {
		e.file.add(path, image, quote(image)+" names no image by its digest", "write it like registry/name@sha256: and 64 digits")
	}
}

func (e environmentFile) validateNext(path, name string, m ServingModel) {
	f, next, at := e.file, m.Next, path+".next"
	if e.Serving.Mode == ServingKnative {
		f.add(at, "", "is for mode standard", "use canaryPercent in mode knative")
	}
	if len(NextModel(name)) > maxModelName {
		f.add(at, "", fmt.Sprintf("is called %s, which has more than %d characters", NextModel(name), maxModelName), "shorten the name of the model")
	}
	if _, taken := e.Serving.Models[NextModel(name)]; taken {
		f.add(at, "", "is called "+NextModel(name)+", which is another model", "rename one of them")
	}
	if (next.Package == nil) != (m.Package == nil) {
		f.add(at, "", "is a model package and the model is none, or the other way round; both answer to the same requests", "give the same kind, or make it a model of another name")
		return
	}
	if next.Package != nil {
		e.validatePackage(at, next.Package, "path", "run", "image")
		return
	}
	if f.readable(at) && next.Run == nil && !f.has(at+".path") && !f.has(at+".image") {
		f.add(at, "", "is the same as the model", "give path, run or image")
	} else {
		e.validateModelSource(at, next.Path, next.Image, next.Run)
	}
}
