// Package environment gives the jsii runtime the environment of a fast start. The runtime reads the environment in its
// own initialisation, so this package must be initialised before it. Go initialises packages in the order of their import
// paths as soon as what they import is ready, and the runtime needs package os/exec: so this one imports only packages
// that os/exec itself needs or that come before it.
package environment

import (
	_ "embed"
	"hash/fnv"
	"os"
	"strconv"
	"strings"
)

//go:embed preload.js
var preload string

// heap is what the runtime gives Node.js where NODE_OPTIONS is not set.
const heap = "--max-old-space-size=4069"

// young is the room in MiB for objects that were just made, which is three times this. Node.js takes 16: most of them are
// gone at once, so little is collected more often, and the processes are smaller. In NODE_OPTIONS since 16.18 and 18.10.
// https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
const young = " --max-semi-space-size=2"

func init() { Prepare() }

// prepared tells that NODE_OPTIONS is ours and not the user's.
var prepared bool

// Prepare sets NODE_OPTIONS for a runtime that is about to start. It leaves alone what the user has set: NODE_OPTIONS, or a
// runtime of the user's own in JSII_RUNTIME. Where the preload cannot be put into the user's cache it does nothing, and
// the start is slow.
func Prepare() {
	for _, variable := range []string{"NODE_OPTIONS", "JSII_RUNTIME"} {
		if _, set := os.LookupEnv(variable); set {
			return
		}
	}
	if Off("wrapper") && Off("traces") && Off("texts") && Off("provider") && Off("heap") {
		return
	}
	file, err := inCache(preload)
	if err != nil {
		return
	}
	options := heap + ` --require "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(file) + `"`
	if !Off("heap") {
		options += young
	}
	if !Off("wrapper") {
		options += " --preserve-symlinks"
	}
	prepared = os.Setenv("NODE_OPTIONS", options) == nil
}

// Restore undoes Prepare once the runtime has read the environment, so that other programs do not inherit it.
func Restore() {
	if prepared {
		os.Unsetenv("NODE_OPTIONS")
		prepared = false
	}
}

// Switch is the variable that switches levers off: their names, separated by commas, or "all". The preload reads it too.
const Switch = "FASTSTART_OFF"

// Off tells whether the user has switched a lever off.
func Off(lever string) bool {
	for _, name := range strings.Split(os.Getenv(Switch), ",") {
		if name == lever || name == "all" {
			return true
		}
	}
	return false
}

// inCache makes sure that the text is a file in the user's cache folder, and returns its path. Its name is that of the
// content, so that versions stand side by side.
func inCache(text string) (string, error) {
	folder, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder += string(os.PathSeparator) + "faststart"
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	hash := fnv.New64a()
	hash.Write([]byte(text))
	name := folder + string(os.PathSeparator) + "preload-" + strconv.FormatUint(hash.Sum64(), 16) + ".js"
	if content, err := os.ReadFile(name); err == nil && string(content) == text {
		return name, nil
	}
	// Other processes may do the same now: they must see the whole file or none.
	file, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return "", err
	}
	_, err = file.WriteString(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		os.Remove(file.Name())
	}
	return name, err
}
