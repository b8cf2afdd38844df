package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mlplatform/mlplatform/internal/processgroup"
)

// A container is one start of an image: as a program of this machine, or in a container engine.
type container struct {
	name                  string
	image                 string
	entrypoint, arguments []string
	root                  string // in place of /opt/ml
	environment           map[string]string
	isolated              bool // without network
	port                  int  // on which this machine reaches port 8080 of it; 0 for none
	log                   io.Writer
}

// stopTime is how long a program has to end after it was asked to.
const stopTime = 10 * time.Second

// command is what starts the container. It ends with the context, with all its children.
func (s *site) command(ctx context.Context, c container) (*exec.Cmd, error) {
	image, err := s.image(c.image)
	if err != nil {
		return nil, err
	}
	var command *exec.Cmd
	if image.Folder != "" {
		command, err = s.program(ctx, image, c)
	} else {
		command, err = s.engineCommand(ctx, image, c)
	}
	if err != nil {
		return nil, err
	}
	command.Stdout, command.Stderr = c.log, c.log
	command.WaitDelay = stopTime
	processgroup.Own(command)
	return command, nil
}

// program starts the image's program on this machine.
func (s *site) program(ctx context.Context, i Image, c container) (*exec.Cmd, error) {
	words := slices.Concat(c.entrypoint, c.arguments)
	if len(c.entrypoint) == 0 {
		words = slices.Concat(i.Entrypoint, c.arguments)
	}
	if len(c.entrypoint)+len(i.Entrypoint) == 0 {
		return nil, fmt.Errorf("the image %q starts by its own entrypoint, which is not known here; give it with the image, or in a Dockerfile in %s", c.image, i.Folder)
	}
	root, err := filepath.Abs(c.root)
	if err != nil {
		return nil, err
	}
	here := strings.NewReplacer(i.Code+"/", i.Folder+"/", mlRoot+"/", root+"/")
	local := func(text string) string {
		switch text {
		case i.Code:
			return i.Folder
		case mlRoot:
			return root
		}
		return here.Replace(text)
	}
	for n, each := range words {
		words[n] = local(each)
	}
	path := words[0]
	if !filepath.IsAbs(path) {
		if path, err = exec.LookPath(path); err != nil {
			return nil, fmt.Errorf("the program %q of the image is not on this machine; install it, or run the image in a container", words[0])
		}
	}
	command := exec.CommandContext(ctx, path, words[1:]...)
	command.Dir = root
	environment := map[string]string{"PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
	maps.Copy(environment, i.Environment)
	maps.Copy(environment, c.environment)
	for key, value := range environment {
		environment[key] = local(value)
	}
	environment["ML_ROOT"] = root
	if c.port != 0 {
		environment["PORT"], environment["SAGEMAKER_BIND_TO_PORT"] = fmt.Sprint(c.port), fmt.Sprint(c.port)
	}
	command.Env = append(s.surroundings(), pairs(environment)...)
	return command, nil
}

// engineCommand starts the image in a container engine. Values of variables are in no argument, which others could see.
func (s *site) engineCommand(ctx context.Context, i Image, c container) (*exec.Cmd, error) {
	engine, err := s.engine()
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(c.root)
	if err != nil {
		return nil, err
	}
	words := []string{"run", "--rm", "--init", "--name", c.name}
	folders, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	for _, each := range folders {
		if each.IsDir() { // one by one, because the image has its code beside them
			words = append(words, "--mount", "type=bind,source="+filepath.Join(root, each.Name())+",target="+mlRoot+"/"+each.Name())
		}
	}
	for _, key := range slices.Sorted(maps.Keys(c.environment)) {
		words = append(words, "--env", key)
	}
	if c.isolated && c.port == 0 {
		words = append(words, "--network", "none")
	}
	if c.port != 0 {
		words = append(words, "--publish", fmt.Sprintf("127.0.0.1:%d:8080", c.port))
	}
	arguments := c.arguments
	if len(c.entrypoint) > 0 {
		words = append(words, "--entrypoint", c.entrypoint[0])
		arguments = slices.Concat(c.entrypoint[1:], c.arguments)
	}
	command := exec.CommandContext(ctx, engine, append(append(words, i.Name), arguments...)...)
	command.Env = append(os.Environ(), pairs(c.environment)...)
	return command, nil
}

// run waits for the end of the container.
func (s *site) run(ctx context.Context, c container, limit time.Duration) error {
	outer := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	command, err := s.command(ctx, c)
	if err != nil {
		return err
	}
	err = command.Run()
	switch {
	case outer.Err() != nil:
		return outer.Err()
	case ctx.Err() != nil:
		return fmt.Errorf("it ran longer than its limit of %s", limit)
	case err == nil:
		return nil
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exited(exit.ExitCode())
	}
	return err
}

// exited is the exit code of a program that failed.
type exited int

func (e exited) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// surroundings are the variables of this shell, without its way to AWS.
func (s *site) surroundings() []string {
	if s.options.KeepAWS {
		return os.Environ()
	}
	out := []string{"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
	for _, each := range os.Environ() {
		if !strings.HasPrefix(each, "AWS_") {
			out = append(out, each)
		}
	}
	return out
}

func pairs(environment map[string]string) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(environment)) {
		out = append(out, key+"="+environment[key])
	}
	return out
}
