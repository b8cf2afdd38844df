package changes

import (
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// MaxCache is how many bytes a folder of kept output takes at most. What was not used for longest goes first.
const MaxCache = 64 << 20

// cacheFormat changes with what is kept, so that nobody reads what an older version kept.
const cacheFormat = 1

// A cache keeps what commits synthesised to. It is a convenience: what cannot be kept or read is synthesised again.
type cache struct {
	dir  string
	most int64
}

// get is the output that is kept under the key.
func (c cache) get(key string) (made output, found bool) {
	if c.dir == "" {
		return made, false
	}
	path := c.path(key)
	file, err := os.Open(path)
	if err != nil {
		return made, false
	}
	defer file.Close()
	text, err := gzip.NewReader(file)
	if err != nil {
		return made, false
	}
	decoder := json.NewDecoder(text)
	decoder.UseNumber() // as the output itself is read
	if decoder.Decode(&made) != nil {
		return output{}, false
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // it is in use
	return made, true
}

// put keeps an output, and lets others go where there is no room.
func (c cache) put(key string, made output) {
	if c.dir == "" || os.MkdirAll(c.dir, 0o700) != nil {
		return
	}
	// Another run may keep the same: each writes a file of its own, and the last one stays.
	file, err := os.CreateTemp(c.dir, "writing-*")
	if err != nil {
		return
	}
	packed := gzip.NewWriter(file)
	failed := json.NewEncoder(packed).Encode(made) != nil
	failed = packed.Close() != nil || failed
	failed = file.Close() != nil || failed
	if failed || os.Rename(file.Name(), c.path(key)) != nil {
		_ = os.Remove(file.Name())
	}
	c.trim()
}

// trim removes what was not used for longest, until the rest fits.
func (c cache) trim() {
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return
	}
	var files []os.FileInfo
	for _, each := range entries {
		if info, err := each.Info(); err == nil && info.Mode().IsRegular() {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b os.FileInfo) int {
		return cmp.Or(b.ModTime().Compare(a.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	var size int64
	for _, each := range files {
		if size += each.Size(); size > c.most {
			_ = os.Remove(filepath.Join(c.dir, each.Name()))
		}
	}
}

func (c cache) path(key string) string { return filepath.Join(c.dir, key+".json.gz") }

// key names the output of a commit: what is in the commit, where the app is in it, and what else decides what it writes: the command
// that sets it up, the variables, and the tools of this machine.
func (r runner) key(ctx context.Context, commit string) string {
	hash := sha256.New()
	say := func(parts ...string) {
		for _, each := range parts {
			fmt.Fprintf(hash, "%d:%s\n", len(each), each)
		}
	}
	say(fmt.Sprint(cacheFormat), commit, r.repo.dir, r.repo.prefix, r.options.Setup)
	for _, tool := range [][]string{{"go", "env", "GOVERSION", "GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT", "CGO_ENABLED", "GOTOOLCHAIN"}, {"node", "--version"}} {
		command := exec.CommandContext(ctx, tool[0], tool[1:]...)
		command.Dir = r.repo.dir
		version, _ := command.Output() // "" where it is not installed, or not needed
		say(tool[0], string(version))
	}
	variables := r.environment()
	slices.Sort(variables)
	for _, each := range variables {
		if name, _, _ := strings.Cut(each, "="); !slices.Contains(ofTheSession, name) {
			say(each)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// ofTheSession are variables that differ from one session, or one command, to the next, and decide nothing.
var ofTheSession = []string{
	"_", "COLORTERM", "COLUMNS", "DISPLAY", "LINES", "OLDPWD", "PWD", "SHLVL", "SSH_AUTH_SOCK", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "TERM",
	"TERM_PROGRAM", "TERM_PROGRAM_VERSION", "TERM_SESSION_ID", "TMPDIR", "TMUX", "TMUX_PANE", "WINDOWID", "XDG_SESSION_ID",
}
