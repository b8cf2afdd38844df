package rule

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/mlplatform/mlplatform/internal/awsfacts"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

var tagPattern = lazyregexp.New(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)

// TagKey checks the key of a tag against the rules that all services share.
// https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html
func TagKey(key string) error {
	switch {
	case strings.TrimSpace(key) == "" || utf8.RuneCountInString(key) > awsfacts.MaxTagKey || !tagPattern.MatchString(key):
		return fmt.Errorf("%q is no key of a tag; use 1 to %d letters, digits, spaces and _.:/=+-@", key, awsfacts.MaxTagKey)
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return fmt.Errorf("%q begins with aws:, which AWS keeps for itself; choose another key", key)
	}
	return nil
}

// TagValue checks the value of a tag.
func TagValue(value string) error {
	if utf8.RuneCountInString(value) > awsfacts.MaxTagValue || !tagPattern.MatchString(value) {
		return fmt.Errorf("%q is no value of a tag; use up to %d letters, digits, spaces and _.:/=+-@", value, awsfacts.MaxTagValue)
	}
	return nil
}

// Tags reports tags that AWS refuses. What Terraform alone knows passes.
func Tags(problems *problem.List, path string, tags map[string]string) {
	if len(tags) > awsfacts.MaxTags {
		problems.Addf(path, "are %d, and a resource takes %d; remove some", len(tags), awsfacts.MaxTags)
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		at := problem.Key(path, key)
		if err := TagKey(key); err != nil && !token.Is(key) {
			problems.Addf(at, "%v", err)
		}
		if err := TagValue(tags[key]); err != nil && !token.Is(tags[key]) {
			problems.Addf(at, "%v", err)
		}
	}
}
