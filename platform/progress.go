package platform

import (
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// progress says what a long command is doing, on one line that is written over and taken away at the end. It is quiet
// where nobody is watching: in CI, and where the output goes into a file or a pipe.
type progress struct {
	out io.Writer // nil where nobody is watching
}

func progressOn(out io.Writer) progress {
	file, is := out.(*os.File)
	if !is || !isatty.IsTerminal(file.Fd()) && !isatty.IsCygwinTerminal(file.Fd()) || os.Getenv("CI") != "" {
		return progress{}
	}
	return progress{out}
}

func (p progress) say(format string, args ...any) {
	if p.out != nil {
		fmt.Fprintf(p.out, "\r\033[K%s ...", fmt.Sprintf(format, args...))
	}
}

func (p progress) stack(name string) { p.say("building %s", name) }

// end takes the line away.
func (p progress) end() {
	if p.out != nil {
		fmt.Fprint(p.out, "\r\033[K")
	}
}
