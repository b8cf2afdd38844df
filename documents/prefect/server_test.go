package prefect_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/prefect"
)

const serverURI = "postgresql+asyncpg://db.example.com:5432/prefect?ssl=require"

// runServer runs the program with stand-ins for Prefect, SQLAlchemy and boto3, and gives what they saw. Prefect itself is not tried here.
func runServer(t *testing.T, arguments ...string) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("without python3 the program that starts Prefect's server is not run; install it")
	}
	stand, err := filepath.Abs("../rdssignin/testdata/stand-ins")
	require.NoError(t, err)
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	command, err := os.ReadFile("testdata/prefect.sh")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "prefect"), command, 0o700))
	all := exec.Command(python, append([]string{"-c", prefect.ServerProgram()}, arguments...)...)
	all.Env = []string{
		"PATH=" + dir + ":/usr/bin:/bin", "PYTHONPATH=" + stand, "PYTHONDONTWRITEBYTECODE=1", "LOG=" + log, "DATABASE_URI=" + prefect.ServerURI("db.example.com", 5432),
		"DATABASE_SECRET_ARN=arn",
	}
	output, err := all.CombinedOutput()
	require.NoError(t, err, string(output))
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	return string(text)
}

// One task at a time changes the schema, with the password of that moment, and the server signs in by a module of its own.
func TestServerProgram(t *testing.T) {
	const seen = "store " + serverURI + "\nmodules sitecustomize.py\n"
	require.Equal(t, "connect {'host': 'db', 'user': 'administrator', 'password': 'arn-1'}\nselect pg_advisory_lock(20180605)\n"+
		"prefect server database upgrade -y\n"+seen+"disconnect\n", runServer(t, "migrate"))
	require.Equal(t, "prefect server start --host 0.0.0.0 --port 4200\n"+seen, runServer(t, prefect.ServerArguments()...))
}

// People's browsers ask the name of the server, never the container's own address.
func TestServerEnvironment(t *testing.T) {
	require.Equal(t, map[string]string{
		"PREFECT_HOME": "/tmp/prefect", "PREFECT_SERVER_UI_STATIC_DIRECTORY": "/tmp/ui", "PREFECT_SERVER_UI_API_URL": "https://prefect.dev.example.com/api",
		"PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false", "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
	}, prefect.ServerEnvironment("prefect.dev.example.com"))
}
