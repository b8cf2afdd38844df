package studio

import (
	"cmp"
	"time"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sagemakerdomain"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Settings are those of JupyterLab and Code Editor, and of the spaces that they run in.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html
type Settings struct {
	// IdleTimeout is after how long without work an app shuts down, 1 hour to 365 days in whole minutes. The files of
	// its space stay. Default: 2 hours.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
	IdleTimeout time.Duration
	// MaxIdleTimeout is the longest that users may choose for their own spaces, up to 365 days; the shortest is 1 hour.
	// Default: IdleTimeout.
	MaxIdleTimeout time.Duration
	// NeverShutDownIdle leaves apps running, and costing, until somebody stops them. Default: false.
	NeverShutDownIdle bool
	// VolumeGB is the size of a new space's volume, 5 to 16384 GB. Default: 5.
	VolumeGB int
	// MaxVolumeGB is the largest that users may choose, VolumeGB to 16384 GB. Volumes do not shrink. Default: 100, or
	// VolumeGB where that is more.
	MaxVolumeGB int
	// InstanceType that apps start on where users choose no other, such as ml.t3.large. Default: AWS's, ml.t3.medium.
	InstanceType string
	// LifecycleConfigARNs are scripts that users may choose to run when JupyterLab starts. Default: none.
	// https://docs.aws.amazon.com/sagemaker/latest/dg/jl-lcc.html
	LifecycleConfigARNs []string
	// CodeRepositories are https:// URLs of git repositories that JupyterLab offers to clone, at most 10. Default: none.
	CodeRepositories []string
}

// Limits of settings.
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_IdleSettings.html
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DefaultEbsStorageSettings.html
const (
	minIdle         = time.Hour
	maxIdle         = 365 * 24 * time.Hour
	minVolumeGB     = 5
	maxVolumeGB     = 16384
	maxRepositories = 10
)

var (
	repositoryPattern = lazyregexp.New(`^https://[^\s/]+/\S+$`)
)

// over takes what s leaves open from the settings that it overrides.
func (s Settings) over(base Settings) Settings {
	if !s.NeverShutDownIdle {
		if s.IdleTimeout == 0 {
			s.IdleTimeout, s.NeverShutDownIdle = base.IdleTimeout, base.NeverShutDownIdle
		}
		if s.MaxIdleTimeout == 0 && base.MaxIdleTimeout >= s.IdleTimeout {
			s.MaxIdleTimeout = base.MaxIdleTimeout
		}
	}
	s.VolumeGB = cmp.Or(s.VolumeGB, base.VolumeGB)
	s.MaxVolumeGB = cmp.Or(s.MaxVolumeGB, base.MaxVolumeGB)
	s.InstanceType = cmp.Or(s.InstanceType, base.InstanceType)
	if len(s.LifecycleConfigARNs) == 0 {
		s.LifecycleConfigARNs = base.LifecycleConfigARNs
	}
	if len(s.CodeRepositories) == 0 {
		s.CodeRepositories = base.CodeRepositories
	}
	return s
}

func (s Settings) withDefaults() Settings {
	if s.IdleTimeout == 0 && !s.NeverShutDownIdle {
		s.IdleTimeout = 2 * time.Hour
	}
	s.MaxIdleTimeout = cmp.Or(s.MaxIdleTimeout, s.IdleTimeout)
	s.VolumeGB = cmp.Or(s.VolumeGB, minVolumeGB)
	if s.MaxVolumeGB == 0 {
		s.MaxVolumeGB = max(100, s.VolumeGB)
	}
	return s
}

func (s Settings) validate(at string, problems *problem.List) {
	s.validateIdle(at, problems)
	if s.VolumeGB < minVolumeGB || s.VolumeGB > maxVolumeGB {
		problems.Addf(at+".volumeGB", "%d is out of range; use %d to %d", s.VolumeGB, minVolumeGB, maxVolumeGB)
	}
	if s.MaxVolumeGB < s.VolumeGB || s.MaxVolumeGB > maxVolumeGB {
		problems.Addf(at+".maxVolumeGB", "%d is out of range; use %d, the size of a new volume, to %d", s.MaxVolumeGB, s.VolumeGB, maxVolumeGB)
	}
	if s.InstanceType != "" {
		awsfacts.ReportMLInstance(problems, at+".instanceType", s.InstanceType, awsfacts.Apps)
	}
	for i, each := range s.LifecycleConfigARNs {
		if !arn.Is(each, "sagemaker", "studio-lifecycle-config/") {
			problems.Addf(problem.Index(at+".lifecycleConfigARNs", i), "%q is no ARN of a lifecycle configuration; write it like arn:aws:sagemaker:us-west-2:123456789012:studio-lifecycle-config/name", each)
		}
	}
	if n := len(s.CodeRepositories); n > maxRepositories {
		problems.Addf(at+".codeRepositories", "are %d, %d are allowed; list fewer", n, maxRepositories)
	}
	for i, each := range s.CodeRepositories {
		if !repositoryPattern.MatchString(each) {
			problems.Addf(problem.Index(at+".codeRepositories", i), "%q is no https:// URL of a repository; write it like https://github.com/acme/notebooks.git", each)
		}
	}
}

func (s Settings) validateIdle(at string, problems *problem.List) {
	if s.NeverShutDownIdle {
		if s.IdleTimeout != 0 || s.MaxIdleTimeout != 0 {
			problems.Addf(at+".neverShutDownIdle", "contradicts the idle timeout; keep one of them")
		}
		return
	}
	if s.IdleTimeout < minIdle || s.IdleTimeout > maxIdle || s.IdleTimeout%time.Minute != 0 {
		problems.Addf(at+".idleTimeout", "%s is out of range; use 1h to 8760h in whole minutes", s.IdleTimeout)
	}
	if s.MaxIdleTimeout < s.IdleTimeout || s.MaxIdleTimeout > maxIdle || s.MaxIdleTimeout%time.Minute != 0 {
		problems.Addf(at+".maxIdleTimeout", "%s is out of range; use %s, the idle timeout, to 8760h in whole minutes", s.MaxIdleTimeout, s.IdleTimeout)
	}
}

func minutes(d time.Duration) *float64 { return tf.Num(int(d / time.Minute)) }

// domainSettings are the domain's default user settings.
func (s *Studio) domainSettings() *sagemakerdomain.SagemakerDomainDefaultUserSettings {
	type (
		userSettings = sagemakerdomain.SagemakerDomainDefaultUserSettings
		jupyterLab   = sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettings
		codeEditor   = sagemakerdomain.SagemakerDomainDefaultUserSettingsCodeEditorAppSettings
		storage      = sagemakerdomain.SagemakerDomainDefaultUserSettingsSpaceStorageSettings
	)
	settings := s.props.Settings
	lab := &jupyterLab{
		AppLifecycleManagement: &sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettingsAppLifecycleManagement{
			IdleSettings: &sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettingsAppLifecycleManagementIdleSettings{LifecycleManagement: tf.Str(enabled(!settings.NeverShutDownIdle))},
		},
		LifecycleConfigArns: tf.Strs(settings.LifecycleConfigARNs),
	}
	editor := &codeEditor{
		AppLifecycleManagement: &sagemakerdomain.SagemakerDomainDefaultUserSettingsCodeEditorAppSettingsAppLifecycleManagement{
			IdleSettings: &sagemakerdomain.SagemakerDomainDefaultUserSettingsCodeEditorAppSettingsAppLifecycleManagementIdleSettings{LifecycleManagement: tf.Str(enabled(!settings.NeverShutDownIdle))},
		},
	}
	if !settings.NeverShutDownIdle {
		idle := lab.AppLifecycleManagement.IdleSettings
		idle.IdleTimeoutInMinutes, idle.MinIdleTimeoutInMinutes, idle.MaxIdleTimeoutInMinutes = minutes(settings.IdleTimeout), minutes(minIdle), minutes(settings.MaxIdleTimeout)
		other := editor.AppLifecycleManagement.IdleSettings
		other.IdleTimeoutInMinutes, other.MinIdleTimeoutInMinutes, other.MaxIdleTimeoutInMinutes = idle.IdleTimeoutInMinutes, idle.MinIdleTimeoutInMinutes, idle.MaxIdleTimeoutInMinutes
	}
	if settings.InstanceType != "" {
		lab.DefaultResourceSpec = &sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettingsDefaultResourceSpec{InstanceType: tf.Str(settings.InstanceType)}
		editor.DefaultResourceSpec = &sagemakerdomain.SagemakerDomainDefaultUserSettingsCodeEditorAppSettingsDefaultResourceSpec{InstanceType: tf.Str(settings.InstanceType)}
	}
	var repositories []*sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettingsCodeRepository
	for _, each := range settings.CodeRepositories {
		repositories = append(repositories, &sagemakerdomain.SagemakerDomainDefaultUserSettingsJupyterLabAppSettingsCodeRepository{RepositoryUrl: tf.Str(each)})
	}
	if len(repositories) > 0 {
		lab.CodeRepository = repositories
	}
	made := &userSettings{
		ExecutionRole: tf.Str(s.roleARN), SecurityGroups: tf.Strs(s.securityGroupIDs), JupyterLabAppSettings: lab, CodeEditorAppSettings: editor,
		DefaultLandingUri: tf.Str("studio::"), StudioWebPortal: tf.Str("ENABLED"),
		// Studio Classic would otherwise offer to put the output of notebooks into a bucket when they are shared.
		SharingSettings: &sagemakerdomain.SagemakerDomainDefaultUserSettingsSharingSettings{NotebookOutputOption: tf.Str("Disabled")},
		SpaceStorageSettings: &storage{DefaultEbsStorageSettings: &sagemakerdomain.SagemakerDomainDefaultUserSettingsSpaceStorageSettingsDefaultEbsStorageSettings{
			DefaultEbsVolumeSizeInGb: tf.Num(settings.VolumeGB), MaximumEbsVolumeSizeInGb: tf.Num(settings.MaxVolumeGB),
		}},
	}
	if len(s.props.HiddenApps)+len(s.props.HiddenTools) > 0 {
		made.StudioWebPortalSettings = &sagemakerdomain.SagemakerDomainDefaultUserSettingsStudioWebPortalSettings{
			HiddenAppTypes: tf.Strs(texts(s.props.HiddenApps)), HiddenMlTools: tf.Strs(texts(s.props.HiddenTools)),
		}
	}
	return made
}

// sharedSpaceSettings are those of spaces that users share, which have a role and settings of their own in the API.
func (s *Studio) sharedSpaceSettings() *sagemakerdomain.SagemakerDomainDefaultSpaceSettings {
	settings := s.props.Settings
	idle := &sagemakerdomain.SagemakerDomainDefaultSpaceSettingsJupyterLabAppSettingsAppLifecycleManagementIdleSettings{LifecycleManagement: tf.Str(enabled(!settings.NeverShutDownIdle))}
	if !settings.NeverShutDownIdle {
		idle.IdleTimeoutInMinutes, idle.MinIdleTimeoutInMinutes, idle.MaxIdleTimeoutInMinutes = minutes(settings.IdleTimeout), minutes(minIdle), minutes(settings.MaxIdleTimeout)
	}
	return &sagemakerdomain.SagemakerDomainDefaultSpaceSettings{
		ExecutionRole: tf.Str(s.roleARN), SecurityGroups: tf.Strs(s.securityGroupIDs),
		JupyterLabAppSettings: &sagemakerdomain.SagemakerDomainDefaultSpaceSettingsJupyterLabAppSettings{
			AppLifecycleManagement: &sagemakerdomain.SagemakerDomainDefaultSpaceSettingsJupyterLabAppSettingsAppLifecycleManagement{IdleSettings: idle},
		},
		SpaceStorageSettings: &sagemakerdomain.SagemakerDomainDefaultSpaceSettingsSpaceStorageSettings{
			DefaultEbsStorageSettings: &sagemakerdomain.SagemakerDomainDefaultSpaceSettingsSpaceStorageSettingsDefaultEbsStorageSettings{
				DefaultEbsVolumeSizeInGb: tf.Num(settings.VolumeGB), MaximumEbsVolumeSizeInGb: tf.Num(settings.MaxVolumeGB),
			},
		},
	}
}

func texts[T ~string](values []T) []string {
	var out []string
	for _, each := range values {
		out = append(out, string(each))
	}
	return out
}
