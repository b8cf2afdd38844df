package docs_test

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGoCode type-checks the Go blocks of all pages against the packages that they use, so that no page shows a field or
// method that is not there. What a block leaves out, such as the stack that it works on, may be missing; everything
// else must fit. A name that is no variable of the block stands for a package.
func TestGoCode(t *testing.T) {
	packages := compiled(t, "config", "constructs/", "documents/", "systems/", "platform", "faststart", "internal/synthtest", "internal/iamcheck")
	type block struct{ page, code string }
	var blocks []block
	for page, text := range pages(t) {
		for _, match := range fence.FindAllStringSubmatch(text, -1) {
			if match[1] == "go" {
				blocks = append(blocks, block{page, match[2]})
			}
		}
	}
	require.NotEmpty(t, blocks)
	sort.Slice(blocks, func(i, j int) bool { return blocks[i].page+blocks[i].code < blocks[j].page+blocks[j].code })
	for _, each := range blocks {
		for _, problem := range packages.check(each.code) {
			t.Errorf("%s: %s\nin the block\n%s", each.page, problem, each.code)
		}
	}
}

// A library is the compiled packages that documentation can use, by path, and their paths by name.
type library struct {
	files    *token.FileSet
	importer types.Importer
	paths    map[string]string
}

// compiled are all packages. Those of this module have names in documentation if their paths begin as the ones given, or if such a
// package imports them.
func compiled(t *testing.T, named ...string) *library {
	t.Helper()
	l := &library{files: token.NewFileSet(), paths: map[string]string{}}
	exports := map[string]string{}
	known := map[string]bool{"bytes": true, "context": true, "errors": true, "fmt": true, "os": true, "testing": true, "time": true, "github.com/stretchr/testify/require": true, "github.com/hashicorp/terraform-cdk-go/cdktf": true,
		"github.com/aws/jsii-runtime-go": true}
	for _, each := range ownPackages(t) {
		if slices.ContainsFunc(named, func(begins string) bool { return strings.HasPrefix(each.path, module+begins) }) {
			for _, dep := range append(each.deps, each.path) {
				known[dep] = known[dep] || strings.HasPrefix(dep, module)
			}
		}
	}
	all, err := listed()
	require.NoError(t, err)
	for _, each := range all {
		if each.export == "" {
			continue // unsafe has no export data, nor has what is but tests
		}
		exports[each.path] = each.export
		if known[each.path] {
			l.paths[each.name] = each.path
		}
	}
	l.importer = importer.ForCompiler(l.files, "gc", func(importPath string) (io.ReadCloser, error) {
		file, ok := exports[importPath]
		if !ok {
			return nil, fmt.Errorf("%s is not compiled", importPath)
		}
		return os.Open(file)
	})
	return l
}

// shapes are what a block can be: declarations, statements, values, fields of a value.
var shapes = []string{"%s", "func _() error {\n%s\n}", "func _() {\n_ = []any{%s}\n}", "func _() {\n_ = whole{%s}\n}"}

// tolerated are problems that come from what a block leaves out.
var tolerated = regexp.MustCompile(`^undefined: \w+$|^declared and not used|^missing return$|^no new variables on left side|redeclared in this block|^.* is not used|^missing function body|go:embed only allowed`)

// assumed are names that pages use for what other constructs made, in blocks that leave out how, with their types.
var assumed = map[string]string{
	"net": "*network.Network", "vpc": "*network.Network", "models": "*bucket.Bucket", "store": "*bucket.Bucket", "dataBucket": "*bucket.Bucket",
	"alerts": "*notification.Topic", "topic": "*notification.Topic", "jobs": "*iam.Role",
}

func (l *library) check(code string) []string {
	var first error
	for _, shape := range shapes {
		body := fmt.Sprintf(shape, code)
		file, err := parser.ParseFile(l.files, "", "package p\n"+body, parser.SkipObjectResolution)
		if err != nil {
			if first == nil || shape == shapes[1] {
				first = err
			}
			continue
		}
		return l.types(file, body)
	}
	return []string{"is no Go: " + first.Error()}
}

// types checks the file with the packages that it names in front of a dot and does not declare.
func (l *library) types(file *ast.File, body string) []string {
	declared, used := map[string]bool{}, map[string]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && n.Tok == token.DEFINE {
					declared[name.Name] = true
				}
			}
		case *ast.RangeStmt:
			for _, each := range []ast.Expr{n.Key, n.Value} {
				if name, ok := each.(*ast.Ident); ok {
					declared[name.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, name := range n.Names {
				declared[name.Name] = true
			}
		case *ast.Field:
			for _, name := range n.Names {
				declared[name.Name] = true
			}
		case *ast.SelectorExpr:
			if name, ok := n.X.(*ast.Ident); ok {
				used[name.Name] = true
			}
		}
		return true
	})
	var imports []string
	for name := range used {
		if declared[name] {
			continue
		}
		given := assumed[name]
		if given != "" {
			imports = append(imports, fmt.Sprintf("var %s %s\n", name, given))
			name, _, _ = strings.Cut(strings.TrimPrefix(given, "*"), ".")
		}
		if l.paths[name] != "" && (given == "" || !used[name]) {
			imports = append(imports, fmt.Sprintf("import %q\n", l.paths[name]))
		}
	}
	sort.Strings(imports) // imports come before variables
	file, err := parser.ParseFile(l.files, "", "package p\n"+strings.Join(imports, "")+body, parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	var problems []string
	config := types.Config{Importer: l.importer, Error: func(err error) {
		message := err.(types.Error).Msg
		if !tolerated.MatchString(message) {
			problems = append(problems, message)
		}
	}}
	_, _ = config.Check(path.Base("p"), l.files, []*ast.File{file}, nil)
	return problems
}
