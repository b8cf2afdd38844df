package local

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A store is folders in place of S3.
type store struct {
	root   string
	mapped map[string]string // S3 URI without a slash at its end -> folder or file
}

func newStore(root string, data map[string]string) store {
	s := store{root, map[string]string{}}
	for uri, local := range data {
		s.mapped[strings.TrimSuffix(uri, "/")] = local
	}
	return s
}

// path is where an object or prefix lies on this machine.
func (s store) path(uri string) (string, error) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	clean := path.Clean(rest)
	if !ok || rest == "" || !filepath.IsLocal(filepath.FromSlash(clean)) {
		return "", fmt.Errorf("%q is no S3 URI", uri)
	}
	if strings.Contains(rest, "//") {
		return "", fmt.Errorf("%q has // in it, which S3 takes for another place than /; write a single /, and no / at the end of what more is added to", uri)
	}
	longest := ""
	for prefix := range s.mapped {
		if (uri == prefix || strings.HasPrefix(uri, prefix+"/")) && len(prefix) > len(longest) {
			longest = prefix
		}
	}
	if longest != "" {
		inside := path.Clean("/" + strings.TrimPrefix(uri, longest))
		return filepath.Join(s.mapped[longest], filepath.FromSlash(inside)), nil
	}
	return filepath.Join(s.root, filepath.FromSlash(clean)), nil
}

// download copies what is under the prefix into the folder.
func (s store) download(uri, folder string) error {
	from, err := s.path(uri)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is empty; put what belongs there into %s, or give the place where it is", uri, from)
	}
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return copyFile(from, filepath.Join(folder, filepath.Base(from)))
	}
	return copyTree(from, folder)
}

// upload copies what is in the folder under the prefix. A folder that is not there is one without files.
func (s store) upload(folder, uri string) error {
	to, err := s.path(uri)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return copyTree(folder, to)
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		info, err := os.Stat(name) // S3 knows no links: what they point at is copied
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case info.Mode().IsRegular():
			return copyFile(name, target)
		}
		return nil
	})
}

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// pack writes the files of a folder as the tar.gz that SageMaker makes of models and outputs.
func pack(folder, file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	zipped := gzip.NewWriter(out)
	packed := tar.NewWriter(zipped)
	if err := packed.AddFS(os.DirFS(folder)); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	if err := zipped.Close(); err != nil {
		return err
	}
	return out.Close()
}

// unpack writes the files of a tar.gz into the folder, and none outside of it.
func unpack(file, folder string) error {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	zipped, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	packed := tar.NewReader(zipped)
	for {
		header, err := packed.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		name := filepath.FromSlash(path.Clean(header.Name))
		if header.Typeflag != tar.TypeReg || !filepath.IsLocal(name) {
			continue
		}
		target := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		content, err := io.ReadAll(packed)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := os.WriteFile(target, content, os.FileMode(header.Mode)&0o777|0o600); err != nil {
			return err
		}
	}
}
