package containers

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/ecr"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/token"
)

var imagePattern = lazyregexp.New(`^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?$`)

// CheckImage reports an image that is none, or that is not named by its digest although its tag may be moved.
func CheckImage(image string, immutableTag bool) error {
	if token.Is(image) {
		return nil
	}
	m := imagePattern.FindStringSubmatch(image)
	switch {
	case m == nil:
		return fmt.Errorf("%q is no image; write it like registry/name@sha256: and 64 digits", image)
	case m[2] == "" && m[1] == "":
		return fmt.Errorf("%q names no version, so that each start could run another image; write registry/name@sha256: and 64 digits", image)
	case m[2] == "" && m[1] == ":latest":
		return fmt.Errorf("%q is another image whenever somebody pushes; write registry/name@sha256: and 64 digits", image)
	case m[2] == "" && !immutableTag:
		return fmt.Errorf("%q is named by a tag, which may be moved; write registry/name@sha256: and 64 digits, or say that the repository's tags are immutable", image)
	}
	return nil
}

// Repository is the ARN of the ECR repository that the image is in, and "" for an image from elsewhere.
func Repository(image string) string {
	if found, ok := ecr.ParseImage(image); ok {
		return found.RepositoryARN()
	}
	return ""
}
