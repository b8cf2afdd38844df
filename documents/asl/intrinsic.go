package asl

import (
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

var simpleOperand = lazyregexp.New(`^[$A-Za-z_][$A-Za-z0-9_.]*(\([^()]*\))?(\[[0-9]+\])?$|^[0-9.]+$|^"[^"\\]*"$|^/.*/$`)

// call is a function of the arguments, written in each language by a format in which %s is the list of arguments and
// %1, %2, ... are single ones. An empty format says that the language has no such function.
func call(shown, jsonPath, jsonata string, arguments ...Value) expression {
	out := expression{Shown: shown}
	var paths, expressions, names []string
	for _, argument := range arguments {
		inner := inline(argument)
		out.inherit(inner)
		paths = append(paths, inner.JSONPath)
		expressions = append(expressions, inner.JSONata)
		names = append(names, inner.Shown)
	}
	out.Shown += "(" + strings.Join(names, ", ") + ")"
	out.JSONPath = fill(jsonPath, paths, func(s string) string { return s })
	out.JSONata = fill(jsonata, expressions, operand)
	return out
}

func fill(format string, arguments []string, single func(string) string) string {
	if format == "" {
		return ""
	}
	for _, each := range arguments {
		if each == "" {
			return ""
		}
	}
	var replacements []string
	replacements = append(replacements, "%s", strings.Join(arguments, ", "))
	for i, each := range arguments {
		replacements = append(replacements, "%"+string(rune('1'+i)), single(each))
	}
	return strings.NewReplacer(replacements...).Replace(format)
}

// The intrinsic functions of the States Language work in both query languages: with JSONPath they are the functions
// States.*, with JSONata the functions and operators of the same meaning.
// https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html

// Array makes a list of the values.
func Array(values ...Value) Text { return call("array", "States.Array(%s)", "[%s]", values...).text() }

// ArrayPartition cuts a list into lists of size elements.
func ArrayPartition(list, size Value) Text {
	return call("arrayPartition", "States.ArrayPartition(%s)", "$partition(%s)", list, size).text()
}

// ArrayContains says whether the value is in the list.
func ArrayContains(list, value Value) Text {
	return call("arrayContains", "States.ArrayContains(%s)", "%2 in %1", list, value).text()
}

// ArrayRange is the list of numbers from first to last in steps of step.
func ArrayRange(first, last, step Value) Text {
	return call("arrayRange", "States.ArrayRange(%s)", "$range(%s)", first, last, step).text()
}

// ArrayGetItem is the element of the list at the index, from 0.
func ArrayGetItem(list, index Value) Text {
	return call("arrayGetItem", "States.ArrayGetItem(%s)", "%1[%2]", list, index).text()
}

// ArrayLength is the number of elements.
func ArrayLength(list Value) Text {
	return call("arrayLength", "States.ArrayLength(%s)", "$count(%s)", list).text()
}

// ArrayUnique is the list without repetitions.
func ArrayUnique(list Value) Text {
	return call("arrayUnique", "States.ArrayUnique(%s)", "$distinct(%s)", list).text()
}

// Base64Encode encodes text of up to 10,000 characters.
func Base64Encode(value Value) Text {
	return call("base64Encode", "States.Base64Encode(%s)", "$base64encode(%s)", value).text()
}

// Base64Decode decodes text of up to 10,000 characters.
func Base64Decode(value Value) Text {
	return call("base64Decode", "States.Base64Decode(%s)", "$base64decode(%s)", value).text()
}

// HashAlgorithm is an algorithm of Hash.
type HashAlgorithm string

// The algorithms, with the number of hexadecimal digits each gives: 32, 40, 64, 96 and 128.
const (
	MD5    HashAlgorithm = "MD5"
	SHA1   HashAlgorithm = "SHA-1"
	SHA256 HashAlgorithm = "SHA-256"
	SHA384 HashAlgorithm = "SHA-384"
	SHA512 HashAlgorithm = "SHA-512"
)

// Hash is the hash of the value in hexadecimal digits.
func Hash(value Value, algorithm HashAlgorithm) Text {
	return call("hash", "States.Hash(%s)", "$hash(%s)", value, Text(algorithm)).text()
}

// JSONMerge is the object a with the fields of b added or replaced. Fields are not merged below the first level.
func JSONMerge(a, b Value) Text {
	return call("jsonMerge", "States.JsonMerge(%s, false)", "$merge([%s])", a, b).text()
}

// StringToJSON reads JSON text.
func StringToJSON(value Value) Text {
	return call("stringToJson", "States.StringToJson(%s)", "$parse(%s)", value).text()
}

// JSONToString writes the value as JSON text.
func JSONToString(value Value) Text {
	return call("jsonToString", "States.JsonToString(%s)", "$string(%s)", value).text()
}

// MathRandom is a whole number from first up to, but not including, end.
func MathRandom(first, end Value) Text {
	return call("mathRandom", "States.MathRandom(%s)", "$floor($random() * (%2 - %1)) + %1", first, end).text()
}

// MathAdd is the sum.
func MathAdd(a, b Value) Text {
	return call("mathAdd", "States.MathAdd(%s)", "%1 + %2", a, b).text()
}

// StringSplit cuts text at a separator. With JSONPath, each character of the separator is one.
func StringSplit(value, separator Value) Text {
	return call("stringSplit", "States.StringSplit(%s)", "$split(%s)", value, separator).text()
}

// UUID is a new random identifier of 36 characters.
func UUID() Text { return sized(call("uuid", "States.UUID()", "$uuid()").text(), 36) }

// Format is a text with the values in the places of the {} of the template, in which \{, \} and \\ stand for
// themselves. Where the values are Text, joining them with + reads better.
func Format(template string, values ...Value) Text {
	parts := strings.Split(template, "{}")
	if len(parts) != len(values)+1 {
		return expression{Shown: "format", Problem: "the template " + encode(template) + " needs as many {} as there are values"}.text()
	}
	unescape := strings.NewReplacer(`\{`, "{", `\}`, "}", `\\`, `\`)
	var out Text
	for i, p := range parts {
		out += Text(unescape.Replace(p))
		if i < len(values) {
			out += inline(values[i]).text()
		}
	}
	return out
}
