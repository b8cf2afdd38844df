package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A surface is what a package declares, by kind.
type surface struct {
	names map[string][]string // kind -> exported names of that kind
	types map[string]bool     // "Type" and "Type.Member", and exported functions
}

// declared reads the source of a package.
func declared(t *testing.T, folder string) surface {
	t.Helper()
	paths, err := filepath.Glob(folder + "/*.go")
	require.NoError(t, err)
	s := surface{names: map[string][]string{}, types: map[string]bool{}}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				s.function(d)
			case *ast.GenDecl:
				s.general(d)
			}
		}
	}
	return s
}

// named is the name of a type, without its star.
func named(expression ast.Expr) string {
	switch e := expression.(type) {
	case *ast.StarExpr:
		return "*" + named(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func (s *surface) function(d *ast.FuncDecl) {
	result := ""
	if d.Type.Results != nil {
		result = named(d.Type.Results.List[0].Type)
	}
	if d.Recv == nil {
		if d.Name.IsExported() {
			s.types[d.Name.Name] = true
			s.names["function "+result] = append(s.names["function "+result], d.Name.Name)
		}
		return
	}
	receiver := strings.TrimPrefix(named(d.Recv.List[0].Type), "*")
	s.types[receiver+"."+d.Name.Name] = true
	s.names["has "+d.Name.Name] = append(s.names["has "+d.Name.Name], receiver)
	if d.Name.IsExported() && receiver == "Pipeline" {
		switch {
		case strings.HasPrefix(result, "*") && strings.HasSuffix(result, "Step"):
			s.names["step"] = append(s.names["step"], d.Name.Name)
		case result == "String" || strings.HasSuffix(result, "Ref"):
			s.names["parameter"] = append(s.names["parameter"], d.Name.Name)
		}
	}
}

func (s *surface) general(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			s.types[spec.Name.Name] = true
			structure, ok := spec.Type.(*ast.StructType)
			if !ok {
				continue
			}
			for _, field := range structure.Fields.List {
				for _, name := range field.Names {
					s.types[spec.Name.Name+"."+name.Name] = true
				}
				if len(field.Names) == 0 { // embedded: its members are reached through this type
					s.types[spec.Name.Name+" has "+named(field.Type)] = true
				}
			}
		case *ast.ValueSpec:
			if d.Tok != token.CONST {
				continue
			}
			for i, name := range spec.Names {
				if !name.IsExported() {
					continue
				}
				kind := named(spec.Type)
				if literal, ok := valueAt(spec, i).(*ast.BasicLit); ok && kind == "" && strings.HasPrefix(literal.Value, `"States.`) {
					kind = "error"
				}
				s.names["constant "+kind] = append(s.names["constant "+kind], name.Name)
			}
		}
	}
}

func valueAt(spec *ast.ValueSpec, i int) ast.Expr {
	if i < len(spec.Values) {
		return spec.Values[i]
	}
	return nil
}

// has says whether the package has a type, a function, or a member of a type, also one that the type embeds.
func (s surface) has(name string) bool {
	if s.types[name] {
		return true
	}
	owner, member, _ := strings.Cut(name, ".")
	for each := range s.types {
		if embedded, found := strings.CutPrefix(each, owner+" has "); found && s.types[embedded+"."+member] {
			return true
		}
	}
	return false
}

// kinds are the tables of the page that name everything of a kind, and nothing else.
func kinds(of map[string]surface) map[string][]string {
	p, a := of["pipeline"].names, of["asl"].names
	return map[string][]string{
		"pipeline steps":      p["step"],
		"pipeline parameters": p["parameter"],
		"pipeline variables":  p["constant String"],
		"pipeline functions":  p["function String"],
		"pipeline conditions": p["function Condition"],
		"pipeline retries":    p["constant RetryError"],
		"asl states":          both(a["has levels"], a["has render"]),
		"asl sources":         a["constant ItemSource"],
		"asl conditions":      a["function Condition"],
		"asl functions":       a["function Text"],
		"asl errors":          a["constant error"],
		"asl patterns":        a["constant Pattern"],
		"asl tasks":           a["has integration"],
	}
}

func both(a, b []string) []string {
	var out []string
	for _, each := range a {
		if slices.Contains(b, each) {
			out = append(out, each)
		}
	}
	return out
}

var (
	namesTable = regexp.MustCompile(`(?m)^<!-- names (.*) -->\n((?:\|.*\n)+)`)
	anyTable   = regexp.MustCompile(`(?m)(?:^\|.*\n)+`)
	code       = regexp.MustCompile("`([^`]+)`")
	identifier = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)
	qualified  = regexp.MustCompile(`^([a-z]+)\.([A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)?)$`)
)

// ours are the cells of the column "here".
func ours(table string) []string {
	var out []string
	for i, row := range strings.Split(strings.TrimSpace(table), "\n") {
		if cells := strings.Split(row, " | "); i > 1 && len(cells) > 2 {
			out = append(out, cells[1])
		}
	}
	return out
}

func TestCoverage(t *testing.T) {
	text, err := os.ReadFile("coverage.md")
	require.NoError(t, err)
	packages := map[string]surface{}
	for name, folder := range map[string]string{
		"pipeline": "../documents/pipeline", "asl": "../documents/asl", "sagemakerpipeline": "../constructs/sagemakerpipeline",
		"statemachine": "../constructs/statemachine", "schedule": "../constructs/schedule", "trigger": "../constructs/trigger",
	} {
		packages[name] = declared(t, folder)
	}
	body, _, _ := strings.Cut(string(text), "## Sources")

	wanted, seen := kinds(packages), map[string]bool{}
	for _, match := range namesTable.FindAllStringSubmatch(body, -1) {
		kind := match[1]
		want, known := wanted[kind]
		require.True(t, known, "the page has a table of names that the test does not know: %s", kind)
		require.NotEmpty(t, want, "the code has no %s any more", kind)
		seen[kind] = true
		stated := map[string]bool{}
		for _, cell := range ours(match[2]) {
			for _, each := range code.FindAllStringSubmatch(cell, -1) {
				if identifier.MatchString(each[1]) {
					stated[each[1]] = true
				}
			}
		}
		for _, name := range want {
			require.True(t, stated[name], "docs/coverage.md lacks %s among the %s", name, kind)
			delete(stated, name)
		}
		require.Empty(t, stated, "docs/coverage.md has %s that the code has not", kind)
	}
	require.Len(t, seen, len(wanted), "a table of names is missing")
	checkClaims(t, body, packages)
}

// checkClaims holds that every cell says what a feature is, and by which names of the code.
func checkClaims(t *testing.T, body string, packages map[string]surface) {
	t.Helper()
	said, claims := regexp.MustCompile(`^(typed|raw|missing|found)\b`), 0
	for _, table := range anyTable.FindAllString(body, -1) {
		for _, cell := range ours(table) {
			require.Regexp(t, said, cell, "a cell says whether the feature is typed, raw, missing, or a mistake that is found")
			for _, each := range code.FindAllStringSubmatch(cell, -1) {
				parts := qualified.FindStringSubmatch(each[1])
				if parts == nil {
					continue
				}
				of, known := packages[parts[1]]
				require.True(t, known && of.has(parts[2]), "docs/coverage.md names %s, which is not there", each[1])
				claims++
			}
			if strings.HasPrefix(cell, "raw") || strings.HasPrefix(cell, "typed") {
				require.Regexp(t, "`|\\]\\(", cell, "the cell says by what")
			}
		}
	}
	require.Greater(t, claims, 40)
}
