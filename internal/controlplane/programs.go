package controlplane

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
)

// Programs are the files of the programs.
type Programs struct {
	// ControlPlane is the one of programs/kubernetes, KServe KServe's controller, Helm the command of Helm.
	ControlPlane, KServe, Helm string
}

// Versions of what is built.
const (
	kubernetesVersion = "v1.34.4"
	kserveVersion     = "v0.20.0"
)

// Find gives the programs: those that KUBERNETES_CONTROLPLANE, KSERVE_MANAGER and HELM name, or those that were built before, which are in
// the user's cache. With CONTROLPLANE=build they are built where they are not there, which takes half an hour of two cores, once. With
// CONTROLPLANE=use only Helm is, which takes three minutes; without the others the test is skipped. Without the variable it always is:
// these tests are for make kubernetes.
func Find(t testing.TB) Programs {
	t.Helper()
	wish := os.Getenv("CONTROLPLANE")
	if wish != "use" && wish != "build" {
		t.Skip("nothing is tried on a real API server and with KServe's own controller; make kubernetes does that")
	}
	var found Programs
	for _, each := range []struct {
		file                             *string
		variable, folder, program, flags string
	}{
		{&found.ControlPlane, "KUBERNETES_CONTROLPLANE", "programs/kubernetes", ".", "-s -w -X k8s.io/component-base/version.gitVersion=" + kubernetesVersion + " -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34"},
		{&found.KServe, "KSERVE_MANAGER", "programs/kserve", "github.com/kserve/kserve/cmd/manager", "-s -w"},
		{&found.Helm, "HELM", "programs/helm", "helm.sh/helm/v3/cmd/helm", "-s -w"},
	} {
		if *each.file = os.Getenv(each.variable); *each.file != "" {
			continue
		}
		file, err := cached(each.folder)
		if err != nil {
			t.Fatal(err)
		}
		*each.file = file
		if _, err := os.Stat(file); err == nil {
			continue
		}
		if wish != "build" && each.variable != "HELM" {
			t.Skipf("%s is not built and %s names none, so nothing is tried on a real API server and with KServe's own controller; make kubernetes builds it once", each.folder, each.variable)
		}
		t.Logf("building %s into %s", each.folder, file)
		command := exec.Command("go", "build", "-trimpath", "-ldflags", each.flags, "-o", file+".new", each.program)
		command.Dir = each.folder
		command.Stdout, command.Stderr = os.Stderr, os.Stderr
		if err := command.Run(); err != nil {
			t.Fatalf("%s: %v", each.folder, err)
		}
		if err := os.Rename(file+".new", file); err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// cached is where the program of a folder is kept, by what it is built of.
func cached(folder string) (string, error) {
	hash := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && name != "main.go" {
			return "", err
		}
		fmt.Fprintf(hash, "%s %d\n%s", name, len(text), text)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	kept := filepath.Join(cache, "mlplatform", "controlplane")
	name := fmt.Sprintf("%s-%s-%s-%s", filepath.Base(folder), runtime.GOOS, runtime.GOARCH, hex.EncodeToString(hash.Sum(nil))[:16])
	return filepath.Join(kept, name), os.MkdirAll(kept, 0o755)
}
