package bootstrap

import (
	"fmt"
	"strings"

	"github.com/mlplatform/mlplatform/config"
)

// Format is how the steps are printed.
type Format string

const (
	// Text is for a terminal.
	Text Format = "text"
	// Markdown is for a page or an issue.
	Markdown Format = "markdown"
	// Shell is for a shell, command by command: what is done already is a comment.
	Shell Format = "shell"
)

// Formats are all formats.
func Formats() []string { return []string{string(Text), string(Markdown), string(Shell)} }

// Write writes the steps for people or for a shell.
func Write(p *config.Platform, steps []Step, format Format) string {
	switch format {
	case Markdown:
		return markdown(steps)
	case Shell:
		return forShell(p, steps)
	}
	return text(p, steps)
}

func title(p *config.Platform) string {
	return fmt.Sprintf("From empty accounts to a first deployment of %s (%s)", p.Project, p.Repository)
}

const legend = "Only this machine was looked at: what others did from elsewhere is not seen here, nor what AWS and GitHub have."

var marks = map[Status]string{Open: "[ ]", Begun: "[~]", Done: "[x]"}

func text(p *config.Platform, steps []Step) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%s\n", title(p), wrapped("[x] done, [~] begun, [ ] open. "+legend, ""))
	for i, step := range steps {
		fmt.Fprintf(&out, "\n%2d. %s %s\n", i+1, marks[step.Status], step.Title)
		row := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&out, "      %-6s %s\n", name, wrapped(value, strings.Repeat(" ", 13)))
			}
		}
		row("seen", step.Seen)
		row("makes", step.Makes)
		row("login", step.Login)
		for j, command := range step.Commands {
			row([]string{"run", ""}[min(j, 1)], "$ "+command)
		}
		name := "undo"
		if step.UndoText != "" {
			row(name, step.UndoText)
			name = ""
		}
		for _, command := range step.UndoCommands {
			row(name, "$ "+command)
			name = ""
		}
	}
	return out.String()
}

// width is that of a terminal.
const width = 120

// wrapped breaks a long text into lines, each after the first behind the indent. Commands stay whole.
func wrapped(text, indent string) string {
	if strings.HasPrefix(text, "$ ") {
		return text
	}
	var out strings.Builder
	column := len(indent)
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case column+1+len(word) > width:
			out.WriteString("\n" + indent)
			column = len(indent)
		default:
			out.WriteString(" ")
			column++
		}
		out.WriteString(word)
		column += len(word)
	}
	return out.String()
}

func markdown(steps []Step) string {
	var out strings.Builder
	for i, step := range steps {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "### %d. %s\n\n", i+1, step.Title)
		if step.Status != Open {
			fmt.Fprintf(&out, "**%s**: ", strings.ToUpper(string(step.Status[0]))+string(step.Status[1:]))
			out.WriteString(step.Seen + ".\n\n")
		} else if step.Seen != "" {
			fmt.Fprintf(&out, "Seen: %s.\n\n", step.Seen)
		}
		fmt.Fprintf(&out, "Makes %s.  \nLogin: %s.\n\n```sh\n%s\n```\n\n", step.Makes, step.Login, strings.Join(step.Commands, "\n"))
		out.WriteString("Undo: " + undoing(step) + "\n")
	}
	return out.String()
}

// undoing is one sentence.
func undoing(step Step) string {
	var parts []string
	if step.UndoText != "" {
		parts = append(parts, step.UndoText)
	}
	var commands []string
	for _, command := range step.UndoCommands {
		commands = append(commands, "`"+command+"`")
	}
	if len(commands) > 0 {
		parts = append(parts, strings.Join(commands, ", "))
	}
	return strings.Join(parts, " ") + "."
}

func forShell(p *config.Platform, steps []Step) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# %s.\n# Made by: go run . bootstrap --format shell\n# Run it command by command and read what each one says. %s\n", title(p), legend)
	for i, step := range steps {
		fmt.Fprintf(&out, "\n# %d. %s (%s)\n", i+1, step.Title, step.Status)
		for _, each := range []struct{ name, value string }{{"Seen: ", step.Seen}, {"Makes ", step.Makes}, {"Login: ", step.Login}, {"Undo: ", undoing(step)}} {
			if each.value != "" {
				fmt.Fprintf(&out, "# %s%s\n", each.name, strings.Join(strings.Fields(each.value), " ")) // a line break would end the comment
			}
		}
		for _, command := range step.Commands {
			if step.Status == Done {
				command = "# done: " + command
			}
			out.WriteString(command + "\n")
		}
	}
	return out.String()
}
