package local

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const (
	mlRoot = "/opt/ml"
	// codeFolder is where images have their code, as the images of this project do.
	codeFolder = mlRoot + "/code"
)

// engines are the commands that run containers, in the order in which they are looked for.
var engines = []string{"docker", "podman", "finch"}

// image finds out what stands for the image of the URI.
func (s *site) image(uri string) (Image, error) {
	i, ok := s.options.Images[uri]
	if !ok {
		i = s.options.Images[""]
	}
	if i.Folder == "" {
		i.Name = cmp.Or(i.Name, uri)
		if _, err := s.engine(); err != nil {
			return i, fmt.Errorf("the image %q: %w", uri, err)
		}
		return i, nil
	}
	i.Code = cmp.Or(i.Code, codeFolder)
	folder, err := filepath.Abs(i.Folder)
	if err != nil {
		return i, err
	}
	i.Folder = folder
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return i, fmt.Errorf("the image %q: %s is no folder; give the one with the image's programs", uri, folder)
	}
	file, err := readDockerfile(filepath.Join(folder, "Dockerfile"))
	if err != nil {
		return i, err
	}
	if i.Entrypoint == nil {
		i.Entrypoint = file.entrypoint
	}
	if i.Environment == nil {
		i.Environment = file.environment
	}
	return i, nil
}

// engine is the command that runs containers.
func (s *site) engine() (string, error) {
	names := engines
	if s.options.Engine != "" {
		names = []string{s.options.Engine}
	}
	for _, each := range names {
		if found, err := exec.LookPath(each); err == nil {
			return found, nil
		}
	}
	return "", fmt.Errorf("there is no %s in PATH; install one, or give the folder with the image's programs", strings.Join(names, ", "))
}

// dockerfile is what a Dockerfile says about how its image starts.
type dockerfile struct {
	entrypoint  []string
	environment map[string]string
}

// readDockerfile reads ENTRYPOINT in its exec form and ENV. The last stage counts. A file that is not there says nothing.
func readDockerfile(name string) (dockerfile, error) {
	out := dockerfile{environment: map[string]string{}}
	content, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	for _, line := range strings.Split(strings.ReplaceAll(string(content), "\\\n", " "), "\n") {
		instruction, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		switch strings.ToUpper(instruction) {
		case "FROM":
			out = dockerfile{environment: map[string]string{}}
		case "ENTRYPOINT":
			if err := json.Unmarshal([]byte(rest), &out.entrypoint); err != nil {
				out.entrypoint = []string{"/bin/sh", "-c", rest}
			}
		case "ENV":
			for _, pair := range words(rest) {
				if key, value, ok := strings.Cut(pair, "="); ok {
					out.environment[key] = value
				}
			}
		}
	}
	return out, nil
}

// words splits at spaces outside of quotes, and takes the quotes away.
func words(line string) []string {
	var out []string
	var word strings.Builder
	var quote rune
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		case quote == 0 && (r == ' ' || r == '\t'):
			if word.Len() > 0 {
				out = append(out, word.String())
				word.Reset()
			}
		default:
			word.WriteRune(r)
		}
	}
	if word.Len() > 0 {
		out = append(out, word.String())
	}
	return out
}
