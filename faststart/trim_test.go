package faststart_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/s3bucket"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
)

// archive is trimmed once: reading the stock archive takes seconds.
var archive = sync.OnceValues(func() ([]byte, error) { return trim("provider", "s3bucket") })

func trim(packages ...string) ([]byte, error) {
	stock, err := faststart.Stock("..", "./internal/tf")
	if err != nil {
		return nil, err
	}
	defer stock.Close()
	return faststart.Trim(stock, packages)
}

func TestMain(m *testing.M) {
	if os.Getenv(reportVariable) != "" {
		report()
		return
	}
	if err := faststart.Load(nil); err != nil {
		panic(err)
	}
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

func TestTrim(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	names, err := faststart.Namespaces(trimmed)
	require.NoError(t, err)
	require.Equal(t, []string{"provider", "s3bucket"}, names)
	require.Less(t, len(trimmed), 200_000)
	files := unpack(t, trimmed)
	require.Contains(t, string(files["package/LICENSE"]), "Mozilla Public License, version 2.0")
	require.Contains(t, string(files["package/lib/index.js"]), `"s3Bucket", { enumerable: true, get: () => require("./s3-bucket/index.js") }`)
	require.NotContains(t, string(files["package/lib/s3-bucket/index.js"]), "sourceMappingURL")
}

// TestTrimTellsWhereTypesAre compares the places with the whole text, of which they are parts.
func TestTrimTellsWhereTypesAre(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	text := string(unpack(t, trimmed)["package/.jsii"])
	require.True(t, strings.HasPrefix(text, `{"$places":{`), "the preload looks for the places at the start")
	var whole struct {
		Places map[string][2]int          `json:"$places"`
		Types  map[string]json.RawMessage `json:"types"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &whole))
	_, types, found := strings.Cut(text, `"types":`)
	require.True(t, found)
	require.True(t, json.Valid([]byte(types[:whole.Places[""][1]])))
	delete(whole.Places, "")
	inPlaces := map[string]json.RawMessage{}
	for namespace, place := range whole.Places {
		var part map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte("{"+types[place[0]:place[1]]+"}"), &part), namespace)
		for name, definition := range part {
			require.True(t, strings.HasPrefix(name, namespace+"."), "%s is not of %s", name, namespace)
			inPlaces[name] = definition
		}
	}
	require.Equal(t, whole.Types, inPlaces)
}

func TestTrimRefusesUnknownPackages(t *testing.T) {
	_, err := faststart.Trim(pack(t, map[string]string{
		"package/.jsii": `{"name":"@cdktf/provider-aws","types":{},"submodules":{}}`,
	}), []string{"s3bukket", "kmskey"})
	require.EqualError(t, err, "the provider has no namespace for the Go package \"s3bukket\"\nthe provider has no namespace for the Go package \"kmskey\"")
}

// small is an archive of three namespaces, the first of which needs the second.
func small(t *testing.T) io.Reader {
	return pack(t, map[string]string{
		"package/.jsii": `{"name":"p","types":{
			"p.aOne.A":{"fqn":"p.aOne.A","base":"p.bTwo.B"},"p.bTwo.B":{"fqn":"p.bTwo.B"},"p.cThree.C":{"fqn":"p.cThree.C"}},
			"submodules":{"p.aOne":{"symbolId":"src/a-one/index:"},"p.bTwo":{"symbolId":"src/b-two/index:"},"p.cThree":{"symbolId":"src/c-three/index:"}}}`,
		"package/LICENSE": "MPL", "package/package.json": `{"name":"p"}`, "package/lib/index.js": "all",
		"package/lib/a-one/index.js": "a", "package/lib/b-two/index.js": "b", "package/lib/c-three/index.js": "c",
	})
}

func TestTrimTakesWhatIsReferredTo(t *testing.T) {
	trimmed, err := faststart.Trim(small(t), []string{"aone"})
	require.NoError(t, err)
	files := unpack(t, trimmed)
	require.Contains(t, files, "package/lib/a-one/index.js")
	require.Contains(t, files, "package/lib/b-two/index.js")
	require.NotContains(t, files, "package/lib/c-three/index.js")
	require.NotContains(t, string(files["package/.jsii"]), "cThree")
}

func TestTrimRefusesLettersWhosePlacesDiffer(t *testing.T) {
	_, err := faststart.Trim(pack(t, map[string]string{
		"package/.jsii":   `{"name":"p","types":{"p.aOne.A":{"fqn":"p.aOne.A","default":"é"}},"submodules":{"p.aOne":{"symbolId":"src/a-one/index:"}}}`,
		"package/LICENSE": "MPL",
	}), []string{"aone"})
	require.EqualError(t, err, "the type description has letters outside of ASCII, whose places Node.js counts otherwise")
}

func TestTrimIsDeterministic(t *testing.T) {
	first, err := faststart.Trim(small(t), []string{"aone", "cthree"})
	require.NoError(t, err)
	second, err := faststart.Trim(small(t), []string{"cthree", "aone", "btwo"})
	require.NoError(t, err)
	require.True(t, bytes.Equal(first, second), "two archives of the same namespaces differ")
}

func TestArchivesMustCarryTheLicence(t *testing.T) {
	_, err := faststart.Trim(pack(t, map[string]string{"package/.jsii": `{"name":"p","types":{},"submodules":{}}`}), nil)
	require.EqualError(t, err, "the stock archive has no package/LICENSE, which must accompany copies of it")
}

func TestLoadRefuses(t *testing.T) {
	tests := map[string]struct{ manifest, want string }{
		"another package": {`{"name":"@cdktf/provider-google","version":"1.0.0"}`, `the archive holds "@cdktf/provider-google", not @cdktf/provider-aws; make it with trimprovider`},
		"no manifest":     {`{`, "package/package.json of the archive: unexpected end of JSON input"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			content, err := io.ReadAll(pack(t, map[string]string{"package/package.json": test.manifest}))
			require.NoError(t, err)
			require.EqualError(t, faststart.Load(content), test.want)
		})
	}
	require.ErrorContains(t, faststart.Load([]byte("text")), "the archive is no gzip file")
}

// TestMissingNamespace needs the only kernel of this test binary to have seen the trimmed archive first.
func TestMissingNamespace(t *testing.T) {
	trimmed, err := archive()
	require.NoError(t, err)
	require.NoError(t, faststart.Load(trimmed))
	stack := cdktf.NewTerraformStack(cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(t.TempDir())}), jsii.String("test"))
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-west-2")})
	s3bucket.NewS3Bucket(stack, jsii.String("there"), &s3bucket.S3BucketConfig{})
	recovered := func() (r any) {
		defer func() { r = recover() }()
		kmskey.NewKmsKey(stack, jsii.String("missing"), &kmskey.KmsKeyConfig{})
		return nil
	}()
	require.NotNil(t, recovered, "the namespace is missing, so making the key must fail")
	require.EqualError(t, faststart.Explain(recovered), `the trimmed AWS provider has no namespace "kmsKey", because the archive was made before the program imported the package "kmskey"; run go generate ./... and build again`)
	require.NoError(t, faststart.Explain("another panic"))
}

func TestImported(t *testing.T) {
	names, err := faststart.Imported("..", "./internal/tf", "./constructs/kms")
	require.NoError(t, err)
	require.Equal(t, []string{"kmsalias", "kmskey", "provider"}, names)
	_, err = faststart.Imported(".", "./nowhere")
	require.ErrorContains(t, err, "go list")
}

func pack(t *testing.T, files map[string]string) io.Reader {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	archive := tar.NewWriter(zipped)
	for name, content := range files {
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}))
		_, err := archive.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, zipped.Close())
	return &out
}

func unpack(t *testing.T, packed []byte) map[string][]byte {
	t.Helper()
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	require.NoError(t, err)
	files := map[string][]byte{}
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if err == io.EOF {
			return files
		}
		require.NoError(t, err)
		files[header.Name], err = io.ReadAll(archive)
		require.NoError(t, err)
	}
}
