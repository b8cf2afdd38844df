package asl

import (
	"time"

	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// These functions take arguments of calls as the types of fields. What does not fit is left out: then the call that is made writes
// something else, and importer.typed finds that.

func in(v Value, keys ...string) Value {
	for _, key := range keys {
		o, _ := v.(Object)
		v = o[key]
	}
	return v
}

func textOf(v Value) Text { t, _ := v.(Text); return t }

// wordOf is text that is known now.
func wordOf(v Value) string {
	switch v := v.(type) {
	case Text:
		if v.literal() {
			return string(v)
		}
	case verbatim:
		return string(v)
	}
	return ""
}

func numberOf(v Value) int { n, _ := v.(Int); return int(n) }

func truthOf(v Value) bool { return v == Bool(true) }

func secondsOf(v Value) time.Duration { return seconds(numberOf(v)) }

func textsOf(v Value) []Text {
	list, _ := v.(List)
	var out []Text
	for _, each := range list {
		out = append(out, textOf(each))
	}
	return out
}

func wordsOf(v Value) []string {
	list, _ := v.(List)
	var out []string
	for _, each := range list {
		out = append(out, wordOf(each))
	}
	return out
}

func objectsOf(v Value) []Object {
	list, _ := v.(List)
	var out []Object
	for _, each := range list {
		o, _ := each.(Object)
		out = append(out, o)
	}
	return out
}

// pairsOf is a list of pairs as a map, by the names that the members have.
func pairsOf(v Value, name, value string) map[string]Text {
	out := map[string]Text{}
	for _, each := range objectsOf(v) {
		out[wordOf(each[name])] = textOf(each[value])
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func tagsOf(v Value) map[string]string { return words(pairsOf(v, "Key", "Value")) }

// words are the literals of texts by name, nil for none.
func words(of map[string]Text) map[string]string {
	if len(of) == 0 {
		return nil
	}
	out := map[string]string{}
	for name, value := range of {
		out[name] = wordOf(value)
	}
	return out
}

var queueURL = lazyregexp.New(`^https://sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([0-9]{12})/(.+)$`)

// queueARN is the ARN of the queue at the URL.
func queueARN(url string) string {
	parts := queueURL.FindStringSubmatch(url)
	if parts == nil {
		return ""
	}
	return arn.Scope{Partition: arn.PartitionOf(parts[1]), Region: parts[1], Account: parts[2]}.Regional("sqs", parts[3])
}

// networkOf is the network of a job; encryption between containers is a field beside VpcConfig.
func networkOf(v Value, instances int) SageMakerNetwork {
	return SageMakerNetwork{
		Subnets: wordsOf(in(v, "VpcConfig", "Subnets")), SecurityGroups: wordsOf(in(v, "VpcConfig", "SecurityGroupIds")), Isolation: truthOf(in(v, "EnableNetworkIsolation")),
		PlainTrafficBetweenContainers: instances > 1 && !truthOf(in(v, "EnableInterContainerTrafficEncryption")),
	}
}

func attributesOf(v Value) Attributes {
	o, _ := v.(Object)
	out := Attributes{}
	for name, each := range o {
		one, _ := each.(Object)
		for kind, value := range one {
			if len(one) == 1 {
				out[name] = Attribute{kind, value}
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
