package mlflowserver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/mlflowserver"
)

var server = mlflowserver.Server{Host: "mlflow.dev.example.com", Addresses: mlflowserver.PrivateAddresses(), Workers: 2, BasicAuth: true}

// What the Helm chart and the command line are told is the same.
func TestOptions(t *testing.T) {
	require.Equal(t, map[string]any{
		"host": "0.0.0.0", "port": 5000, "workers": 2, "allowed_hosts": "mlflow.dev.example.com,mlflow.dev.example.com:*,10.*,172.*,192.168.*",
		"cors_allowed_origins": "https://mlflow.dev.example.com", "app_name": "basic-auth",
	}, server.Options())
	require.Equal(t, []string{
		"--allowed-hosts", "mlflow.dev.example.com,mlflow.dev.example.com:*,10.*,172.*,192.168.*", "--app-name", "basic-auth",
		"--cors-allowed-origins", "https://mlflow.dev.example.com", "--host", "0.0.0.0", "--port", "5000", "--workers", "2",
	}, server.Arguments())
	require.Equal(t, "postgresql+psycopg2://db.example.com:5432/mlflow?sslmode=require", mlflowserver.URI("", "db.example.com", 5432))
}

const uri = "postgresql+psycopg2://db:5432/mlflow?sslmode=require"

// run runs the program with stand-ins for MLflow, SQLAlchemy and boto3, and gives what they saw. MLflow itself is not tried here.
func run(t *testing.T, environment []string, arguments ...string) string {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("without python3 the program that starts MLflow is not run; install it")
	}
	stand, err := filepath.Abs("testdata/stand-ins")
	require.NoError(t, err)
	shared, err := filepath.Abs("../rdssignin/testdata/stand-ins")
	require.NoError(t, err)
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	command, err := os.ReadFile(filepath.Join(stand, "mlflow.sh"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "mlflow"), command, 0o700))
	program := mlflowserver.Program()
	all := exec.Command(python, append([]string{"-c", program}, arguments...)...)
	all.Env = append([]string{
		"PATH=" + dir + ":/usr/bin:/bin", "PYTHONPATH=" + stand + ":" + shared, "PYTHONDONTWRITEBYTECODE=1", "LOG=" + log, "DATABASE_URI=" + uri, "DATABASE_SECRET_ARN=arn",
	}, environment...)
	output, err := all.CombinedOutput()
	require.NoError(t, err, string(output))
	text, err := os.ReadFile(log)
	require.NoError(t, err)
	return string(text)
}

// One task at a time changes the schema, with the password of that moment: an empty database is filled first.
func TestMigrate(t *testing.T) {
	const start, end = "connect {'host': 'db', 'user': 'administrator', 'password': 'arn-1'}\nselect pg_advisory_lock(20180605)\n", "mlflow db upgrade " + uri + "\nstore none\npassword none\ndisconnect\n"
	require.Equal(t, start+"initialize\n"+end, run(t, nil, "migrate"))
	require.Equal(t, start+end, run(t, []string{"TABLES=runs experiments"}, "migrate"))
}

// The server has the database without its password, and its first administrator's in a file, not among its variables.
func TestServe(t *testing.T) {
	require.Equal(t, "mlflow server --port 5000\nstore "+uri+"\npassword none\n", run(t, nil, "server", "--port", "5000"))
	require.Equal(t, "mlflow server\nstore "+uri+"\npassword none\n"+mlflowserver.AuthConfig(uri, "per%%cent"), run(t, []string{
		"ADMIN_PASSWORD=per%cent", "AUTH_CONFIG=" + mlflowserver.AuthConfig(uri, mlflowserver.PasswordMark),
	}, "server"))
}
