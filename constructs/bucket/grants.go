package bucket

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/mlplatform/mlplatform/constructs/iam"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/token"
)

// GrantRead lets the grantee list and read the objects in the folders, all objects where none is named, and use the
// bucket's key for that. A folder is named with or without its final slash: "raw" means the keys that begin with
// "raw/". The policy's name is the bucket's construct id, "read" and the folders.
//
// It is an error to name a folder that is not among the bucket's Prefixes, if it has such, or that holds a wildcard.
func (b *Bucket) GrantRead(grantee iam.Grantee, prefixes ...string) error {
	return b.grant(grantee, "read", prefixes, func(folders []string) []policy.Statement {
		return append(b.document().Read(folders), b.useKey(false)...)
	})
}

// GrantWrite lets the grantee create and overwrite objects in the folders, all where none is named, and use the
// bucket's key for that. It includes neither reading nor deleting. See GrantRead for the folders.
func (b *Bucket) GrantWrite(grantee iam.Grantee, prefixes ...string) error {
	return b.grant(grantee, "write", prefixes, func(folders []string) []policy.Statement {
		return append(b.document().Write(folders), b.useKey(true)...)
	})
}

// GrantReadWrite is GrantRead and GrantWrite in one policy.
func (b *Bucket) GrantReadWrite(grantee iam.Grantee, prefixes ...string) error {
	return b.grant(grantee, "readwrite", prefixes, func(folders []string) []policy.Statement {
		return append(append(b.document().Read(folders), b.document().Write(folders)...), b.useKey(true)...)
	})
}

// GrantDelete lets the grantee delete objects in the folders. In a versioned bucket, the old versions stay: no grant
// covers them. Deleting needs no key. See GrantRead for the folders.
func (b *Bucket) GrantDelete(grantee iam.Grantee, prefixes ...string) error {
	return b.grant(grantee, "delete", prefixes, func(folders []string) []policy.Statement {
		return []policy.Statement{{Actions: []string{"s3:DeleteObject"}, Resources: b.document().Objects(folders)}}
	})
}

func (b *Bucket) grant(grantee iam.Grantee, access string, prefixes []string, statements func([]string) []policy.Statement) error {
	if grantee == nil {
		return fmt.Errorf("bucket %s: grant %s: the grantee is missing; pass a role", b.id, access)
	}
	named, err := folders("prefixes", prefixes, b.prefixes)
	if err != nil {
		return fmt.Errorf("bucket %s: grant %s: %w", b.id, access, err)
	}
	return grantee.Grant(grantID(b.id, access, named), statements(named)...)
}

var notInGrantID = lazyregexp.New(`[^A-Za-z0-9+=,.@_-]+`)

// grantID names a grant after the bucket, the access and the folders, so that adding another grant moves none.
func grantID(id, access string, folders []string) string {
	const longest = 64
	name := id + "-" + access
	for _, folder := range folders {
		name += "-" + strings.Trim(notInGrantID.ReplaceAllString(folder, "-"), "-")
	}
	if len(name) <= longest {
		return name
	}
	return fmt.Sprintf("%s-%x", name[:longest-9], sha256.Sum256([]byte(name)))[:longest]
}

func (b *Bucket) useKey(write bool) []policy.Statement {
	if b.keyARN == "" {
		return nil
	}
	return []policy.Statement{policy.UseKey(write, b.viaService(b.scope.Region), b.keyARN)}
}

// folders checks names of folders and ends each with a slash. Where known are given, each must be one of them or lie
// in one.
func folders(path string, names, known []string) ([]string, error) {
	var problems problem.List
	var out []string
	for i, name := range names {
		if err := checkFolder(name, known); err != nil {
			problems.Addf(problem.Index(path, i), "%v", err)
			continue
		}
		out = append(out, folder(name))
	}
	return out, problems.Err()
}

// folder is a folder's name with its final slash, empty for the whole bucket.
func folder(name string) string {
	if name == "" {
		return ""
	}
	return strings.TrimSuffix(name, "/") + "/"
}

func checkFolder(name string, known []string) error {
	if token.Is(name) {
		return nil
	}
	folder := folder(name)
	if strings.Trim(folder, "/") == "" || strings.HasPrefix(folder, "/") || strings.ContainsAny(folder, "*?") || strings.Contains(folder, "//") || len(folder) > 1024 {
		return fmt.Errorf(`%q is no folder; write it like "raw" or "models/churn", without wildcards and without a slash at the front`, name)
	}
	if len(known) == 0 || within(folder, known) {
		return nil
	}
	message := fmt.Sprintf("%q is none of the bucket's folders %s; add it to prefixes or use one of them", name, strings.Join(known, ", "))
	if near := nearest(folder, known); near != "" {
		message = fmt.Sprintf("%q is none of the bucket's folders; did you mean %q?", name, strings.TrimSuffix(near, "/"))
	}
	return errors.New(message)
}

func within(name string, known []string) bool {
	return slices.ContainsFunc(known, func(each string) bool { return strings.HasPrefix(name, folder(each)) })
}

func nearest(name string, known []string) string {
	best, distance := "", 3
	for _, each := range known {
		if d := levenshtein.Distance(name, folder(each), nil); d < distance {
			best, distance = each, d
		}
	}
	return best
}
