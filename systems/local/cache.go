package local

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// cacheKeys are the arguments whose change makes a step run again.
// https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-default-keys.html
var cacheKeys = map[string][]string{
	"Processing": {"AppSpecification", "Environment", "ProcessingInputs"},
	"Training":   {"AlgorithmSpecification", "CheckpointConfig", "DebugHookConfig", "DebugRuleConfigurations", "Environment", "HyperParameters", "InputDataConfig"},
	"Tuning": {
		"HyperParameterTuningJobConfig", "TrainingJobDefinition.AlgorithmSpecification", "TrainingJobDefinition.HyperParameterRanges",
		"TrainingJobDefinition.InputDataConfig", "TrainingJobDefinition.StaticHyperParameters", "TrainingJobDefinition.TuningObjective", "TrainingJobDefinitions",
	},
	"Transform": {"DataProcessing", "Environment", "ModelName", "TransformInput", "TransformResources"},
}

// A cached result of a step.
type cached struct {
	Execution  string
	Time       time.Time
	Properties map[string]any
}

// cacheFile is where the result of a step with these arguments is kept. Beside what SageMaker looks at it depends on the
// programs in the folders of images, because here their URI does not change with them.
func (r *run) cacheFile(s *step, arguments map[string]any) (string, error) {
	digest := sha256.New()
	keys, ok := cacheKeys[s.Type]
	looked := []any{any(arguments)}
	if ok {
		looked = nil
		for _, key := range keys {
			looked = append(looked, key, at(arguments, key))
		}
	}
	if err := json.NewEncoder(digest).Encode(looked); err != nil {
		return "", err
	}
	for _, uri := range images(arguments) {
		image, err := r.site.image(uri)
		if err != nil || image.Folder == "" {
			continue
		}
		if err := digestFolder(digest, image.Folder); err != nil {
			return "", err
		}
	}
	return filepath.Join(r.site.options.Folder, "cache", r.pipeline.Name(), s.Name, fmt.Sprintf("%x.json", digest.Sum(nil)[:16])), nil
}

// imagePaths are where the images of jobs stand.
var imagePaths = []string{"AppSpecification.ImageUri", "AlgorithmSpecification.TrainingImage", "TrainingJobDefinition.AlgorithmSpecification.TrainingImage"}

// images are the image URIs among the arguments.
func images(arguments map[string]any) []string {
	var out []string
	for _, path := range imagePaths {
		if uri := textAt(arguments, path); uri != "" {
			out = append(out, uri)
		}
	}
	for _, each := range listAt(arguments, "TrainingJobDefinitions") {
		out = append(out, textAt(each, "AlgorithmSpecification.TrainingImage"))
	}
	return out
}

func digestFolder(digest io.Writer, folder string) error {
	return filepath.WalkDir(folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.HasSuffix(name, ".pyc") {
			return err
		}
		content, err := os.ReadFile(name)
		fmt.Fprintf(digest, "%s\x00%d\x00", name, len(content))
		_, _ = digest.Write(content)
		return err
	})
}

// fromCache is the result of an earlier execution that is young enough and whose objects are still there.
func (r *run) fromCache(s *step, file string) (*cached, error) {
	age, err := parseAge(s.CacheConfig.ExpireAfter)
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, nil //nolint:nilerr // nothing is cached
	}
	var found cached
	if err := decode(content, &found); err != nil {
		return nil, fmt.Errorf("%s: %w; remove it", file, err)
	}
	if time.Since(found.Time) > age {
		return nil, nil
	}
	uris := []string{textAt(found.Properties, "ModelArtifacts.S3ModelArtifacts"), textAt(found.Properties, "TransformOutput.S3OutputPath")}
	for _, each := range listAt(found.Properties, "ProcessingOutputConfig.Outputs") {
		uris = append(uris, textAt(each, "S3Output.S3Uri"))
	}
	for _, uri := range uris {
		if uri == "" {
			continue
		}
		place, err := r.site.store.path(uri)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(place); err != nil {
			return nil, nil //nolint:nilerr // somebody removed it
		}
	}
	return &found, nil
}

var agePattern = lazyregexp.New(`^P?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$`)

// parseAge reads a duration of ISO 8601 in the forms that SageMaker takes: P30D, 30d, T16m, P1DT2H. Without one, a result
// never grows old.
func parseAge(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	if text == "" {
		return 100 * 365 * day, nil
	}
	found := agePattern.FindStringSubmatch(strings.ToUpper(text))
	if found == nil {
		return 0, fmt.Errorf("%q is no duration like P30D or PT12H", text)
	}
	var out time.Duration
	for i, unit := range []time.Duration{365 * day, 30 * day, 7 * day, day, time.Hour, time.Minute} {
		n, _ := strconv.Atoi(found[i+1])
		out += time.Duration(n) * unit
	}
	return out, nil
}
