package registry

import (
	"cmp"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ecrregistryscanningconfiguration"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// ScanType is who scans the images of a registry.
type ScanType string

// The types of scanning.
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
const (
	// Enhanced is Amazon Inspector: operating system and language packages, also after the push. It costs per image.
	Enhanced ScanType = "ENHANCED"
	// Basic is ECR itself: operating system packages, at the push. It costs nothing.
	Basic ScanType = "BASIC"
)

// ScanningProps configures the scanning of all repositories of an account in a region.
type ScanningProps struct {
	// Type of scanning. Default: Enhanced.
	Type ScanType
	// Continuous are patterns of repositories whose images are scanned again whenever a new vulnerability is known, with
	// * for any part of a name. For Enhanced only. Default: all repositories, unless OnPush is given.
	Continuous []string
	// OnPush are patterns of repositories whose images are scanned when they are pushed. Default: none for Enhanced, all
	// repositories for Basic.
	OnPush []string
}

// A Scanning is the scanning configuration of a registry.
type Scanning struct{ construct tf.Construct }

var filterPattern = lazyregexp.New(`^[a-z0-9*](?:[._/a-z0-9*-]?[a-z0-9*]+)*$`)

// NewScanning sets how images are scanned. There is one such configuration for an account in a region: make it in one
// stack only. It decides for all repositories, whatever their own setting. Destroying it brings back basic scanning.
func NewScanning(scope constructs.Construct, id string, props ScanningProps) (*Scanning, error) {
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Scanning, error) {
		type rule = ecrregistryscanningconfiguration.EcrRegistryScanningConfigurationRule
		var rules []*rule
		if len(props.Continuous) > 0 {
			rules = append(rules, &rule{ScanFrequency: tf.Str("CONTINUOUS_SCAN"), RepositoryFilter: filters(props.Continuous)})
		}
		if len(props.OnPush) > 0 {
			rules = append(rules, &rule{ScanFrequency: tf.Str("SCAN_ON_PUSH"), RepositoryFilter: filters(props.OnPush)})
		}
		ecrregistryscanningconfiguration.NewEcrRegistryScanningConfiguration(scope, tf.Str("scanning"), &ecrregistryscanningconfiguration.EcrRegistryScanningConfigurationConfig{
			ScanType: tf.Str(string(props.Type)), Rule: rules,
		})
		return &Scanning{construct: scope}, nil
	})
}

func (p ScanningProps) withDefaults() ScanningProps {
	p.Type = cmp.Or(p.Type, Enhanced)
	if len(p.Continuous) == 0 && len(p.OnPush) == 0 {
		if p.Type == Enhanced {
			p.Continuous = []string{"*"}
		} else {
			p.OnPush = []string{"*"}
		}
	}
	return p
}

func (p ScanningProps) validate() error {
	var problems problem.List
	if p.Type != Enhanced && p.Type != Basic {
		problems.Addf("type", "%q is unknown; use %q or %q", p.Type, Enhanced, Basic)
	}
	if p.Type == Basic && len(p.Continuous) > 0 {
		problems.Addf("continuous", "is for type %q only; use onPush", Enhanced)
	}
	for _, list := range []struct {
		path     string
		patterns []string
	}{{"continuous", p.Continuous}, {"onPush", p.OnPush}} {
		for i, pattern := range list.patterns {
			if !filterPattern.MatchString(pattern) || len(pattern) > 256 {
				problems.Addf(problem.Index(list.path, i), `%q is no pattern of repositories; use lower-case letters, digits, . _ - / and *, such as "wine-*"`, pattern)
			}
		}
	}
	if n := len(p.Continuous) + len(p.OnPush); n > 100 {
		problems.Addf("continuous", "and onPush have %d patterns, 100 are allowed; join some", n)
	}
	return problems.Err()
}

type filter = ecrregistryscanningconfiguration.EcrRegistryScanningConfigurationRuleRepositoryFilter

func filters(patterns []string) []*filter {
	var out []*filter
	for _, pattern := range patterns {
		out = append(out, &filter{Filter: tf.Str(pattern), FilterType: tf.Str("WILDCARD")})
	}
	return out
}

// Construct holds the scanning configuration.
func (s *Scanning) Construct() constructs.Construct { return s.construct }
