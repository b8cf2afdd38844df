package platform

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"github.com/mlplatform/mlplatform/delivery/scaffold"
	"github.com/mlplatform/mlplatform/internal/shell"
)

// ask asks for what the flags leave open, if somebody can answer.
func (i *initial) ask(command *cobra.Command) (asked bool, err error) {
	if file, is := command.InOrStdin().(*os.File); is && !isatty.IsTerminal(file.Fd()) && !isatty.IsCygwinTerminal(file.Fd()) {
		return false, nil
	}
	return i.askAll(questions{bufio.NewReader(command.InOrStdin()), command.ErrOrStderr()})
}

// askAll asks one question after another. The end of the input leaves the rest open.
func (i *initial) askAll(q questions) (asked bool, err error) {
	open := []struct {
		value    *string
		question string
	}{
		{&i.answers.Project, "Name of the project, which every name in AWS begins with (such as wine)"},
		{&i.answers.Repository, "Repository on GitHub (owner/name)"},
		{&i.answers.Region, "AWS region (such as us-west-2)"},
		{&i.answers.Account, "Id of the operations account, which holds what environments share (12 digits)"},
	}
	for _, each := range open {
		if *each.value == "" {
			asked = true
			if *each.value, err = q.ask(each.question, ""); err != nil {
				return asked, err
			}
		}
	}
	if len(i.environments) == 0 {
		asked = true
		names, err := q.ask("Environments, in the order in which a change passes through them", "dev staging prod")
		if err != nil {
			return asked, err
		}
		for _, name := range strings.FieldsFunc(names, func(r rune) bool { return r == ' ' || r == ',' }) {
			account, err := q.ask("Id of the account of "+name+" (12 digits)", i.answers.Account)
			if err != nil {
				return asked, err
			}
			deployed, err := q.ask("What is deployed to "+name+" (branch=PATTERN or tag=PATTERN)", "branch="+name)
			if err != nil {
				return asked, err
			}
			i.environments = append(i.environments, name+":"+account+":"+deployed)
		}
	}
	if i.parts == nil {
		asked = true
		answer, err := q.ask("Parts of every environment, of "+strings.Join(scaffold.Parts(), ", ")+", or all or none", "network,storage")
		if err != nil {
			return asked, err
		}
		i.parts = strings.FieldsFunc(answer, func(r rune) bool { return r == ' ' || r == ',' })
	}
	return asked, nil
}

// questions are put to somebody.
type questions struct {
	in  *bufio.Reader
	out io.Writer
}

// ask puts one question. An empty answer is the default, if there is one, and otherwise asked for again.
func (q questions) ask(question, otherwise string) (string, error) {
	for {
		fmt.Fprint(q.out, question)
		if otherwise != "" {
			fmt.Fprintf(q.out, " [%s]", otherwise)
		}
		fmt.Fprint(q.out, ": ")
		line, err := q.in.ReadString('\n')
		if answer := strings.TrimSpace(line); answer != "" {
			return answer, nil
		}
		if err != nil {
			fmt.Fprintln(q.out)
			return "", mistake{errors.New("the questions were not answered; nothing was written")}
		}
		if otherwise != "" {
			return otherwise, nil
		}
	}
}

// asCommand is the command that asks nothing.
func (i *initial) asCommand() string {
	words := []string{"init"}
	if i.target != "" {
		words = append(words, i.target)
	}
	add := func(flag, value string) {
		if value != "" {
			words = append(words, flag, value)
		}
	}
	add(scaffold.ProjectFlag, i.answers.Project)
	add(scaffold.RepositoryFlag, i.answers.Repository)
	add(scaffold.RegionFlag, i.answers.Region)
	add(scaffold.AccountFlag, i.answers.Account)
	for _, each := range i.environments {
		add(scaffold.EnvironmentFlag, each)
	}
	add(scaffold.PartsFlag, strings.Join(i.parts, ","))
	if i.answers.Sample {
		words = append(words, scaffold.SampleFlag)
	}
	add("--version", i.version)
	add("--replace", i.source)
	for n, each := range words {
		words[n] = shell.Quote(each)
	}
	program := "go run ."
	if version := built().version; version != "" {
		program = "go run " + scaffold.ModulePath + "@" + version
	}
	return program + " " + strings.Join(words, " ")
}
