package rdssignin_test

import (
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/documents/rdssignin"
)

// A Python process that the program starts signs in with the password of each moment. SQLAlchemy and boto3 are stand-ins.
func TestProgram(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("without python3 the program is not run; install it")
	}
	stand, err := filepath.Abs("testdata/stand-ins")
	require.NoError(t, err)
	command := exec.Command(python, "-c", rdssignin.Program(`
before = os.environ["PYTHONPATH"]
sign_in_everywhere()
os.environ["PYTHONPATH"] += ":" + before
child = '''
import os, sqlalchemy
for _ in range(2): sqlalchemy.create_engine("postgresql+asyncpg://db").connect()
sqlalchemy.create_engine("sqlite+aiosqlite://").connect()
'''
subprocess.run([sys.executable, "-c", child], check=True)
`))
	command.Env = []string{"PATH=/usr/bin:/bin", "PYTHONPATH=" + stand, "PYTHONDONTWRITEBYTECODE=1", "LOG=/dev/stdout", "DATABASE_SECRET_ARN=arn"}
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Equal(t, "connect {'host': 'db', 'user': 'administrator', 'password': 'arn-1'}\nconnect {'host': 'db', 'user': 'administrator', 'password': 'arn-2'}\n"+
		"connect {'host': 'db'}\n", string(output))
}
