package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

const (
	platformFile      = "platform.yaml"
	environmentFolder = "environments"
	extension         = ".yaml"
)

// Load reads platform.yaml and environments/*.yaml in the folder. Everything wrong with the files is returned together,
// as Problems; no platform is returned then.
func Load(dir string) (*Platform, error) { return Additions{}.Load(dir) }

// LoadFS is Load for a folder that need not be on disk. Problems name the files by their path in it.
func LoadFS(fsys fs.FS) (*Platform, error) { return Additions{}.LoadFS(fsys) }

// Load is the function Load for a configuration that has these additions.
func (a Additions) Load(dir string) (*Platform, error) {
	dir = filepath.Clean(dir)
	return a.load(os.DirFS(dir), filepath.ToSlash(dir))
}

// LoadFS is the function LoadFS for a configuration that has these additions.
func (a Additions) LoadFS(fsys fs.FS) (*Platform, error) { return a.load(fsys, ".") }

func (a Additions) load(fsys fs.FS, dir string) (*Platform, error) {
	if err := a.Validate(); err != nil {
		return nil, err
	}
	l := &loader{fsys: fsys, dir: dir, platform: &Platform{additions: a}}
	l.platform.setDefaults()
	l.readPlatform()
	l.readEnvironments()
	if l.platformFile != nil {
		l.checkRoots()
		l.setDerived()
		l.validate()
	}
	if problems := l.allProblems(); len(problems) > 0 {
		return nil, problems
	}
	l.finish()
	return l.platform, nil
}

// A loader holds what has been read so far.
type loader struct {
	fsys fs.FS
	dir  string // before the names of files, as shown to the user

	platform     *Platform
	platformFile *file // nil if it could not be read
	environments []environmentFile
	names        []string // of all environments, also of those that could not be read
	problems     Problems // that belong to no file that could be read
}

type environmentFile struct {
	*Environment
	file         *file
	platformFile *file
}

func (l *loader) allProblems() Problems {
	problems := append(Problems(nil), l.problems...)
	if l.platformFile != nil {
		problems = append(problems, l.platformFile.problems...)
	}
	for _, each := range l.environments {
		problems = append(problems, each.file.problems...)
	}
	problems.sort()
	return problems
}

func (l *loader) shown(name string) string { return path.Join(l.dir, name) }

func (l *loader) missing(name, message, fix string) {
	l.problems = append(l.problems, Problem{File: l.shown(name), Message: message, Fix: fix})
}

func (l *loader) readPlatform() {
	if info, err := fs.Stat(l.fsys, "."); err != nil || !info.IsDir() {
		l.missing("", "there is no such folder", "create it, or name another with --config")
		return
	}
	text, err := l.read(platformFile)
	if err != nil {
		fix := "create it with at least project, repository, region and operations"
		if _, other := fs.Stat(l.fsys, "platform.yml"); other == nil {
			fix = "rename platform.yml to it"
		}
		l.unreadable(platformFile, err, fix)
		return
	}
	f := newFile(l.shown(platformFile))
	f.text = string(text)
	if top := f.parse(text); top != nil {
		f.decode(top, l.platform)
		l.platformFile = f
		return
	}
	l.problems = append(l.problems, f.problems...)
}

var errPipe = errors.New("a pipe or a device")

// read reads a file and nothing else: a pipe would be waited for.
func (l *loader) read(name string) ([]byte, error) {
	if info, err := fs.Stat(l.fsys, name); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return nil, errPipe
	}
	return fs.ReadFile(l.fsys, name)
}

func (l *loader) unreadable(name string, err error, fix string) {
	if errors.Is(err, fs.ErrNotExist) {
		l.missing(name, "the file does not exist", fix)
		return
	}
	var wrapped *fs.PathError
	if errors.As(err, &wrapped) {
		err = wrapped.Err // without the path, which stands before it already
	}
	if errors.Is(err, errPipe) {
		l.missing(name, "the file is a pipe or a device", "make it a file")
		return
	}
	l.missing(name, "the file cannot be read: "+err.Error(), "check its permissions")
}

func (l *loader) readEnvironments() {
	if _, err := fs.Stat(l.fsys, "."); err != nil {
		return // reported by readPlatform
	}
	entries, err := fs.ReadDir(l.fsys, environmentFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.unreadable(environmentFolder, err, "")
		return
	}
	found := false
	for _, entry := range entries {
		name := entry.Name()
		switch {
		case strings.HasPrefix(name, ".") || entry.IsDir():
		case path.Ext(name) == extension:
			found = true
			l.readEnvironment(name)
		case strings.EqualFold(path.Ext(name), ".yml") || strings.EqualFold(path.Ext(name), extension):
			found = true
			l.missing(path.Join(environmentFolder, name), "the file would be ignored",
				"rename it to "+strings.TrimSuffix(name, path.Ext(name))+extension)
		}
	}
	if !found {
		l.missing(environmentFolder, "there is no environment", "create a file for each, such as "+environmentFolder+"/dev"+extension)
	}
}

func (l *loader) readEnvironment(base string) {
	name := path.Join(environmentFolder, base)
	text, err := l.read(name)
	if err != nil {
		l.unreadable(name, err, "")
		return
	}
	f := newFile(l.shown(name))
	f.sections = l.platform.additions.Sections
	f.text = string(text)
	env := &Environment{Name: strings.TrimSuffix(base, extension), platform: l.platform}
	l.names = append(l.names, env.Name)
	f.checkEnvironmentName(env.Name, l.platform.additions.Stacks)
	top := f.parse(text)
	if top == nil {
		l.problems = append(l.problems, f.problems...)
		return
	}
	f.decode(top, env)
	l.environments = append(l.environments, environmentFile{env, f, l.platformFile})
}

var environmentPattern = lazyregexp.New(`^[a-z](?:-?[a-z0-9])*$`)

const maxEnvironmentName = 12

func (f *file) checkEnvironmentName(name string, extra []ExtraStack) {
	bad := func(message, fix string) { f.whole(0, 0, fmt.Sprintf("%s %s", quote(name), message), fix) }
	switch {
	case !environmentPattern.MatchString(name) || len(name) > maxEnvironmentName:
		bad("is no name for an environment", fmt.Sprintf("use up to %d lower-case letters, digits and single hyphens, beginning with a letter", maxEnvironmentName))
	case name == OperationsName || name == "state" || strings.HasPrefix(name, "state-"):
		bad("is the name of a stack of the platform", "choose another name for the environment")
	case strings.HasSuffix(name, AccessSuffix):
		bad("ends in "+AccessSuffix+", as the stacks do with the roles that deploy others", "choose another name for the environment")
	case strings.HasSuffix(name, "-"+ServingSuffix):
		bad("ends in -"+ServingSuffix+", as the stack does that serves models of an environment", "choose another name for the environment")
	}
	for _, each := range extra {
		if strings.HasSuffix(name, "-"+each.Suffix) {
			bad("ends in -"+each.Suffix+", as further stacks of environments do", "choose another name for the environment")
		}
	}
}

// setDerived fills in the defaults that follow from other values.
func (l *loader) setDerived() {
	p := l.platform
	p.Operations.platform = p
	p.Operations.Region = cmp.Or(p.Operations.Region, p.Region)
	p.State.setDerived()
	if !l.platformFile.has("operations.promotion") {
		p.Operations.Promotion.Branches = []string{p.DefaultBranch}
	}
	p.Operations.Promotion.setDerived(l.platformFile, "operations.promotion")
	p.Operations.GitHub = withGitHub(p.Operations.GitHub, OperationsName, CreateProvider)
	if !l.platformFile.has("operations.github.pullRequests") {
		p.Operations.GitHub.PullRequests = !p.Operations.Protect
	}
	dropOff(&p.Operations)
	for _, env := range l.environments {
		env.setDerived(env.file)
	}
}

// setDerived fills in what follows from other values of the environment or from the platform, and removes the parts
// that are off.
func (e *Environment) setDerived(f *file) {
	operations := &e.platform.Operations
	if e.Region == "" && !f.has("region") {
		e.Region = e.platform.Region
	}
	e.Promotion.setDerived(f, "promotion")
	e.setDerivedCodePipeline(f)
	provider := CreateProvider
	if e.Account == operations.Account && operations.GitHub != nil {
		provider = ExistingProvider
	}
	e.GitHub = withGitHub(e.GitHub, e.Name, provider)
	if !f.has("github.pullRequests") {
		e.GitHub.PullRequests = !e.Protect
	}
	dropOff(e)
	if e.Network != nil {
		e.Network.setDerived(f, e.Region)
	}
	if e.LoadBalancer != nil {
		e.LoadBalancer.setDerived(f, e)
	}
	e.setDerivedServices(f)
	if e.MLflow != nil {
		e.MLflow.setDerived(f, e)
	}
	if e.Workers != nil {
		e.Workers.setDerived(f, e)
	}
	if e.Cluster != nil {
		e.Cluster.setDerived(f)
	}
	if e.Serving != nil {
		e.Serving.setDerived(f, e)
	}
	if e.Monitoring != nil {
		e.Monitoring.setDerived(f, e)
	}
	if e.Storage != nil {
		for part, bucket := range map[string]*Bucket{ModelsBucket: &e.Storage.Models, DataBucket: &e.Storage.Data} {
			if bucket.Name == "" {
				bucket.Name = e.BucketName(part)
			}
		}
	}
	if e.Training != nil {
		e.Training.setDerived(f, e)
	}
	if e.Automation != nil {
		e.Automation.setDerived(f, e)
	}
	if e.Endpoint != nil {
		e.Endpoint.setDerived(f, e)
	}
	if e.API != nil {
		e.API.setDerived(f, e)
	}
}

func withGitHub(given *GitHub, environment string, provider GitHubProvider) *GitHub {
	if given == nil {
		given = &GitHub{}
		given.setDefaults()
	}
	given.Environment = cmp.Or(given.Environment, environment)
	given.Provider = cmp.Or(given.Provider, provider)
	return given
}

// finish gives the platform its final form. It is called only if nothing is wrong.
func (l *loader) finish() {
	p := l.platform
	p.sources = map[string]Source{"": l.platformFile.source()}
	for _, each := range l.environments {
		p.sources[each.Name] = each.file.source()
		each.Tags = merged(p.Tags, each.Tags)
		p.Environments = append(p.Environments, each.Environment)
	}
	if len(p.PromotionOrder) == 0 {
		for _, each := range p.Environments {
			p.PromotionOrder = append(p.PromotionOrder, each.Name)
		}
		sort.Strings(p.PromotionOrder)
	}
	rank := map[string]int{}
	for i, name := range p.PromotionOrder {
		rank[name] = i
	}
	sort.Slice(p.Environments, func(i, j int) bool {
		return rank[p.Environments[i].Name] < rank[p.Environments[j].Name]
	})
	for i, each := range p.Environments {
		if each.Promotion.After == "" && i > 0 && each.Promotion.byTagsOnly() && p.Environments[i-1].Promotion.byTagsOnly() && each.knowsDeploymentsOf(p.Environments[i-1]) {
			each.Promotion.After = p.Environments[i-1].Name
		}
		if each.Promotion.After == NoEnvironment {
			each.Promotion.After = ""
		}
	}
}

func merged(base, over map[string]string) map[string]string {
	all := map[string]string{}
	maps.Copy(all, base)
	maps.Copy(all, over)
	return all
}
