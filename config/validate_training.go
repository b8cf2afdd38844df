package config

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/documents/scheduleexpression"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// PreparedPrefix is the folder of the data bucket in which training keeps what it makes of the raw data.
const PreparedPrefix = "prepared"

var (
	imageTagPattern    = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	imageDigestPattern = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
	metricNamePattern  = lazyregexp.New(`^[A-Za-z0-9_-]{1,64}$`)
	metricPathPattern  = lazyregexp.New(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
	folderPattern      = lazyregexp.New(`^[A-Za-z0-9!_.'()-]+(/[A-Za-z0-9!_.'()-]+)*$`)
	commitPattern      = lazyregexp.New(`^[0-9a-f]{40}$`)
	modelGroupPattern  = lazyregexp.New(`^[a-z0-9](-*[a-z0-9]){0,62}$`) // ARNs of versions have no capitals
)

func (e environmentFile) validateTraining() {
	const path = "training"
	f, t := e.file, e.Training
	if e.Storage == nil {
		f.add(path, "", "needs storage", f.provide("storage")+", for the data that it reads and the models that it makes")
	}
	e.checkImageRegion(path)
	e.checkImage(path+".image", t.Image)
	// The evaluation is a processing job on the instance type of the training.
	e.checkMLInstance(path+".instanceType", t.InstanceType, awsfacts.Training, awsfacts.Processing)
	e.checkMLInstance(path+".processingInstanceType", t.ProcessingInstanceType, awsfacts.Processing)
	if !metricNamePattern.MatchString(t.Metric.Name) {
		f.add(path+".metric.name", t.Metric.Name, quote(t.Metric.Name)+" is no name of a metric", "use up to 64 letters, digits, - and _")
	} else if !metricPathPattern.MatchString(t.Metric.Path) {
		f.add(path+".metric.path", t.Metric.Path, quote(t.Metric.Path)+" is no path in a JSON file", "write keys with dots between them, such as metrics."+t.Metric.Name+".value")
	}
	if !(t.Parameters.LearningRate > 0) {
		f.add(path+".parameters.learningRate", fmt.Sprint(t.Parameters.LearningRate), fmt.Sprintf("%v is not allowed", t.Parameters.LearningRate), "use a number above 0, such as 0.001")
	}
	if t.Network {
		e.checkJobNetwork(path + ".network")
	}
	if folder := t.DataPrefix; f.checkFolder(path+".dataPrefix", folder) && within(folder, PreparedPrefix) {
		f.add(path+".dataPrefix", folder, quote(folder)+" is where training keeps what it makes of the raw data", "use another folder")
	}
	e.checkModelPackageGroup(path+".modelPackageGroup", t.ModelPackageGroup)
	f.checkSchedule(path+".schedule", t.Schedule)
	if t.RunAfterDeploy && e.GitHub == nil {
		f.add(path+".runAfterDeploy", "true", "starts the pipeline after deployments by GitHub Actions, which do not deploy here", "remove it, or switch github on")
	}
	if f.has(path + ".experiment") {
		e.checkExperiment(path, t.Experiment, t.Network)
	}
	if d := t.Definition; d != nil && !commitPattern.MatchString(d.Commit) {
		f.add(path+".definition.commit", d.Commit, quote(d.Commit)+" is no whole commit", "write its 40 hexadecimal digits in lower case, git rev-parse shows them")
	}
}

// checkModelPackageGroup checks the name of a group that the environment makes.
func (e environmentFile) checkModelPackageGroup(path, group string) {
	if e.file.has(path) && (!modelGroupPattern.MatchString(group) || !e.begins(group, "-")) {
		e.file.add(path, group, quote(group)+" is no name of a model package group here",
			fmt.Sprintf("use up to 63 lower-case letters, digits and hyphens, beginning with %s-, which is what the environment's deployment may make", e.Prefix()))
	}
}

func (f *file) checkSchedule(path string, s *TrainingSchedule) {
	if s != nil {
		f.addErr(path+".expression", s.Expression, scheduleexpression.Validate(s.Expression))
		f.addErr(path+".timeZone", s.TimeZone, scheduleexpression.ValidateTimeZone(s.TimeZone))
	}
}

// checkFolder checks the name of a folder in a bucket.
func (f *file) checkFolder(path, folder string) bool {
	if folderPattern.MatchString(folder) && len(folder) <= 512 && !strings.Contains("/"+folder+"/", "/../") && !strings.Contains("/"+folder+"/", "/./") {
		return true
	}
	f.add(path, folder, quote(folder)+" is no folder of a bucket", "write it like raw or wine/red, without wildcards and without a slash at the front")
	return false
}

// within reports whether one folder is the other, or in it.
func within(folder, other string) bool {
	return folder == other || strings.HasPrefix(folder, other+"/")
}

// checkImageRegion: an image of the operations account can be run in its region only.
func (e environmentFile) checkImageRegion(path string) {
	if operations := e.platform.Operations.Region; !e.inRegion(operations) && known(operations) {
		e.file.add(path, "", fmt.Sprintf("runs in %s, and its image lies in the operations account's region, %s, from which SageMaker cannot pull", e.Region, operations),
			"train in that region, or remove "+path)
	}
}

// checkImage checks an image of the operations account.
func (e environmentFile) checkImage(path string, image TrainingImage) {
	f := e.file
	e.checkTrusted(path, image)
	images := e.platform.Operations.Images
	if !contains(images, image.Repository) && e.platformFile.readable("operations.images") {
		fix := "use " + problem.Choices(images) + didYouMean(image.Repository, images) + ", or add it to operations.images"
		if len(images) == 0 {
			fix = "add it to operations.images"
		}
		f.add(path+".repository", image.Repository, quote(image.Repository)+" is no repository of the operations account", fix)
	}
	switch {
	case !f.readable(path):
	case image.Tag == "" && image.Digest == "":
		f.add(path, "", "has neither tag nor digest", "add tag: with the commit that the image was built from, or digest:")
	case image.Tag != "" && image.Digest != "":
		f.add(path+".tag", image.Tag, "stands beside digest, which says it all", "keep one of them")
	case image.Tag == "latest":
		f.add(path+".tag", image.Tag, `"latest" is another image after every push`, "use the commit that the image was built from")
	case image.Tag != "" && !imageTagPattern.MatchString(image.Tag):
		f.add(path+".tag", image.Tag, quote(image.Tag)+" is no tag of an image", "use up to 128 letters, digits and ._-, not beginning with . or -")
	case image.Digest != "" && !imageDigestPattern.MatchString(image.Digest):
		f.add(path+".digest", image.Digest, quote(image.Digest)+" is no digest of an image", "write sha256: and 64 hexadecimal digits in lower case")
	}
}

// checkJobNetwork: jobs in a VPC read and write S3 through it; images and logs go SageMaker's own way.
func (e environmentFile) checkJobNetwork(path string) {
	f, n := e.file, e.Network
	switch {
	case n == nil:
		f.add(path, "true", "needs a network", f.provide("network")+", or remove this line")
	case !f.readable("network"):
	case !n.hasPrivateSubnets():
		f.add(path, "true", "needs private subnets", "add private to network.tiers, or name them in network.existing.privateSubnetIds")
	case n.Existing == nil && !n.reachesS3():
		f.add(path, "true", "has no way to S3 without NAT, so that jobs could read no data", "add s3 to network.endpoints, or set network.nat to single or perZone")
	}
}
