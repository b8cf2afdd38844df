package kubernetes

import (
	"maps"
	"slices"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// A SecretStore is where the External Secrets operator reads secrets for its namespace: Secrets Manager or Parameter Store, with the
// operator's own role, or with the role of a service account of the namespace.
// https://external-secrets.io/v1.3.2/provider/aws-secrets-manager/
type SecretStore struct {
	Metadata `json:"-"`
	// Provider is where the secrets are.
	Provider SecretProvider `json:"provider"`
}

// A ClusterSecretStore is a SecretStore for the namespaces that Conditions name.
type ClusterSecretStore struct {
	Metadata `json:"-"`
	// Provider is where the secrets are.
	Provider SecretProvider `json:"provider"`
	// Conditions choose the namespaces that may use it; any one is enough.
	Conditions []StoreCondition `json:"conditions"`
}

// A SecretProvider is AWS.
type SecretProvider struct {
	AWS AWSSecrets `json:"aws"`
}

// AWSSecrets are the secrets of a region.
type AWSSecrets struct {
	// Service is SecretsManager or ParameterStore.
	Service string `json:"service"`
	// Region such as us-west-2.
	Region string `json:"region"`
	// Role is the ARN of a role to take on. Default: that of the operator, or of Auth.
	Role string `json:"role,omitempty"`
	// Auth is the service account whose IRSA role reads. Default: the operator's own credentials, with which Pod Identity works.
	Auth *SecretAuth `json:"auth,omitempty"`
}

// SecretAuth is a service account, by IRSA.
type SecretAuth struct {
	JWT SecretJWT `json:"jwt"`
}

// A SecretJWT is the token of a service account.
type SecretJWT struct {
	ServiceAccountRef AccountRef `json:"serviceAccountRef"`
}

// An AccountRef names a service account; with its namespace in a ClusterSecretStore.
type AccountRef struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

// A StoreCondition chooses namespaces by name or by labels.
type StoreCondition struct {
	Namespaces        []string  `json:"namespaces,omitempty"`
	NamespaceSelector *Selector `json:"namespaceSelector,omitempty"`
}

// An ExternalSecret is a Secret that the operator makes of what is in a store.
// https://external-secrets.io/v1.3.2/api/externalsecret/
type ExternalSecret struct {
	Metadata `json:"-"`
	// RefreshInterval is how often the store is read. Pods see new values of variables only when they are restarted. Default: 1h.
	RefreshInterval Duration `json:"refreshInterval,omitempty"`
	// Once reads the store a single time, in the place of RefreshInterval, so that what was generated stays. Default: false.
	Once bool `json:"-"`
	// SecretStoreRef is the store. It may be left out where all values are generated.
	SecretStoreRef StoreRef `json:"secretStoreRef,omitzero"`
	// Target is the Secret. Default: one of the same name.
	Target SecretTarget `json:"target,omitzero"`
	// Data are values by key, and DataFrom all values of a secret of JSON. One of the two at least.
	Data     []SecretData `json:"data,omitempty"`
	DataFrom []DataFrom   `json:"dataFrom,omitempty"`
}

// A StoreRef names a store. Its kind is SecretStore or ClusterSecretStore.
type StoreRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// A SecretTarget is the Secret that is made.
type SecretTarget struct {
	// Name of the Secret. Default: that of the ExternalSecret.
	Name string `json:"name,omitempty"`
	// CreationPolicy is Owner, Orphan, Merge or None. Default: Owner, with which the Secret goes with the ExternalSecret.
	CreationPolicy string `json:"creationPolicy,omitempty"`
	// DeletionPolicy is Retain, Delete or Merge: what becomes of the Secret when the store no longer has it. Default: Retain.
	DeletionPolicy string `json:"deletionPolicy,omitempty"`
	// Template makes values of others. Default: the values as they are.
	Template *SecretTemplate `json:"template,omitempty"`
}

// A SecretTemplate makes the values of the Secret by templates of Go, such as {{ .username }}.
// https://external-secrets.io/v1.3.2/guides/templating/
type SecretTemplate struct {
	// Type of the Secret. Default: Opaque.
	Type string `json:"type,omitempty"`
	// Data are templates by key.
	Data map[string]string `json:"data,omitempty"`
}

// SecretData is one value.
type SecretData struct {
	// SecretKey is its key in the Secret, or for the template.
	SecretKey string `json:"secretKey"`
	// RemoteRef is where it is in the store.
	RemoteRef RemoteRef `json:"remoteRef"`
}

// A RemoteRef is a secret of the store.
type RemoteRef struct {
	// Key is its name or ARN.
	Key string `json:"key"`
	// Property is the key in its JSON. Default: the whole secret.
	Property string `json:"property,omitempty"`
	// Version of the secret: a stage such as AWSCURRENT, or uuid/ID. Default: AWSCURRENT.
	Version string `json:"version,omitempty"`
}

// DataFrom are all values of a secret of JSON, or those that a generator makes. One of the two.
type DataFrom struct {
	Extract *RemoteRef `json:"extract,omitempty"`
	// SourceRef is the generator.
	SourceRef *GeneratorSource `json:"sourceRef,omitempty"`
	// Rewrite gives the values other keys. Default: their own, which is password for a Password.
	Rewrite []KeyRewrite `json:"rewrite,omitempty"`
}

// A GeneratorSource is a generator of the same namespace.
type GeneratorSource struct {
	GeneratorRef GeneratorRef `json:"generatorRef"`
}

// A GeneratorRef names a generator.
type GeneratorRef struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
}

// A KeyRewrite gives keys that match an expression another name.
type KeyRewrite struct {
	Regexp KeyExpression `json:"regexp"`
}

// A KeyExpression is an expression, and what takes its place.
type KeyExpression struct {
	Source string `json:"source"`
	Target string `json:"target"`
}

// Generated is a password of a generator, under this key.
func Generated(generator, key string) DataFrom {
	made := DataFrom{SourceRef: &GeneratorSource{GeneratorRef{APIVersion: generators, Kind: "Password", Name: generator}}}
	if key != "password" {
		made.Rewrite = []KeyRewrite{{KeyExpression{Source: "password", Target: key}}}
	}
	return made
}

// A Password is a generator of passwords, a new one each time it is asked.
// https://external-secrets.io/v1.3.2/api/generator/password/
type Password struct {
	Metadata `json:"-"`
	// Length, 8 to 1024, with this many Digits and Symbols.
	Length  int `json:"length"`
	Digits  int `json:"digits"`
	Symbols int `json:"symbols"`
	// NoUpper leaves capitals out, AllowRepeat lets a character stand twice, which long passwords need.
	NoUpper     bool `json:"noUpper"`
	AllowRepeat bool `json:"allowRepeat"`
}

const (
	externalSecrets = "external-secrets.io/v1"
	generators      = "generators.external-secrets.io/v1alpha1"
)

// Describe is external-secrets.io/v1 SecretStore.
func (SecretStore) Describe() Kind { return Kind{APIVersion: externalSecrets, Kind: "SecretStore"} }

// Describe is external-secrets.io/v1 ClusterSecretStore.
func (ClusterSecretStore) Describe() Kind {
	return Kind{APIVersion: externalSecrets, Kind: "ClusterSecretStore", Cluster: true}
}

// Describe is external-secrets.io/v1 ExternalSecret.
func (ExternalSecret) Describe() Kind {
	return Kind{APIVersion: externalSecrets, Kind: "ExternalSecret"}
}

// Describe is generators.external-secrets.io/v1alpha1 Password.
func (Password) Describe() Kind { return Kind{APIVersion: generators, Kind: "Password"} }

// MarshalJSON writes that a secret is read once as the interval that the operator takes for it.
func (s ExternalSecret) MarshalJSON() ([]byte, error) {
	type plain ExternalSecret
	if !s.Once {
		return marshal(plain(s))
	}
	return marshal(struct {
		RefreshInterval string `json:"refreshInterval"`
		plain
	}{"0s", plain(s)})
}

// Validate reports everything that is wrong.
func (p Password) Validate() error {
	problems := begin(p)
	between(problems, "length", p.Length, 8, 1024)
	if p.Digits < 0 || p.Symbols < 0 || p.Digits+p.Symbols > p.Length {
		problems.Addf("digits", "and symbols are %d and %d of %d characters; use fewer, none below 0", p.Digits, p.Symbols, p.Length)
	}
	return problems.Err()
}

// Validate reports everything that is wrong.
func (s SecretStore) Validate() error {
	problems := begin(s)
	s.Provider.AWS.check(problems)
	if auth := s.Provider.AWS.Auth; auth != nil && auth.JWT.ServiceAccountRef.Namespace != "" {
		problems.Addf("provider.aws.auth.jwt.serviceAccountRef.namespace", "%q is given; a SecretStore takes accounts of its own namespace, so leave it out", auth.JWT.ServiceAccountRef.Namespace)
	}
	return problems.Err()
}

// Validate reports everything that is wrong.
func (s ClusterSecretStore) Validate() error {
	problems := begin(s)
	s.Provider.AWS.check(problems)
	if auth := s.Provider.AWS.Auth; auth != nil && auth.JWT.ServiceAccountRef.Namespace == "" {
		problems.Addf("provider.aws.auth.jwt.serviceAccountRef.namespace", "is missing; say where the service account is")
	}
	if len(s.Conditions) == 0 {
		problems.Addf("conditions", "are missing, so that every namespace could read every secret; name the namespaces")
	}
	for i, each := range s.Conditions {
		at := problem.Index("conditions", i)
		if len(each.Namespaces) == 0 && each.NamespaceSelector == nil {
			problems.Addf(at, "chooses nothing; give namespaces or namespaceSelector")
		}
		for j, name := range each.Namespaces {
			checkLabelName(problems, problem.Index(at+".namespaces", j), name)
		}
		if each.NamespaceSelector != nil {
			each.NamespaceSelector.check(problems, at+".namespaceSelector")
		}
	}
	return problems.Err()
}

var (
	regionPattern  = lazyregexp.New(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	roleARNPattern = lazyregexp.New(`^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$`)
)

func (a AWSSecrets) check(problems *problem.List) {
	if a.Service == "" {
		problems.Addf("provider.aws.service", "is missing; use SecretsManager or ParameterStore")
	}
	oneOf(problems, "provider.aws.service", a.Service, "SecretsManager", "ParameterStore")
	if !token.Is(a.Region) && !regionPattern.MatchString(a.Region) {
		problems.Addf("provider.aws.region", "%q is no region; write it like us-west-2", a.Region)
	}
	if a.Role != "" && !token.Is(a.Role) && !roleARNPattern.MatchString(a.Role) {
		problems.Addf("provider.aws.role", "%q is no ARN of a role; write it like arn:aws:iam::111111111111:role/name", a.Role)
	}
	if a.Auth != nil {
		checkName(problems, "provider.aws.auth.jwt.serviceAccountRef.name", a.Auth.JWT.ServiceAccountRef.Name)
	}
}

// Validate reports everything that is wrong.
func (s ExternalSecret) Validate() error {
	problems := begin(s)
	if s.RefreshInterval < 0 {
		problems.Addf("refreshInterval", "%s is negative; use one such as 1h", s.RefreshInterval)
	}
	if s.Once && s.RefreshInterval != 0 {
		problems.Addf("once", "stands beside refreshInterval, %s; keep one of them", s.RefreshInterval)
	}
	if s.SecretStoreRef != (StoreRef{}) || !s.generated() {
		if kind := s.SecretStoreRef.Kind; kind == "" {
			problems.Addf("secretStoreRef.kind", "is missing; use SecretStore or ClusterSecretStore")
		}
		oneOf(problems, "secretStoreRef.kind", s.SecretStoreRef.Kind, "SecretStore", "ClusterSecretStore")
		checkName(problems, "secretStoreRef.name", s.SecretStoreRef.Name)
	}
	if s.Target.Name != "" {
		checkName(problems, "target.name", s.Target.Name)
	}
	oneOf(problems, "target.creationPolicy", s.Target.CreationPolicy, "Owner", "Orphan", "Merge", "None")
	oneOf(problems, "target.deletionPolicy", s.Target.DeletionPolicy, "Retain", "Delete", "Merge")
	if s.Target.Template != nil {
		for _, key := range slices.Sorted(maps.Keys(s.Target.Template.Data)) {
			if !dataKeyPattern.MatchString(key) {
				problems.Addf(problem.Key("target.template.data", key), "is no key; use up to 253 letters, digits and .-_")
			}
		}
	}
	if len(s.Data)+len(s.DataFrom) == 0 {
		problems.Addf("data", "is missing, and so is dataFrom; give one of the two")
	}
	seen := map[string]bool{}
	for i, each := range s.Data {
		at := problem.Index("data", i)
		if !dataKeyPattern.MatchString(each.SecretKey) {
			problems.Addf(at+".secretKey", "%q is no key; use up to 253 letters, digits and .-_", each.SecretKey)
		}
		if seen[each.SecretKey] {
			problems.Addf(at+".secretKey", "%q is given twice; drop one", each.SecretKey)
		}
		seen[each.SecretKey] = true
		if each.RemoteRef.Key == "" {
			problems.Addf(at+".remoteRef.key", "is missing; give the name or the ARN of a secret")
		}
	}
	for i, each := range s.DataFrom {
		at := problem.Index("dataFrom", i)
		switch {
		case (each.Extract == nil) == (each.SourceRef == nil):
			problems.Addf(at, "is a secret and a generator, or neither; give extract or sourceRef")
		case each.Extract != nil && each.Extract.Key == "":
			problems.Addf(at+".extract.key", "is missing; give the name or the ARN of a secret")
		case each.SourceRef != nil:
			checkName(problems, at+".sourceRef.generatorRef.name", each.SourceRef.GeneratorRef.Name)
		}
	}
	return problems.Err()
}

// generated reports whether nothing comes from a store.
func (s ExternalSecret) generated() bool {
	return len(s.Data) == 0 && len(s.DataFrom) > 0 && !slices.ContainsFunc(s.DataFrom, func(d DataFrom) bool { return d.SourceRef == nil })
}
