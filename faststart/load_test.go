package faststart_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart"
)

// With reportVariable the test binary is a program that starts the runtime, and says what that made of the machine.
const reportVariable = "FASTSTART_TEST_REPORT"

func report() {
	if err := faststart.Load(nil); err != nil {
		fmt.Println(err)
		return
	}
	cdktf.NewApp(&cdktf.AppConfig{Outdir: jsii.String(os.Getenv(reportVariable))})
	options, set := os.LookupEnv("NODE_OPTIONS")
	fmt.Printf("processes=%d set=%t options=%q\n", descendants(os.Getpid()), set, options)
	jsii.Close()
}

// descendants counts the processes below this one, which Linux tells in /proc.
func descendants(pid int) int {
	count := 0
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, task := range tasks {
		text, _ := os.ReadFile(task)
		for _, child := range strings.Fields(string(text)) {
			var id int
			_, _ = fmt.Sscan(child, &id)
			count += 1 + descendants(id)
		}
	}
	return count
}

func TestRuntimeStarts(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are counted in /proc, which is on Linux only")
	}
	for _, test := range []struct{ variables, want string }{
		{"", `processes=1 set=false options=""`},
		{"FASTSTART_OFF=traces", `processes=1 set=false options=""`},
		{"FASTSTART_OFF=wrapper", `processes=2 set=false options=""`},
		{"FASTSTART_OFF=all", `processes=2 set=false options=""`},
		{"NODE_OPTIONS=--max-old-space-size=2000", `processes=2 set=true options="--max-old-space-size=2000"`},
		{"FASTSTART_OFF=wraper,provider,trace", "FASTSTART_OFF: \"wraper\" is no part of the fast start; use all or some of wrapper, traces, provider, separated by commas\n" +
			"FASTSTART_OFF: \"trace\" is no part of the fast start; use all or some of wrapper, traces, provider, separated by commas"},
	} {
		command := exec.Command(os.Args[0])
		for _, variable := range os.Environ() {
			if name, _, _ := strings.Cut(variable, "="); name != "NODE_OPTIONS" && name != "JSII_RUNTIME" && name != "FASTSTART_OFF" {
				command.Env = append(command.Env, variable)
			}
		}
		command.Env = append(command.Env, reportVariable+"="+t.TempDir())
		if test.variables != "" {
			command.Env = append(command.Env, test.variables)
		}
		out, err := command.Output()
		require.NoError(t, err)
		require.Equal(t, test.want, strings.TrimSpace(string(out)), "with %q", test.variables)
	}
}
