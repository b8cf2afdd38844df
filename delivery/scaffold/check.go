package scaffold

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mlplatform/mlplatform/config"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// The flags of the command, which problems name.
const (
	ProjectFlag, RepositoryFlag, RegionFlag, AccountFlag = "--project", "--repository", "--region", "--account"
	EnvironmentFlag, PartsFlag, SampleFlag               = "--environment", "--parts", "--sample"
)

// Check reports everything that is wrong with the answers, each with the flag that gave it. What is allowed, the
// configuration that is made of them knows.
func (a Answers) Check() error {
	var problems problem.List
	for _, each := range []struct{ flag, value, fix string }{
		{ProjectFlag, a.Project, "name the project with 3 to 20 lower-case letters, digits and single hyphens, such as wine"},
		{RepositoryFlag, a.Repository, "name the repository on GitHub that deploys, as owner/name"},
		{RegionFlag, a.Region, "name an AWS region, such as us-west-2"},
		{AccountFlag, a.Account, "give the 12 digits of the operations account, which holds what the environments share"},
	} {
		if each.value == "" {
			problems.Addf(each.flag, "is missing; %s", each.fix)
		}
	}
	if len(a.Environments) == 0 {
		problems.Addf(EnvironmentFlag, "is missing; %s", environmentForm)
	}
	for i, each := range a.Environments {
		if !filepath.IsLocal(each.Name) || strings.ContainsAny(each.Name, `/\`) {
			problems.Addf(EnvironmentFlag, "%q is no name for an environment; use up to 12 lower-case letters, digits and single hyphens, beginning with a letter", each.Name)
		}
		if slices.ContainsFunc(a.Environments[:i], func(other Environment) bool { return other.Name == each.Name }) {
			problems.Addf(EnvironmentFlag, "%q stands there twice; give each environment once, with all its branches and tags", each.Name)
		}
	}
	for _, each := range a.Parts {
		if !slices.Contains(Parts(), each) {
			problems.Addf(PartsFlag, "%q is no part; use %s", each, strings.Join(Parts(), ", "))
		}
	}
	if a.Sample && !slices.Contains(a.Parts, "training") {
		problems.Addf(SampleFlag, "is an image for the part training, which is not on; add it to %s, with storage", PartsFlag)
	}
	if err := problems.Err(); err != nil {
		return errors.Join(err, a.checkConfiguration(err))
	}
	return a.checkConfiguration(nil)
}

// checkConfiguration reports what the configuration says of the answers, but not about flags of which something is known
// to be wrong already.
func (a Answers) checkConfiguration(known error) error {
	wrong := map[string]bool{}
	for _, each := range problem.Split(known) {
		flag, _, _ := strings.Cut(each.Error(), ":")
		wrong[flag] = true
	}
	if wrong[EnvironmentFlag] {
		a.Environments = nil
	}
	if wrong[PartsFlag] {
		a.Parts = nil
	}
	files, err := a.Files()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mlplatform-init-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := Write(dir, files); err != nil {
		return err
	}
	_, err = config.Load(filepath.Join(dir, Config))
	var found config.Problems
	if err == nil || !errors.As(err, &found) {
		return err
	}
	// What follows from something else that is wrong is left for the next time.
	if direct := slices.DeleteFunc(slices.Clone(found), func(p config.Problem) bool { return !given(p) }); len(direct) > 0 {
		found = direct
	}
	var problems problem.List
	told := map[string]bool{}
	for _, each := range found {
		flag, text := asFlag(each)
		text = strings.ReplaceAll(text, filepath.ToSlash(dir)+"/", "")
		if name, _, _ := strings.Cut(flag, " "); wrong[name] || told[flag+text] || len(a.Environments) == 0 && each.Line == 0 {
			continue
		}
		told[flag+text] = true
		problems.Addf(flag, "%s", text)
	}
	return problems.Err()
}

// given reports whether a flag gave the very value that a problem is about.
func given(p config.Problem) bool {
	section, _, deep := strings.Cut(p.Field, ".")
	return !deep && !strings.HasPrefix(section, "administrators") || section == "promotion" || p.Field == "operations.account"
}

// sectionFix is what a file would have for a part that is missing.
var sectionFix = lazyregexp.New(`add ([A-Za-z]+): and its keys(?:, new or existing)?`)

// asFlag is a problem of the configuration as one of the flag that brought it there.
func asFlag(p config.Problem) (flag, text string) {
	text = p.Message + "; " + sectionFix.ReplaceAllString(strings.Replace(p.Fix, " in quotes,", ",", 1), "add $1 to "+PartsFlag)
	section, rest, _ := strings.Cut(p.Field, ".")
	if path.Base(path.Dir(p.File)) != "environments" {
		switch flag, known := map[string]string{"project": ProjectFlag, "repository": RepositoryFlag, "region": RegionFlag, "operations": AccountFlag}[section]; {
		case known:
			return flag, text
		case section == "promotionOrder":
			return EnvironmentFlag, text
		}
		return RepositoryFlag, p.Field + ": " + text
	}
	if slices.Contains(Parts(), section) {
		if rest != "" {
			text = rest + ": " + text
		}
		return PartsFlag + " " + section, text
	}
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	return EnvironmentFlag + " " + strings.TrimSuffix(path.Base(p.File), ".yaml"), text
}
