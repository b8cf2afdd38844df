// Package grafanaschema checks dashboards against Grafana's own types, with the TypeScript compiler.
package grafanaschema

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mlplatform/mlplatform/internal/npm"
)

// Check reports what of the dashboards, JSON by name, is no Dashboard of Grafana. All are compiled in one run, which takes two seconds.
func Check(t testing.TB, dashboards map[string]string) {
	t.Helper()
	if testing.Short() {
		t.Skip("dashboards are not held against Grafana's types; run the tests without -short")
	}
	problems, err := check(t.TempDir(), dashboards)
	npm.Skip(t, "dashboards are not held against Grafana's types", err)
	if problems != "" {
		t.Errorf("Grafana's types refuse:\n%s", problems)
	}
}

// declaration is what stands before a dashboard. TypeScript takes no text for an enumeration, which in JSON it is.
const declaration = `import type { Dashboard } from '@grafana/schema/dist/esm/raw/dashboard/x/dashboard_types.gen';
type Plain<T> = T extends string ? ` + "`${T}`" + ` : T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const dashboard: Plain<Dashboard> = `

func check(dir string, dashboards map[string]string) (problems string, err error) {
	folder, err := npm.WithNode("internal/grafanaschema", "typescript")
	if err != nil {
		return "", err
	}
	packages := filepath.Join(folder, "node_modules")
	if err := os.Symlink(packages, filepath.Join(dir, "node_modules")); err != nil {
		return "", err
	}
	args := []string{filepath.Join(packages, "typescript", "bin", "tsc"), "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "node"}
	for name, text := range dashboards {
		file := filepath.Join(dir, name+".ts")
		if err := os.WriteFile(file, []byte(declaration+text+";\n"), 0o600); err != nil {
			return "", err
		}
		args = append(args, file)
	}
	command := exec.Command("node", args...)
	command.Dir = dir
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strings.TrimSpace(string(out)), nil
	}
	if err != nil {
		return "", err
	}
	return "", nil
}
