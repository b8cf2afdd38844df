package local

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// model keeps what makes a model, and returns what DescribeModel would say.
func (s *site) model(j *job, arguments map[string]any) (map[string]any, error) {
	name := j.name
	if given := textAt(arguments, "ModelName"); given != "" {
		name = given
	}
	described := map[string]any{"ModelName": name, "ModelArn": arnOf("model/" + name), "CreationTime": stamp(time.Now())}
	maps.Copy(described, arguments)
	for _, each := range append(listAt(arguments, "Containers"), at(arguments, "PrimaryContainer")) {
		if uri := textAt(each, "ModelDataUrl"); uri != "" {
			if _, err := s.artifact(uri); err != nil {
				return nil, err
			}
		}
	}
	return described, writeJSON(filepath.Join(s.options.Folder, "models", name+".json"), described)
}

// A Package is a version of a model that an execution registered.
type Package struct {
	// Group and Version of the model package.
	Group   string
	Version int
	// Approval status.
	Approval string
	// Folder holds package.json and the files that it names.
	Folder string
}

// register puts a version into the folder of its group: the description, the models and the reports. It returns what
// DescribeModelPackage would say.
func (s *site) register(arguments map[string]any) (map[string]any, *Package, error) {
	group := textAt(arguments, "ModelPackageGroupName")
	if group == "" {
		return nil, nil, errors.New("the model package has no group")
	}
	group = group[strings.LastIndexByte(group, '/')+1:]
	s.names.Lock()
	defer s.names.Unlock()
	groups := filepath.Join(s.options.Folder, "registry", group)
	version := 1
	versions, err := os.ReadDir(groups)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	for _, each := range versions {
		if n, err := strconv.Atoi(each.Name()); err == nil {
			version = max(version, n+1)
		}
	}
	made := &Package{Group: group, Version: version, Approval: textAt(arguments, "ModelApprovalStatus"), Folder: filepath.Join(groups, strconv.Itoa(version))}
	made.Approval = cmp.Or(made.Approval, "PendingManualApproval")
	described := map[string]any{}
	maps.Copy(described, arguments)
	arn := arnOf(fmt.Sprintf("model-package/%s/%d", group, version))
	described["ModelPackageArn"], described["ModelPackageVersion"], described["ModelPackageStatus"] = arn, version, "Completed"
	described["ModelPackageGroupName"], described["ModelApprovalStatus"], described["CreationTime"] = group, made.Approval, stamp(time.Now())
	// Like in SageMaker, a version is there as a whole or not at all.
	fresh := made.Folder + ".new"
	if err := errors.Join(os.RemoveAll(fresh), writeJSON(filepath.Join(fresh, "package.json"), described), s.keepFiles(arguments, fresh)); err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(fresh))
	}
	return described, made, os.Rename(fresh, made.Folder)
}

// keepFiles copies the models and the reports of a package.
func (s *site) keepFiles(arguments map[string]any, folder string) error {
	for i, each := range listAt(arguments, "InferenceSpecification.Containers") {
		uri := textAt(each, "ModelDataUrl")
		if uri == "" {
			continue
		}
		file, err := s.artifact(uri)
		if err != nil {
			return err
		}
		name := path.Base(uri)
		if i > 0 {
			name = fmt.Sprintf("%d-%s", i+1, name)
		}
		if err := copyFile(file, filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	reports, _ := at(arguments, "ModelMetrics").(map[string]any)
	for kind, each := range reports {
		files, _ := each.(map[string]any)
		for part, report := range files {
			file, err := s.artifact(textAt(report, "S3Uri"))
			if err != nil {
				return fmt.Errorf("the report %s of %s: %w", part, kind, err)
			}
			if err := copyFile(file, filepath.Join(folder, kind, part+path.Ext(file))); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeJSON(file string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// serving is the container that serves the model of this name.
func (s *site) serving(name string) (map[string]any, error) {
	content, err := os.ReadFile(filepath.Join(s.options.Folder, "models", filepath.Base(name)+".json"))
	if err != nil {
		return nil, fmt.Errorf("the model %q was not made here: %w", name, err)
	}
	var described map[string]any
	if err := decode(content, &described); err != nil {
		return nil, err
	}
	containers := listAt(described, "Containers")
	if one := at(described, "PrimaryContainer"); one != nil {
		containers = append(containers, one)
	}
	if len(containers) != 1 {
		return nil, fmt.Errorf("the model %q has %d containers, and only models with one are served here", name, len(containers))
	}
	serving, _ := containers[0].(map[string]any)
	if registered := textAt(serving, "ModelPackageName"); registered != "" {
		parts := strings.Split(registered, "/")
		if len(parts) < 3 {
			return nil, fmt.Errorf("the model package %q has no group and version", registered)
		}
		content, err := os.ReadFile(filepath.Join(s.options.Folder, "registry", filepath.Base(parts[len(parts)-2]), filepath.Base(parts[len(parts)-1]), "package.json"))
		if err != nil {
			return nil, fmt.Errorf("the model package %q was not registered here: %w", registered, err)
		}
		if err := decode(content, &described); err != nil {
			return nil, err
		}
		serving, _ = at(described, "InferenceSpecification.Containers[0]").(map[string]any)
	}
	return serving, nil
}
