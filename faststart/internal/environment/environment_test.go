package environment_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/faststart/internal/environment"
	_ "github.com/mlplatform/mlplatform/internal/golden" // go test ./... -update reaches every package
)

// runtime stands for the runtime's two programs: the first only starts the second, which speaks by descriptor 3.
var runtime = map[string]string{
	"bin/jsii-runtime.js": `process.stdout.write("the main program\n")`,
	"lib/program.js": `
const fs = require("fs");
const file = fs.openSync(__filename, "r");
const asked = Buffer.alloc(100);
const length = fs.readSync(3, asked, 0, asked.length, null);
const opened = Buffer.alloc(9);
fs.readSync(file, opened, 0, 9, 0);
console.log("printed");
Error.stackTraceLimit = 10;
fs.writeSync(3, JSON.stringify({
  asked: asked.toString("utf-8", 0, length), opened: opened.toString(), main: require.main === module,
  links: process.execArgv.includes("--preserve-symlinks"), stack: typeof new Error("x").stack, options: process.env.NODE_OPTIONS,
}) + "\n");
`,
}

func run(t *testing.T, variables ...string) (stdout, stderr string) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		t.Fatal("node is not installed; every test of constructs needs it too")
	}
	command := started(t.Context(), t, t.TempDir(), runtime)
	command.Env = append(os.Environ(), variables...)
	command.Stdin = strings.NewReader("question")
	var out, problems strings.Builder
	command.Stdout, command.Stderr = &out, &problems
	require.NoError(t, command.Run(), "%s", &problems)
	return out.String(), problems.String()
}

// kernel is the command that runs a program as the kernel of the runtime in dir.
func kernel(ctx context.Context, t *testing.T, dir, program string) *exec.Cmd {
	t.Helper()
	return started(ctx, t, dir, map[string]string{"bin/jsii-runtime.js": "", "lib/program.js": program})
}

// started is the command that starts the runtime of these files in dir, in the environment of a fast start.
func started(ctx context.Context, t *testing.T, dir string, files map[string]string) *exec.Cmd {
	t.Helper()
	for name, text := range files {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	prepare(t)
	return exec.CommandContext(ctx, "node", filepath.Join(dir, "bin", "jsii-runtime.js"))
}

// converse starts a command, to which lines are said in turn.
func converse(t *testing.T, command *exec.Cmd) (stdin io.WriteCloser, said *bufio.Scanner) {
	t.Helper()
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	return stdin, bufio.NewScanner(stdout)
}

// prepare sets the environment as at the start of a program, with a cache of its own.
func prepare(t *testing.T) {
	t.Helper()
	unset(t, "NODE_OPTIONS", "JSII_RUNTIME")
	cache := filepath.Join(t.TempDir(), `with "quotes" and spaces`)
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	environment.Prepare()
	t.Cleanup(environment.Restore)
}

func unset(t *testing.T, names ...string) {
	for _, name := range names {
		t.Setenv(name, "") // restores it afterwards
		require.NoError(t, os.Unsetenv(name))
	}
}

func TestKernelRunsInTheFirstProcess(t *testing.T) {
	stdout, stderr := run(t)
	require.JSONEq(t, `{"asked":"question","opened":"\nconst fs","main":true,"links":true,"stack":"undefined","options":"--max-old-space-size=4069"}`, stdout)
	require.JSONEq(t, `{"stdout":"cHJpbnRlZAo="}`, stderr, "what JavaScript prints reaches Go as a message of the runtime")
}

func TestSwitchedOff(t *testing.T) {
	stdout, _ := run(t, "FASTSTART_OFF=traces")
	require.Contains(t, stdout, `"stack":"string"`)
	for _, off := range []string{"wrapper", "traces,wrapper", "all"} {
		stdout, _ = run(t, "FASTSTART_OFF="+off)
		require.Equal(t, "the main program\n", stdout, "with %s off", off)
	}
}

// TestEachLeverNeedsThePreload switches off all but one.
func TestEachLeverNeedsThePreload(t *testing.T) {
	all := []string{"wrapper", "traces", "texts", "provider", "heap"}
	for i, left := range all {
		t.Setenv("FASTSTART_OFF", strings.Join(slices.Delete(slices.Clone(all), i, i+1), ","))
		prepare(t)
		require.Contains(t, os.Getenv("NODE_OPTIONS"), "preload-", left)
	}
	t.Setenv("FASTSTART_OFF", strings.Join(all, ","))
	prepare(t)
	require.Empty(t, os.Getenv("NODE_OPTIONS"))
}

func TestYoungObjectsGetLittleRoom(t *testing.T) {
	limit := func(off string) (mebibytes float64) {
		t.Setenv("FASTSTART_OFF", off)
		prepare(t)
		out, err := exec.Command("node", "-p", `require("v8").getHeapStatistics().heap_size_limit / 2**20`).Output()
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(out, &mebibytes))
		return mebibytes
	}
	require.Equal(t, 4069+3*2.0, limit(""))
	require.Greater(t, limit("heap"), limit(""))
}

func TestOtherProgramsAreLeftAlone(t *testing.T) {
	prepare(t)
	command := exec.Command("node", "-e", `console.log(typeof new Error().stack, process.env.NODE_OPTIONS.includes("preload"))`)
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Equal(t, "string true\n", string(out))
}

func TestWhatTheUserHasSetStays(t *testing.T) {
	for _, name := range []string{"NODE_OPTIONS", "JSII_RUNTIME"} {
		for _, value := range []string{"", "--trace-warnings"} {
			unset(t, "NODE_OPTIONS", "JSII_RUNTIME")
			require.NoError(t, os.Setenv(name, value))
			before := os.Environ()
			environment.Prepare()
			require.ElementsMatch(t, before, os.Environ(), "%s=%s", name, value)
			environment.Restore()
			require.ElementsMatch(t, before, os.Environ(), "%s=%s", name, value)
		}
	}
}

func TestRestoreRemovesWhatPrepareSet(t *testing.T) {
	unset(t, "NODE_OPTIONS", "JSII_RUNTIME")
	before := os.Environ()
	environment.Prepare()
	require.Contains(t, os.Getenv("NODE_OPTIONS"), "--require")
	environment.Restore()
	require.ElementsMatch(t, before, os.Environ())
}

func TestWithoutACacheNothingIsSet(t *testing.T) {
	unset(t, "NODE_OPTIONS", "JSII_RUNTIME")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	t.Setenv("XDG_CACHE_HOME", file)
	t.Setenv("HOME", file)
	environment.Prepare()
	_, set := os.LookupEnv("NODE_OPTIONS")
	require.False(t, set)
}

func TestADamagedPreloadIsWrittenAgain(t *testing.T) {
	prepare(t)
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(cache, "faststart", "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	whole, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(files[0], []byte("half"), 0o644))
	environment.Restore()
	environment.Prepare()
	again, err := os.ReadFile(files[0])
	require.NoError(t, err)
	require.Equal(t, string(whole), string(again))
}

// TestAnswersComeBeforeTheWork has a runtime that makes an object only once its maker has the answer.
func TestAnswersComeBeforeTheWork(t *testing.T) {
	dir := t.TempDir()
	seen := filepath.Join(dir, "seen")
	command := kernel(t.Context(), t, dir, `
const fs = require("fs");
process.stdin; // the first look at Node.js's own would make reading fail where nothing is there yet
const part = Buffer.alloc(1000);
const requests = [];
let text = "", number = 10000;
const request = () => {
  while (!text.includes("\n")) {
    const read = fs.readSync(3, part, 0, part.length, null);
    if (read === 0) return undefined;
    text += part.toString("utf-8", 0, read);
  }
  const line = text.slice(0, text.indexOf("\n"));
  text = text.slice(line.length + 1);
  return JSON.parse(line);
};
const answer = (value) => fs.writeSync(3, Buffer.from(JSON.stringify(value) + "\n"), 0);
for (let asked; (asked = request()) && !("exit" in asked); ) {
  requests.push(asked.fqn ?? asked.api);
  if (asked.fqn === "slow") {
    const end = Date.now() + 20000;
    while (!fs.existsSync(process.env.SEEN)) if (Date.now() > end) throw new Error("nobody has seen the answer");
  }
  if (asked.api === "load") requests.push(fs.readFileSync(asked.tarball, "utf-8"));
  if (asked.fqn === "wrong") answer({ error: "no such thing" });
  else if (asked.api === "create") answer({ ok: { "$jsii.byref": asked.fqn + "@" + number++ } });
  else answer({ ok: { requests } });
}
`)
	command.Env = append(os.Environ(), "SEEN="+seen)
	command.Stderr = os.Stderr
	stdin, answers := converse(t, command)
	ask := func(request string) string {
		_, err := io.WriteString(stdin, request+"\n")
		require.NoError(t, err)
		require.True(t, answers.Scan(), "no answer to %s", request)
		return answers.Text()
	}
	create := func(name string) string { return ask(`{"api":"create","fqn":"` + name + `"}`) }
	tarball := filepath.Join(dir, "module.tgz")
	require.NoError(t, os.WriteFile(tarball, []byte("content"), 0o644))

	require.JSONEq(t, `{"ok": {"assembly": "module", "types": 0}}`, ask(`{"api":"load","name":"module","tarball":"`+tarball+`"}`))
	os.Remove(tarball) // as the runtime's client does
	require.JSONEq(t, `{"ok": {"$jsii.byref": "first@10000"}}`, create("first"))
	require.JSONEq(t, `{"ok": {}}`, ask(`{"api":"sinvoke","fqn":"faststart-references.References","method":"begin"}`))
	require.JSONEq(t, `{"ok": {"$jsii.byref": "slow@10001"}}`, create("slow"))
	require.JSONEq(t, `{"ok": {"$jsii.byref": "second@10002"}}`, create("second"))
	require.JSONEq(t, `{"ok": {}}`, ask(`{"api":"invoke","method":"addOverride"}`))
	require.NoError(t, os.WriteFile(seen, nil, 0o644))
	require.JSONEq(t, `{"ok": {"requests": ["load", "content", "first", "faststart-references.References", "slow", "second", "invoke", "get"]}}`, ask(`{"api":"get"}`))

	require.JSONEq(t, `{"ok": {"$jsii.byref": "wrong@10003"}}`, create("wrong"))
	require.JSONEq(t, `{"ok": {"$jsii.byref": "after@10004"}}`, create("after"))
	require.JSONEq(t, `{"error": "no such thing (an earlier call failed; FASTSTART_OFF=answers stops at it)"}`, ask(`{"api":"get"}`))
	require.JSONEq(t, `{"ok": {"$jsii.byref": "third@10005"}}`, create("third"), "empty objects took the numbers of what was not made")
	require.Contains(t, ask(`{"api":"get"}`), `"get","wrong","Object","Object","third","get"`)

	require.JSONEq(t, `{"ok": {"$jsii.byref": "own@10006"}}`, ask(`{"api":"create","fqn":"own","overrides":[{"method":"x"}]}`))
	require.JSONEq(t, `{"error": "no such thing"}`, create("wrong"), "what Go overrides may be called from here on, so nothing is answered ahead")

	_, err := io.WriteString(stdin, `{"exit":0}`+"\n")
	require.NoError(t, err)
	require.NoError(t, stdin.Close())
	require.NoError(t, command.Wait())
	left, err := filepath.Glob(tarball + "*")
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestHelloComesBeforeTheKernel has a kernel that starts when the program has heard which version it is.
func TestHelloComesBeforeTheKernel(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := kernel(ctx, t, t.TempDir(), `
// {"name":"@jsii/runtime","version":"7.8.9"}
const fs = require("fs");
fs.readSync(3, Buffer.alloc(1000));
fs.writeSync(3, Buffer.from('{"hello":"@jsii/runtime@7.8.9"}\n'), 0);
fs.writeSync(3, Buffer.from('{"ok":{}}\n'), 0);
fs.readSync(3, Buffer.alloc(1000));
`)
	stdin, said := converse(t, command)
	require.True(t, said.Scan(), "the kernel waits for the program, which waits for the kernel")
	require.JSONEq(t, `{"hello":"@jsii/runtime@7.8.9"}`, said.Text())
	_, err := io.WriteString(stdin, "{\"api\":\"stats\"}\n")
	require.NoError(t, err)
	require.True(t, said.Scan())
	require.JSONEq(t, `{"ok":{}}`, said.Text(), "it is not told twice")
	require.NoError(t, stdin.Close())
	require.NoError(t, command.Wait())
}

// TestTypesAreParsedWhenUsed has a description whose other namespace cannot be parsed.
func TestTypesAreParsedWhenUsed(t *testing.T) {
	const program = `
const parse = () => {
  const text = '{"$places":{"":[0,39],"p.aOne":[1,28],"p.bTwo":[29,38]},"name":"p","types":{"p.aOne.A":{"kind":"class"},"p.bTwo":},"version":"1"}';
  const { name, types, version } = JSON.parse(text);
  return [name, version, types["p.aOne.A"], types["p.aOne.B"], Object.keys(types).length];
};
require("fs").writeSync(3, Buffer.from(JSON.stringify(parse())), 0);
`
	out, err := kernel(t.Context(), t, t.TempDir(), program).Output()
	require.NoError(t, err)
	require.JSONEq(t, `["p", "1", {"kind": "class"}, null, 1]`, string(out))
	t.Setenv("FASTSTART_OFF", "provider")
	require.Error(t, kernel(t.Context(), t, t.TempDir(), program).Run(), "all is parsed with the lever off")
}

// TestOptimiserWaits counts the requests that come before V8 is told to optimise.
func TestOptimiserWaits(t *testing.T) {
	const program = `
const fs = require("fs");
let taken = 0;
const told = [];
require("v8").setFlagsFromString = (flag) => told.push([taken, flag]);
for (; fs.readSync(3, Buffer.alloc(3)) > 0; taken++) fs.writeSync(3, Buffer.from(JSON.stringify(told) + "\n"), 0);
`
	for off, want := range map[string]string{"": `[[0, "--no-opt"], [2000, "--opt"]]`, "optimiser": `[]`} {
		t.Setenv("FASTSTART_OFF", off)
		command := kernel(t.Context(), t, t.TempDir(), program)
		stdin, told := converse(t, command)
		for range 2100 {
			_, err := io.WriteString(stdin, "{}\n")
			require.NoError(t, err)
			require.True(t, told.Scan())
		}
		require.NoError(t, stdin.Close())
		require.NoError(t, command.Wait())
		require.JSONEq(t, want, told.Text(), "with %q off", off)
	}
}

// TestAFailingThreadEndsTheRuntime sends what the thread cannot do: the kernel and the program would wait for each other.
func TestAFailingThreadEndsTheRuntime(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	command := kernel(ctx, t, dir, `while (require("fs").readSync(3, Buffer.alloc(1000)) > 0);`)
	var problems strings.Builder
	command.Stderr = &problems
	stdin, err := command.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	_, err = io.WriteString(stdin, `{"api":"load","name":"module","tarball":"`+filepath.Join(dir, "none.tgz")+`"}`+"\n")
	require.NoError(t, err)
	_ = command.Wait()
	require.NoError(t, ctx.Err(), "the runtime goes on")
	require.Contains(t, problems.String(), "ENOENT: no such file or directory, rename")
}
