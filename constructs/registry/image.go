package registry

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/token"
)

var (
	tagPattern    = lazyregexp.New(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	digestPattern = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
)

// ImageURI is the address of one image, by its tag or by its digest, which begins with "sha256:". It is an error to ask
// for "latest", or for nothing, which means latest too: what that is changes with every push.
func (r *Repository) ImageURI(tagOrDigest string) (string, error) {
	switch {
	case strings.HasPrefix(tagOrDigest, "sha256:") && (digestPattern.MatchString(tagOrDigest) || token.Is(tagOrDigest)):
		return r.url + "@" + tagOrDigest, nil
	case tagOrDigest == "" || tagOrDigest == "latest":
		return "", fmt.Errorf("image of %s: %q is a different image after every push; name the tag of a commit or a digest", r.id, tagOrDigest)
	case tagPattern.MatchString(tagOrDigest) || token.Is(tagOrDigest):
		return r.url + ":" + tagOrDigest, nil
	}
	return "", fmt.Errorf(`image of %s: %q is neither a tag nor a digest; use up to 128 letters, digits and . _ -, or "sha256:" and 64 hexadecimal digits`, r.id, tagOrDigest)
}
