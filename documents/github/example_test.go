package github_test

import (
	"fmt"

	"github.com/mlplatform/mlplatform/documents/github"
)

// A role for production that only jobs of the GitHub environment "prod" get, and only from a version tag.
func ExampleTrust_Allows() {
	trust := github.Trust{
		Repository: github.Repository{Name: "acme/wine-ml", OwnerID: "123", ID: "456"},
		Subjects:   []github.Subject{github.Environment("prod")},
		Refs:       []github.Subject{github.TagPattern("v*")},
	}
	fmt.Println(trust.Allows(github.Token{Subject: "repo:acme@123/wine-ml@456:environment:prod", Ref: "refs/tags/v1.4.0"}))
	fmt.Println(trust.Allows(github.Token{Subject: "repo:acme@123/wine-ml@456:environment:prod", Ref: "refs/heads/main"}))
	fmt.Println(trust.Allows(github.Token{Subject: "repo:acme@123/wine-ml@456:ref:refs/tags/v1.4.0", Ref: "refs/tags/v1.4.0"}))
	// Output:
	// true
	// false
	// false
}
