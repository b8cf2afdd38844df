package ecr

import (
	"strings"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// An Image is the address of an image in a private registry, taken apart:
// 111111111111.dkr.ecr.us-west-2.amazonaws.com/wine/train:1.0.
type Image struct {
	// Registry is the account and region whose registry the image is in.
	Registry arn.Scope
	// Host of the registry.
	Host string
	// Repository is the name of the repository, such as wine/train.
	Repository string
	// Tag and Digest name the image in the repository. Either may be empty.
	Tag, Digest string
}

// The hosts of a registry: for IPv4 and for both, each also with FIPS. Partitions have domains of their own.
// https://docs.aws.amazon.com/general/latest/gr/ecr.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
var hostPattern = lazyregexp.New(`^([0-9]{12})\.dkr(\.|-)ecr(?:-fips)?\.([a-z0-9-]+)\.([a-z.]+)$`)

var domains = map[string]string{
	"aws.": "amazonaws.com", "aws-us-gov.": "amazonaws.com", "aws-cn.": "amazonaws.com.cn",
	"aws-": "on.aws", "aws-us-gov-": "on.aws", "aws-cn-": "on.amazonwebservices.com.cn",
}

var (
	namePattern   = lazyregexp.New(`^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$`)
	tagPattern    = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digestPattern = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
)

// ParseRegistry is the account and region whose private registry has this host.
func ParseRegistry(host string) (registry arn.Scope, ok bool) {
	parts := hostPattern.FindStringSubmatch(host)
	if parts == nil || !arn.IsRegion(parts[3]) {
		return arn.Scope{}, false
	}
	registry = arn.Scope{Region: parts[3], Account: parts[1]}.WithDefaults()
	if parts[4] != domains[registry.Partition+parts[2]] {
		return arn.Scope{}, false
	}
	return registry, true
}

// ParseImage takes the address of an image in a private registry apart. Behind the host it takes everything, for there Terraform
// tokens may stand: Literal reports whether none does.
func ParseImage(address string) (Image, bool) {
	host, rest, _ := strings.Cut(address, "/")
	registry, ok := ParseRegistry(host)
	if !ok {
		return Image{}, false
	}
	name, digest, _ := strings.Cut(rest, "@")
	name, tag, _ := strings.Cut(name, ":")
	return Image{Registry: registry, Host: host, Repository: name, Tag: tag, Digest: digest}, name != ""
}

// Literal reports whether repository, tag and digest are written out, as ECR allows.
func (i Image) Literal() bool {
	return namePattern.MatchString(i.Repository) && (i.Tag == "" || tagPattern.MatchString(i.Tag)) && (i.Digest == "" || digestPattern.MatchString(i.Digest))
}

// RepositoryARN is the ARN of the image's repository.
func (i Image) RepositoryARN() string { return i.Registry.Regional("ecr", "repository/"+i.Repository) }
