// Command generate writes what AWS publishes about its services as tables that are small enough to be linked:
// ../instances.txt, the instance types, ../servicemodel/shapes.txt, the limits of what SageMaker and others take,
// ../servicemodel/names.txt.gz, the names of operations and of their fields, of the services that machine learning calls, and
// ../servicemodel/others.txt.gz, those of all other services.
//
// It reads AWS's service models as botocore ships them, and EC2's description of instance types as moto ships it, from
// the Python packages of this machine or from the folders that BOTOCORE and MOTO name. Builds and tests do not need it:
// without these packages, or with other versions than the tables', it says so and leaves the tables alone, unless it is
// called with -renew:
//
//	pip install botocore moto && go run ./generate -renew
package main

import (
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	instancesFile = "instances.txt"
	shapesFile    = "servicemodel/shapes.txt"
	namesFile     = "servicemodel/names.txt.gz"
	// othersFile is large, and unpacked only where namesFile does not have a service.
	othersFile = "servicemodel/others.txt.gz"
)

func main() {
	renew := flag.Bool("renew", false, "take whatever versions are there")
	flag.Parse()
	if err := run(*renew); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// sources are the packages that the tables come from.
type sources struct{ botocore, moto, title string }

func run(renew bool) error {
	var s sources
	versions := [2]string{}
	for i, each := range []struct {
		name string
		into *string
	}{{"botocore", &s.botocore}, {"moto", &s.moto}} {
		folder, version, found := find(each.name)
		if !found {
			fmt.Fprintf(os.Stderr, "generate: the tables of AWS stay as they are, for %s is not here; pip install %s\n", each.name, each.name)
			return nil
		}
		*each.into, versions[i] = folder, version
	}
	s.title = fmt.Sprintf("# botocore %s and moto %s", versions[0], versions[1])
	date, err := modified(s.model("sagemaker", "2017-07-24"))
	if err != nil {
		return err
	}
	instances, err := makeInstances(s, date)
	if err != nil {
		return err
	}
	shapes, err := makeShapes(s, date)
	if err != nil {
		return err
	}
	names, err := makeNames(s, date, called)
	if err != nil {
		return err
	}
	others, err := s.others()
	if err != nil {
		return err
	}
	more, err := makeNames(s, date, others)
	if err != nil {
		return err
	}
	for file, text := range map[string]string{instancesFile: instances, shapesFile: shapes, namesFile: names, othersFile: more} {
		packed := strings.HasSuffix(file, ".gz")
		var before []byte
		if packed {
			before = []byte(unzipped(file))
		} else {
			before, _ = os.ReadFile(file)
		}
		if first, _, _ := strings.Cut(string(before), "\n"); !renew && first != s.title {
			fmt.Fprintf(os.Stderr, "generate: %s stays as it is, it is of %s and here are %s; -renew takes these\n", file, strings.TrimPrefix(first, "# "), strings.TrimPrefix(s.title, "# "))
			continue
		}
		if !renew { // the day on which a package was installed is no news
			lines := strings.SplitN(string(before), "\n", 3)
			text = strings.Replace(text, "# "+date+"\n", lines[1]+"\n", 1)
		}
		if text == string(before) {
			continue // another gzip may pack the same differently, and tests that read the file would run again
		}
		out := []byte(text)
		if packed {
			if out, err = zipped(text); err != nil {
				return err
			}
		}
		if err := os.WriteFile(file, out, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// find is the folder and version of a Python package.
func find(name string) (folder, version string, found bool) {
	folder = os.Getenv(strings.ToUpper(name))
	if folder == "" {
		out, err := exec.Command("python3", "-c", "import importlib.util; print(importlib.util.find_spec(\""+name+"\").submodule_search_locations[0])").Output()
		if err != nil {
			return "", "", false
		}
		folder = strings.TrimSpace(string(out))
	}
	infos, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), name+"-*.dist-info"))
	if len(infos) != 1 {
		return "", "", false
	}
	return folder, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(infos[0]), name+"-"), ".dist-info"), true
}

func (s sources) model(service, version string) string {
	return filepath.Join(s.botocore, "data", service, version, "service-2.json.gz")
}

// modified is the day on which a file was written, which is not before that of what it says.
func modified(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	return info.ModTime().UTC().Format(time.DateOnly), nil
}

func readJSON(file string, into any) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return json.NewDecoder(unzipped).Decode(into)
}
