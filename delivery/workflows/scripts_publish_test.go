package workflows_test

import (
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	command := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
	out, err := command.CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

func TestImageChanged(t *testing.T) {
	s := stepOf(t, "images", "image-training-image", "Has it changed")
	m := newMachine(t)
	m.write("images/training-image/Dockerfile", "FROM scratch\n")
	m.write("README.md", "one\n")
	git(t, m.dir, "init", "--quiet")
	git(t, m.dir, "add", ".")
	git(t, m.dir, "commit", "--quiet", "-m", "one")
	first := git(t, m.dir, "rev-parse", "HEAD")
	m.write("README.md", "two\n")
	git(t, m.dir, "commit", "--quiet", "-am", "two")
	second := git(t, m.dir, "rev-parse", "HEAD")
	m.write("images/training-image/Dockerfile", "FROM alpine\n")
	git(t, m.dir, "commit", "--quiet", "-am", "three")
	third := git(t, m.dir, "rev-parse", "HEAD")
	for _, test := range []struct{ name, before, commit, build string }{
		{"changed", second, third, "true"}, {"changed in one of several commits", first, third, "true"}, {"as before", first, second, "false"},
		{"first push", strings.Repeat("0", 40), second, "true"}, {"forced push", strings.Repeat("c", 40), second, "true"}, {"started by hand", "", second, "true"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m.t = t
			m.env["GITHUB_SHA"], m.env["IMAGE"], m.env["REPOSITORY"] = test.commit, "training-image", "wine-operations/training-image"
			r := m.run(s, map[string]string{"BEFORE": test.before})
			require.Zero(t, r.code, r.out)
			require.Equal(t, test.build, r.outputs["build"])
		})
	}
	t.Run("no folder", func(t *testing.T) {
		m := newMachine(t)
		m.env["IMAGE"], m.env["REPOSITORY"] = "training-image", "wine-operations/training-image"
		r := m.run(s, nil)
		require.Zero(t, r.code, r.out)
		require.Equal(t, "false", r.outputs["build"])
		require.Equal(t, "::notice::there is no folder images/training-image, so nothing is built for the repository wine-operations/training-image\n", r.out)
	})
}

func TestImagePush(t *testing.T) {
	s := stepOf(t, "images", "image-training-image", "Build and push")
	job := parsed(t, generate(t, load(t, configurations["wine"])))["images"].Jobs["image-training-image"]
	const host, name, digest = "111111111111.dkr.ecr.us-west-2.amazonaws.com", "wine-operations/training-image", "sha256:0f1e"
	machineWith := func(t *testing.T, answers ...answer) *machine {
		m := newMachine(t, answers...)
		maps.Copy(m.env, job.Env)
		return m
	}
	describe := "^aws ecr describe-images --repository-name " + name + " --image-ids imageTag=" + sha + " "
	missing := answer{Call: describe, Err: "An error occurred (ImageNotFoundException)\n", Code: 254}
	t.Run("built", func(t *testing.T) {
		first := missing
		first.Once = true
		m := machineWith(t, first, answer{Call: describe, Out: digest + "\n"},
			answer{Call: "^aws ecr get-login-password$", Out: "password"}, answer{Call: "^docker (login|logout)"}, answer{Call: "^docker buildx build"})
		r := m.run(s, nil)
		require.Zero(t, r.code, r.out)
		require.Equal(t, []string{
			"login --username AWS --password-stdin " + host,
			"buildx build --platform linux/amd64 --provenance=false --sbom=false --label org.opencontainers.image.revision=" + sha + " --output type=image,name=" + host + "/" + name + ":" + sha + ",push=true,oci-mediatypes=false images/training-image",
			"logout " + host,
		}, r.called("docker"))
		require.Contains(t, r.summary, "image: { repository: training-image, digest: \""+digest+"\" }")
	})
	t.Run("there already", func(t *testing.T) {
		r := machineWith(t, answer{Call: describe, Out: digest + "\n"}).run(s, nil)
		require.Zero(t, r.code, r.out)
		require.Empty(t, r.called("docker"))
		require.Contains(t, r.summary, digest)
	})
	t.Run("denied", func(t *testing.T) {
		r := machineWith(t, answer{Call: describe, Err: "An error occurred (AccessDeniedException)\n", Code: 254}).run(s, nil)
		require.Equal(t, 1, r.code)
		require.Contains(t, r.out, "AccessDeniedException")
		require.Empty(t, r.called("docker"))
	})
	t.Run("the build fails", func(t *testing.T) {
		r := machineWith(t, missing, answer{Call: "get-login-password", Out: "password"}, answer{Call: "docker log"}, answer{Call: "buildx", Code: 1}).run(s, nil)
		require.Equal(t, 1, r.code)
		require.Empty(t, r.summary)
		require.Equal(t, "logout "+host, r.called("docker")[2])
	})
	t.Run("no login", func(t *testing.T) {
		r := machineWith(t, missing, answer{Call: "get-login-password", Code: 255}, answer{Call: "docker log"}).run(s, nil)
		require.Equal(t, 255, r.code)
	})
}

func TestDefinitions(t *testing.T) {
	s := stepOf(t, "definitions", "store", "Store them")
	const bucket = "wine-operations-pipelines-111111111111-us-west-2"
	put := "^aws s3api put-object --bucket " + bucket + " --key wine-"
	run := func(t *testing.T, answers ...answer) result {
		m := newMachine(t, answers...)
		m.write("definitions/dev/wine-dev-training.json", "{}")
		m.write("definitions/prod/wine-prod-training.json", "{}")
		return m.run(s, map[string]string{"BUCKET": bucket})
	}
	r := run(t, answer{Call: put + "dev-training/" + sha + `.json .* --if-none-match \*$`}, answer{Call: put + "prod", Err: "An error occurred (PreconditionFailed)", Code: 254})
	require.Zero(t, r.code, r.out)
	require.Equal(t, "s3://"+bucket+"/wine-dev-training/"+sha+".json\n", r.summary)
	require.Contains(t, r.out, "prod-training/"+sha+".json is there already.\n2 definitions are stored.")
	r = run(t, answer{Call: put, Err: "An error occurred (AccessDenied)", Code: 254})
	require.Equal(t, 1, r.code)
	require.Contains(t, r.out, "AccessDenied")
}
