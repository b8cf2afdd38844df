package chart_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/chart"
	"github.com/mlplatform/mlplatform/documents/kubernetes"
	"github.com/mlplatform/mlplatform/internal/golden"
	"github.com/mlplatform/mlplatform/internal/kubernetestest"
)

func settings(text string) kubernetes.ConfigMap {
	return kubernetes.ConfigMap{Metadata: kubernetes.Metadata{Name: "settings", Namespace: "models"}, Data: map[string]string{"text": text}}
}

func example() chart.Chart {
	return chart.Chart{Name: "wine", Description: "The model wine.", Objects: []kubernetes.Object{
		settings("{{ .Values.secret }} {{{{ }} ${helm.values.arn} 100%"),
		kubernetes.TargetGroupBinding{
			Metadata: kubernetes.Metadata{Name: "wine", Namespace: "models"}, ServiceRef: kubernetes.ServiceRef{Name: "wine", Port: "80"}, TargetGroupARN: kubernetes.Value("targetGroup"),
		},
		kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: "models"}},
	}}
}

func TestFiles(t *testing.T) {
	files, err := example().Files()
	require.NoError(t, err)
	var out strings.Builder
	for _, each := range files {
		out.WriteString("# " + each.Path + "\n" + string(each.Content))
	}
	golden.Assert(t, "testdata/wine.txt", []byte(out.String()))
	again, err := example().Files()
	require.NoError(t, err)
	require.Equal(t, files, again)
	values, err := example().Values()
	require.NoError(t, err)
	require.Equal(t, []string{"arn", "targetGroup"}, values)
}

func TestVersion(t *testing.T) {
	versions := map[string]bool{}
	for _, each := range []chart.Chart{
		{Name: "a", Objects: []kubernetes.Object{settings("a")}}, {Name: "b", Objects: []kubernetes.Object{settings("a")}},
		{Name: "a", Objects: []kubernetes.Object{settings("b")}}, {Name: "a", Description: "a", Objects: []kubernetes.Object{settings("a")}},
	} {
		version, err := each.Version()
		require.NoError(t, err)
		require.Regexp(t, `^0\.1\.0-h[0-9a-f]{12}$`, version)
		versions[version] = true
	}
	require.Len(t, versions, 4)
	turned := example()
	turned.Objects[0], turned.Objects[2] = turned.Objects[2], turned.Objects[0]
	one, err := example().Version()
	require.NoError(t, err)
	other, err := turned.Version()
	require.NoError(t, err)
	require.Equal(t, one, other, "the order of the objects is no content")
}

func TestFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "charts", "wine")
	require.ErrorIs(t, chart.Verify(folder), os.ErrNotExist)
	version, err := example().Write(folder)
	require.NoError(t, err)
	hashed, err := example().Version()
	require.NoError(t, err)
	require.Equal(t, hashed, version)
	require.NoError(t, chart.Verify(folder))
	template := filepath.Join(folder, "templates", "configmap.models.settings.yaml")
	require.NoError(t, os.WriteFile(template, []byte("other"), 0o644))
	require.ErrorContains(t, chart.Verify(folder), "is not that of the files")

	smaller := chart.Chart{Name: "wine", Objects: []kubernetes.Object{kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: "models"}}}}
	_, err = smaller.Write(folder)
	require.NoError(t, err, "a chart is written over another")
	require.NoError(t, chart.Verify(folder))
	require.NoFileExists(t, template)

	require.NoError(t, os.WriteFile(filepath.Join(folder, "Chart.yaml"), []byte("apiVersion: v2\nname: mine\nversion: 1.0.0\n"), 0o644))
	_, err = smaller.Write(folder)
	require.ErrorContains(t, err, "holds something that is no chart of this package; choose another folder")
	require.FileExists(t, filepath.Join(folder, "Chart.yaml"))
}

func TestProblems(t *testing.T) {
	err := chart.Chart{Name: "Wine", Objects: []kubernetes.Object{
		settings("a"), settings("b"), nil,
		kubernetes.Other{Metadata: kubernetes.Metadata{Name: "key", Namespace: "models"}, Kind: kubernetes.Kind{APIVersion: "v1", Kind: "Secret"}},
		kubernetes.Namespace{Metadata: kubernetes.Metadata{Name: "A", Namespace: "b"}},
	}}.Validate()
	require.EqualError(t, err, `name: "Wine" is no name of a chart; use up to 53 lower-case letters, digits and -, and begin with a letter
objects[1]: ConfigMap models/settings: is given twice; drop one, the first is objects[0]
objects[2]: is nil; leave it out
objects[3]: Secret models/key: would stand in clear text in the chart and in the release; use an ExternalSecret
objects[4]: Namespace b/A: name: "A" is no name; use up to 63 lower-case letters, digits and -, with a letter or digit at both ends
objects[4]: Namespace b/A: namespace: "b" is given, but a Namespace is in no namespace; leave it out`)
	require.EqualError(t, chart.Chart{Name: "a"}.Validate(), "objects: are missing; give at least one")

	_, err = chart.Chart{Name: "a", Objects: []kubernetes.Object{kubernetes.ConfigMap{
		Metadata: kubernetes.Metadata{Name: "a", Namespace: "b", Annotations: map[string]string{"a": "b"}}, Data: map[string]string{"a": kubernetes.Value("b")},
	}}}.Files()
	require.NoError(t, err)
	_, err = chart.Chart{Name: "a", Objects: []kubernetes.Object{kubernetes.Other{
		Metadata: kubernetes.Metadata{Name: "a", Namespace: "b"}, Kind: kubernetes.Kind{APIVersion: "v1", Kind: "ConfigMap"}, Fields: map[string]any{"data": map[string]string{kubernetes.Value("b"): "c"}},
	}}}.Files()
	require.EqualError(t, err, "ConfigMap b/a: ${helm.values.b}: is a key, which no value can be; write it out")
}

// TestTooLarge: what Helm could not keep is refused before it is tried.
func TestTooLarge(t *testing.T) {
	var objects []kubernetes.Object
	for i, name := range []string{"a", "b"} {
		object := settings(kubernetestest.Noise(i, 900_000))
		object.Name = name
		objects = append(objects, object)
	}
	_, err := chart.Chart{Name: "a", Objects: objects}.Files()
	require.ErrorContains(t, err, "of which a Secret takes 1048576; make two charts of them")
}
