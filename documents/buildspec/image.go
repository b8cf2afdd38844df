package buildspec

import (
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Language is one of which CodeBuild's images hold runtimes.
type Language string

// The languages of CodeBuild's Linux images.
const (
	Go     Language = "golang"
	NodeJS Language = "nodejs"
	Python Language = "python"
	Java   Language = "java"
	Ruby   Language = "ruby"
	PHP    Language = "php"
	DotNet Language = "dotnet"
)

// A Runtime is a version of a language on one of CodeBuild's images.
// https://docs.aws.amazon.com/codebuild/latest/userguide/available-runtimes.html
type Runtime struct {
	Language Language
	// Version as the list of the image has it, such as 1.26 of Go or corretto21 of Java.
	Version string
}

// An Image is a container image that builds run in: one of CodeBuild's own, or the URI of one in ECR.
type Image string

// CodeBuild's own images, the newest of each kind. AWS rebuilds them under the same name. The date of a release behind it,
// as in standard:8.0-26.05.06, keeps what is on it as it was.
// https://docs.aws.amazon.com/codebuild/latest/userguide/ec2-compute-images.html
const (
	// AmazonLinux is Amazon Linux 2023 for x86_64.
	AmazonLinux Image = "aws/codebuild/amazonlinux-x86_64-standard:6.0"
	// AmazonLinuxARM is Amazon Linux 2023 for aarch64, on machines of another kind: Graviton.
	AmazonLinuxARM Image = "aws/codebuild/amazonlinux-aarch64-standard:4.0"
	// Ubuntu is Ubuntu 24.04 for x86_64.
	Ubuntu Image = "aws/codebuild/standard:8.0"
)

// Images are CodeBuild's own images that may be used. Older ones hold runtimes that nobody supports.
func Images() []Image { return []Image{AmazonLinux, AmazonLinuxARM, Ubuntu} }

// supported are the versions on those images, which all hold the same, that are also supported by those who make the
// language, oldest first.
var supported = map[Language][]string{
	Go: {"1.26"}, NodeJS: {"22", "24"}, Python: {"3.11", "3.12", "3.13", "3.14"},
	Java: {"corretto11", "corretto17", "corretto21", "corretto25"}, Ruby: {"3.3", "3.4", "4.0"}, PHP: {"8.3", "8.4", "8.5"},
	DotNet: {"10.0"},
}

// Managed reports whether the image is one of CodeBuild's own.
func (i Image) Managed() bool { return strings.HasPrefix(string(i), "aws/codebuild/") }

// ARM reports whether the image needs machines with Graviton processors.
func (i Image) ARM() bool { return i.Managed() && strings.Contains(string(i), "aarch64") }

// Validate reports an image of CodeBuild's own that is old or unknown, and one of yours that may change.
func (i Image) Validate() error {
	var problems problem.List
	switch {
	case i == "":
		problems.Addf("image", "is missing; use %s or the URI of an image in ECR", problem.Choices(Images()))
	case i.Managed() && !slices.Contains(Images(), Image(releasePattern.ReplaceAllString(string(i), ""))):
		problems.Addf("image", "%q is not among the newest of CodeBuild's images; use %s", i, problem.Choices(Images()))
	case !i.Managed() && !i.inECR():
		problems.Addf("image", "%q is no image that builds can be given; use %s or the URI of an image in ECR, with a tag or digest", i, problem.Choices(Images()))
	case strings.HasSuffix(string(i), ":latest"):
		problems.Addf("image", "%q is another image after every push; name a tag that stays, or a digest", i)
	}
	return problems.Err()
}

// releasePattern is the date of a release of one of CodeBuild's images.
var releasePattern = lazyregexp.New(`-[0-9]{2}\.[0-9]{2}\.[0-9]{2}$`)

// inECR reports whether the image is in ECR and named by either a tag or a digest.
func (i Image) inECR() bool {
	found, ok := ecr.ParseImage(string(i))
	return ok && found.Literal() && (found.Tag == "") != (found.Digest == "")
}

// Repository is the account, the region and the name of the ECR repository of an image, or nothing for CodeBuild's own.
func (i Image) Repository() (account, region, name string) {
	found, _ := ecr.ParseImage(string(i))
	return found.Registry.Account, found.Registry.Region, found.Repository
}

// ValidateOn reports what is wrong with the specification on this image: runtimes that it does not have.
func (s Spec) ValidateOn(image Image) error {
	var problems problem.List
	problems.Add("", image.Validate())
	problems.Add("", s.Validate())
	if len(s.Install.Runtimes) > 0 && image != "" && !image.Managed() {
		problems.Addf("install.runtimes", "are chosen on CodeBuild's own images only, not on %s; install them in the image", image)
	}
	return problems.Err()
}

func (r Runtime) validate(path string, problems *problem.List) {
	versions, known := supported[r.Language]
	switch {
	case !known:
		problems.Addf(path+".language", "%q is on none of CodeBuild's images; use %s", r.Language, problem.Choices([]Language{DotNet, Go, Java, NodeJS, PHP, Python, Ruby}))
	case !slices.Contains(versions, r.Version):
		problems.Addf(path+".version", "%q is no version of %s that is supported; use %s", r.Version, r.Language, problem.Choices(versions))
	}
}
