package faststart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
)

const (
	assemblyFile = "package/.jsii"
	indexFile    = "package/lib/index.js"
	licenseFile  = "package/LICENSE"
	manifestFile = "package/package.json"
)

// sourceMap is the inline source map at the end of each compiled file, most of its size and of no use in Go.
var sourceMap = regexp.MustCompile(`(?m)^//# sourceMappingURL=.*$\n?`)

// Trim reads the stock archive of a prebuilt CDKTF provider and returns one with only the namespaces of the given Go
// packages, named by the last element of their import path, such as "s3bucket". Types that those refer to in other
// namespaces come along. The licence stays in the archive. The result depends on nothing but the arguments.
//
// It is an error if a Go package has no namespace in the archive.
func Trim(stock io.Reader, goPackages []string) ([]byte, error) {
	files, err := readArchive(stock, "")
	if err != nil {
		return nil, err
	}
	var all assembly
	if err := json.Unmarshal(files[assemblyFile], &all.rest); err != nil {
		return nil, fmt.Errorf("%s of the stock archive: %w", assemblyFile, err)
	}
	if err := all.split(); err != nil {
		return nil, err
	}
	namespaces, err := all.namespaces(goPackages)
	if err != nil {
		return nil, err
	}
	trimmed, directories, err := all.only(namespaces)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{
		assemblyFile: trimmed,
		indexFile:    index(directories),
		licenseFile:  files[licenseFile],
		manifestFile: files[manifestFile],
	}
	if out[licenseFile] == nil {
		return nil, fmt.Errorf("the stock archive has no %s, which must accompany copies of it", licenseFile)
	}
	for _, directory := range directories {
		prefix := "package/lib/" + directory + "/"
		for name, content := range files {
			if strings.HasPrefix(name, prefix) && strings.HasSuffix(name, ".js") {
				out[name] = sourceMap.ReplaceAll(content, nil)
			}
		}
	}
	return writeArchive(out)
}

// Namespaces lists the Go package names whose namespaces the archive holds, sorted.
func Namespaces(archive []byte) ([]string, error) {
	files, err := readArchive(bytes.NewReader(archive), assemblyFile)
	if err != nil {
		return nil, err
	}
	var parsed struct {
		Submodules map[string]json.RawMessage `json:"submodules"`
	}
	if err := json.Unmarshal(files[assemblyFile], &parsed); err != nil {
		return nil, fmt.Errorf("%s of the archive: %w", assemblyFile, err)
	}
	var names []string
	for fqn := range parsed.Submodules {
		names = append(names, goPackage(fqn))
	}
	sort.Strings(names)
	return names, nil
}

// An assembly is the type description that jsii reads, with types and submodules apart from the rest.
type assembly struct {
	rest       map[string]json.RawMessage
	name       string
	types      map[string]json.RawMessage
	submodules map[string]json.RawMessage
}

func (a *assembly) split() error {
	return errors.Join(
		json.Unmarshal(a.rest["name"], &a.name),
		json.Unmarshal(a.rest["types"], &a.types),
		json.Unmarshal(a.rest["submodules"], &a.submodules),
	)
}

// goPackage is the rule by which jsii names Go packages: the namespace in lower case.
func goPackage(namespace string) string {
	return strings.ToLower(namespace[strings.LastIndex(namespace, ".")+1:])
}

// namespaces finds the namespaces of the Go packages and of everything they refer to.
func (a *assembly) namespaces(goPackages []string) (map[string]bool, error) {
	byPackage := map[string]string{}
	for fqn := range a.submodules {
		byPackage[goPackage(fqn)] = fqn
	}
	typesOf := map[string][]json.RawMessage{}
	for fqn, definition := range a.types {
		namespace := fqn[:strings.LastIndex(fqn, ".")]
		typesOf[namespace] = append(typesOf[namespace], definition)
	}
	wanted := map[string]bool{}
	var missing []error
	var queue []string
	for _, name := range goPackages {
		namespace, ok := byPackage[name]
		if !ok {
			missing = append(missing, fmt.Errorf("the provider has no namespace for the Go package %q", name))
			continue
		}
		queue = append(queue, namespace)
	}
	if len(missing) > 0 {
		return nil, errors.Join(missing...)
	}
	reference := regexp.MustCompile(`"(` + regexp.QuoteMeta(a.name) + `\.[A-Za-z0-9_]+)\.[A-Za-z0-9_]+"`)
	for len(queue) > 0 {
		namespace := queue[0]
		queue = queue[1:]
		if wanted[namespace] {
			continue
		}
		wanted[namespace] = true
		for _, definition := range typesOf[namespace] {
			for _, match := range reference.FindAllSubmatch(definition, -1) {
				queue = append(queue, string(match[1]))
			}
		}
	}
	return wanted, nil
}

// only returns the assembly with nothing but these namespaces, and the directories that hold their code, sorted.
func (a *assembly) only(namespaces map[string]bool) ([]byte, []string, error) {
	types := map[string]any{}
	for fqn, definition := range a.types {
		if namespaces[fqn[:strings.LastIndex(fqn, ".")]] {
			parsed, err := stripped(definition)
			if err != nil {
				return nil, nil, fmt.Errorf("type %s: %w", fqn, err)
			}
			types[fqn] = parsed
		}
	}
	submodules := map[string]any{}
	var directories []string
	for fqn, definition := range a.submodules {
		if !namespaces[fqn] {
			continue
		}
		parsed, err := stripped(definition)
		if err != nil {
			return nil, nil, fmt.Errorf("submodule %s: %w", fqn, err)
		}
		submodules[fqn] = parsed
		symbol, _ := parsed.(map[string]any)["symbolId"].(string)
		directory := strings.TrimSuffix(strings.TrimPrefix(symbol, "src/"), "/index:")
		if directory == "" || directory == symbol {
			return nil, nil, fmt.Errorf("submodule %s: cannot tell the directory from symbolId %q", fqn, symbol)
		}
		directories = append(directories, directory)
	}
	sort.Strings(directories)
	out := map[string]any{}
	for key, value := range a.rest {
		out[key] = value
	}
	delete(out, "readme")
	places, text, err := placed(types)
	if err != nil {
		return nil, nil, err
	}
	out[placesKey], out["types"], out["submodules"] = places, json.RawMessage(text), submodules
	description, err := compact(out)
	return description, directories, err
}

// placesKey comes first in the type description: where the types of each namespace begin and end in the text of "types". The preload
// parses them there when they are used; for all others it is a key that means nothing.
const placesKey = "$places"

// placed is the text of types, namespace by namespace, and where each begins and ends; "" is the whole.
func placed(types map[string]any) (map[string][2]int, string, error) {
	places := map[string][2]int{}
	var text strings.Builder
	text.WriteByte('{')
	for _, name := range slices.Sorted(maps.Keys(types)) {
		namespace := name[:strings.LastIndex(name, ".")]
		place, known := places[namespace]
		if text.Len() > 1 {
			text.WriteByte(',')
		}
		if !known {
			place[0] = text.Len()
		}
		definition, err := compact(types[name])
		if err != nil {
			return nil, "", err
		}
		fmt.Fprintf(&text, "%q:%s", name, definition)
		place[1] = text.Len()
		places[namespace] = place
	}
	text.WriteByte('}')
	places[""] = [2]int{0, text.Len()}
	if strings.ContainsFunc(text.String(), func(each rune) bool { return each > unicode.MaxASCII }) {
		return nil, "", errors.New("the type description has letters outside of ASCII, whose places Node.js counts otherwise")
	}
	return places, text.String(), nil
}

// compact is JSON in one line, in which texts that are JSON already stay as they are.
func compact(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// stripped drops documentation and source positions, which only editors of other languages read.
func stripped(definition json.RawMessage) (any, error) {
	var parsed any
	if err := json.Unmarshal(definition, &parsed); err != nil {
		return nil, err
	}
	strip(parsed)
	return parsed, nil
}

func strip(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, key := range []string{"docs", "locationInModule", "readme"} {
			delete(v, key)
		}
		for _, each := range v {
			strip(each)
		}
	case []any:
		for _, each := range v {
			strip(each)
		}
	}
}

// index is the entry point of the package: each namespace under its JavaScript name, loaded when it is first used.
func index(directories []string) []byte {
	var out bytes.Buffer
	out.WriteString("\"use strict\";\nObject.defineProperty(exports, \"__esModule\", { value: true });\n")
	for _, directory := range directories {
		fmt.Fprintf(&out, "Object.defineProperty(exports, \"%s\", { enumerable: true, get: () => require(\"./%s/index.js\") });\n", camelCase(directory), directory)
	}
	return out.Bytes()
}

func camelCase(directory string) string {
	parts := strings.Split(directory, "-")
	for i, part := range parts {
		if i > 0 && part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

// readArchive gives the files of an archive. Where only is not empty, it reads no further than to the file of that name.
func readArchive(in io.Reader, only string) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, fmt.Errorf("the archive is no gzip file: %w", err)
	}
	files := map[string][]byte{}
	for reader := tar.NewReader(unzipped); ; {
		header, err := reader.Next()
		if err == io.EOF {
			return files, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the archive is damaged: %w", err)
		}
		name := path.Clean(header.Name)
		if header.Typeflag != tar.TypeReg || only != "" && name != only {
			continue
		}
		if files[name], err = io.ReadAll(reader); err != nil {
			return nil, fmt.Errorf("%s in the archive: %w", name, err)
		}
		if name == only {
			return files, nil
		}
	}
}

// writeArchive packs the files without times or owners, so that equal files make equal archives: first the manifest, which is read at
// each start, and the others in the order of their names.
func writeArchive(files map[string][]byte) ([]byte, error) {
	names := slices.Sorted(maps.Keys(files))
	if at := slices.Index(names, manifestFile); at > 0 {
		names = slices.Insert(slices.Delete(names, at, at+1), 0, manifestFile)
	}
	var out bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	archive := tar.NewWriter(zipped)
	for _, name := range names {
		header := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(files[name])), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(files[name]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(archive.Close(), zipped.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
