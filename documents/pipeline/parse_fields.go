package pipeline

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/documents/sagemaker"
)

// These functions take values of a definition as the types of fields. What does not fit is left out: then the step that is made
// differs from the definition, and importer.fit finds that.

// at is the value below the keys, nil where there is none.
func at(v Value, keys ...string) Value {
	for _, key := range keys {
		o, _ := v.(Fields)
		v = o[key]
	}
	return v
}

// textOf takes references to numbers as they are, which definitions have where text is expected.
func textOf(v Value) String {
	switch v := v.(type) {
	case String:
		return v
	case IntegerRef:
		return anyRef(v.path)
	case FloatRef:
		return anyRef(v.path)
	case BooleanRef:
		return anyRef(v.path)
	}
	return ""
}

func wordOf(v Value) string {
	text, literal := textOf(v).literal()
	if !literal {
		return ""
	}
	return text
}

func textsOf(v Value) []String {
	values, _ := v.(List)
	var out []String
	for _, each := range values {
		text := textOf(each)
		if text == "" && each != String("") {
			return nil
		}
		out = append(out, text)
	}
	return out
}

func textMapOf(v Value) map[string]String {
	values, _ := v.(Fields)
	out := map[string]String{}
	for key, each := range values {
		text := textOf(each)
		if text == "" && each != String("") {
			return nil
		}
		out[key] = text
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func objectsOf(v Value) []Fields {
	values, _ := v.(List)
	var out []Fields
	for _, each := range values {
		o, _ := each.(Fields)
		out = append(out, o)
	}
	return out
}

func integerOf(v Value) IntegerValue { n, _ := v.(IntegerValue); return n }

func floatOf(v Value) FloatValue { n, _ := v.(FloatValue); return n }

func booleanOf(v Value) BooleanValue { b, _ := v.(BooleanValue); return b }

func intOf(v Value) int { n, _ := v.(Int); return int(n) }

func decimalOf(v Value) float64 {
	switch v := v.(type) {
	case Int:
		return float64(v)
	case Float:
		return float64(v)
	}
	return 0
}

func secondsOf(v Value) time.Duration { return time.Duration(intOf(v)) * time.Second }

// minutesOf is a time in minutes.
func minutesOf(v Value) time.Duration { return time.Duration(intOf(v)) * time.Minute }

// unless is the text as an enumeration, empty where it is the default.
func unless[E ~string](v Value, fallback E) E {
	if word := E(wordOf(v)); word != fallback {
		return word
	}
	return ""
}

// tagsOf are tags that are sorted by their keys, as steps write them. Others become Extra.
func tagsOf(v Value) map[string]String {
	out := map[string]String{}
	for _, each := range objectsOf(v) {
		out[wordOf(each["Key"])] = textOf(each["Value"])
	}
	if len(out) == 0 || !sameTree(v, tagList(out)) {
		return nil
	}
	return out
}

// sameTree reports whether the value is written as what is to be set.
func sameTree(v Value, set any) bool {
	return v != nil && reflect.DeepEqual(unordered(v.tree()), unordered(toTree(set)))
}

// unordered is a tree without the order of members, in which references to text of known and unknown type are the same.
func unordered(tree any) any {
	switch v := tree.(type) {
	case object:
		out := map[string]any{}
		for _, each := range v {
			out[each.key] = unordered(each.value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, each := range v {
			out[i] = unordered(each)
		}
		return out
	case int64:
		return float64(v)
	case get:
		return get{path: v.path}
	}
	return tree
}

// cacheOf is the age of CacheConfig where it is written as steps write it. Others become Members.
func cacheOf(s source) time.Duration {
	var age time.Duration
	for _, unit := range []struct {
		letter string
		size   time.Duration
	}{{"D", 24 * time.Hour}, {"H", time.Hour}, {"M", time.Minute}} {
		before, _, found := strings.Cut(wordOf(at(s.members["CacheConfig"], "ExpireAfter")), unit.letter)
		n := time.Duration(0)
		for _, digit := range before[strings.LastIndexAny(before, "PTDHM")+1:] {
			n = n*10 + time.Duration(digit-'0')
		}
		if found {
			age += n * unit.size
		}
	}
	var written object
	newChecker(nil).cacheConfig(&written, age)
	if config, ok := written.get("CacheConfig"); ok && sameTree(s.members["CacheConfig"], config) {
		return age
	}
	return 0
}

// retriesOf are the RetryPolicies where they are written as steps write them. Others become Members.
func retriesOf(s source, allowed []RetryError) []RetryPolicy {
	var out []RetryPolicy
	for _, each := range objectsOf(s.members["RetryPolicies"]) {
		policy := RetryPolicy{
			Interval: secondsOf(each["IntervalSeconds"]), BackoffRate: decimalOf(each["BackoffRate"]),
			MaxAttempts: intOf(each["MaxAttempts"]), ExpireAfter: minutesOf(each["ExpireAfterMin"]),
		}
		for _, failure := range textsOf(each["ExceptionType"]) {
			policy.On = append(policy.On, RetryError(failure))
		}
		out = append(out, policy)
	}
	c, written := newChecker(nil), object{}
	c.retryPolicies(&written, out, allowed)
	if policies, ok := written.get("RetryPolicies"); ok && sameTree(s.members["RetryPolicies"], policies) && c.problems.Err() == nil {
		return out
	}
	return nil
}

// networkOf is the network of a job, whose two switches stand beside VpcConfig.
func networkOf(v Value, encrypted bool) *Network {
	out := &Network{
		Subnets: textsOf(at(v, "VpcConfig", "Subnets")), SecurityGroups: textsOf(at(v, "VpcConfig", "SecurityGroupIds")),
		Isolated: at(v, "EnableNetworkIsolation") == Bool(true),
	}
	out.PlaintextBetweenContainers = encrypted && at(v, "EnableInterContainerTrafficEncryption") != Bool(true)
	if reflect.DeepEqual(*out, Network{}) {
		return nil
	}
	return out
}

func computeOf(cluster, stopping Value) Compute {
	out := Compute{
		InstanceType: textOf(at(cluster, "InstanceType")), InstanceCount: integerOf(at(cluster, "InstanceCount")), VolumeGB: integerOf(at(cluster, "VolumeSizeInGB")),
		VolumeKMSKey: textOf(at(cluster, "VolumeKmsKeyId")), MaxRuntime: secondsOf(at(stopping, "MaxRuntimeInSeconds")),
	}
	if out.MaxRuntime == sagemaker.DefaultRuntime {
		out.MaxRuntime = 0
	}
	return out
}

// outputsOf are the outputs that a Lambda or callback step declares.
func outputsOf(s source) []OutputParameter {
	var out []OutputParameter
	for _, each := range objectsOf(s.members["OutputParameters"]) {
		out = append(out, OutputParameter{Name: wordOf(each["OutputName"]), Type: unless(each["OutputType"], TypeString)})
	}
	return out
}

// without is the environment or the like without the keys that a step sets itself.
func without(v map[string]String, keys ...string) map[string]String {
	out := map[string]String{}
	for key, each := range v {
		if !slices.Contains(keys, key) {
			out[key] = each
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
