package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// entries are the files that stay, by what goes into them.
var entries = map[string]string{
	"lib/index.js":                   "lib/index.js",
	"lib/private/fs.js":              "lib/private/fs.js", // CDKTF starts this one as a program, to zip assets
	"node_modules/archiver/index.js": "lib/private/archiver.js",
}

// shortcuts are replacements in CDKTF's functions that resolve tokens, in every key and value of every resource three times over.
//
// What holds no token at all resolves to itself, and needs no context, no path and no five expressions to see that. Tokens in texts
// begin with "TfToken[", or are numbers with an exponent; two texts stand for misused tokens, and are left to the errors of the function.
//
// In a text with a token, the next "${" that is none was looked for again from each "}" on: policies have many.
var shortcuts = map[string][][2]string{
	"resolve.js": {
		{"function resolve(obj, options) {\n", `function isPlain(value) {
    return value === undefined || value === null || typeof value === "boolean" ||
        typeof value === "string" && !/[$#]\{TfToken\[|[-|\d.+]e[-|\d.eE+]/.test(value) &&
            value !== token_1.Token.STRING_MAP_TOKEN_VALUE && value !== token_1.Token.ANY_MAP_TOKEN_VALUE;
}
function resolve(obj, options) {
    if (isPlain(obj)) {
        return obj;
    }
`},
		{`const pathName = "/" + prefix.join("/");`, `const pathName = { toString: () => "/" + prefix.join("/") };`},
		{"const resolvedKey = makeContext()[0].resolve(key);", "const resolvedKey = isPlain(key) ? key : makeContext()[0].resolve(key);"},
		{"const value = makeContext(key)[0].resolve(obj[key]);", "const value = isPlain(obj[key]) ? obj[key] : makeContext(key)[0].resolve(obj[key]);"},
	},
	"encoding.js": {
		{"    nextEscapeToken(fragments, startIndex, escapeDepth, maxIndex) {\n        ESCAPE_TOKEN_BEGIN_REGEX.lastIndex = startIndex;\n",
			`    nextEscape(startIndex) {
        if (!(startIndex >= this.escapeFrom) || this.escape?.index < startIndex) {
            ESCAPE_TOKEN_BEGIN_REGEX.lastIndex = startIndex;
            this.escape = ESCAPE_TOKEN_BEGIN_REGEX.exec(this.str);
            this.escapeFrom = startIndex;
        }
        ESCAPE_TOKEN_BEGIN_REGEX.lastIndex = this.escape ? this.escape.index + 2 : 0;
        return this.escape;
    }
    nextEscapeToken(fragments, startIndex, escapeDepth, maxIndex) {
`},
		{"        ESCAPE_TOKEN_END_REGEX.lastIndex = startIndex;\n        let startMatch = ESCAPE_TOKEN_BEGIN_REGEX.exec(this.str);\n", "        ESCAPE_TOKEN_END_REGEX.lastIndex = startIndex;\n        let startMatch = this.nextEscape(startIndex);\n"},
	},
}

// shorten applies the shortcuts. It is an error if CDKTF has changed there.
func shorten(root string) error {
	for file, replacements := range shortcuts {
		name := filepath.Join(root, "lib", "tokens", "private", file)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		short := string(text)
		for _, each := range replacements {
			if strings.Count(short, each[0]) != 1 {
				return fmt.Errorf("lib/tokens/private/%s does not have this once: %s", file, each[0])
			}
			short = strings.Replace(short, each[0], each[1], 1)
		}
		if err := os.WriteFile(name, []byte(short), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// lazyArchiver stands for the package archiver, two thirds of all code, which only the program that zips assets calls.
const lazyArchiver = `module.exports = (...options) => require("./archiver")(...options);`

// bundle makes the small archive out of the stock one. The result depends on nothing else.
func bundle(stock string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "bundle-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := unpack(stock, dir); err != nil {
		return nil, fmt.Errorf("%s: %w", stock, err)
	}
	root := filepath.Join(dir, "package")
	if err := shorten(root); err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var used []string
	for entry, file := range entries {
		text, inputs, err := bundled(root, entry)
		if err != nil {
			return nil, err
		}
		files["package/"+file] = text
		used = append(used, inputs...)
	}
	// CDKTF's own licence is beside its Go package, and not in the archive.
	own, err := os.ReadFile(filepath.Join(filepath.Dir(stock), "..", "LICENSE"))
	if err != nil {
		return nil, err
	}
	files["package/LICENSE"] = own
	if files["package/licenses.txt"], err = licenses(root, used); err != nil {
		return nil, err
	}
	if files["package/package.json"], err = os.ReadFile(filepath.Join(root, "package.json")); err != nil {
		return nil, err
	}
	if files["package/.jsii"], err = description(root); err != nil {
		return nil, err
	}
	return pack(files)
}

// bundled puts an entry and what it requires into one file. Other entries stay files of their own, and so does
// constructs, which the runtime loads as a package. It also returns the files inside.
func bundled(root, entry string) (text []byte, inputs []string, err error) {
	apart := api.Plugin{Name: "apart", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^\./private/fs$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "./private/fs", External: true}, nil
		})
		build.OnResolve(api.OnResolveOptions{Filter: `^archiver$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "archiver", Namespace: "lazy"}, nil
		})
		build.OnResolve(api.OnResolveOptions{Filter: `^\./archiver$`, Namespace: "lazy"}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: "./archiver", External: true}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "lazy"}, func(api.OnLoadArgs) (api.OnLoadResult, error) {
			text := lazyArchiver
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
		})
	}}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: root, EntryPoints: []string{entry}, Bundle: true, Write: false, Metafile: true, Outfile: "out.js",
		Platform: api.PlatformNode, Target: api.ES2020, Format: api.FormatCommonJS, External: []string{"constructs"}, Plugins: []api.Plugin{apart},
		// Class names are part of what CDKTF prints, so names stay.
		MinifyWhitespace: true, LegalComments: api.LegalCommentsInline, Charset: api.CharsetUTF8, LogLevel: api.LogLevelSilent,
	})
	var problems []error
	for _, message := range result.Errors {
		problems = append(problems, fmt.Errorf("%s: %s", entry, message.Text))
	}
	if len(problems) > 0 {
		return nil, nil, errors.Join(problems...)
	}
	var meta struct {
		Inputs map[string]struct{} `json:"inputs"`
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, nil, err
	}
	for input := range meta.Inputs {
		inputs = append(inputs, input)
	}
	return result.OutputFiles[0].Contents, inputs, nil
}

// licenses gathers the licences of the packages inside the bundle, by their names. A package without one is an error.
func licenses(root string, inputs []string) ([]byte, error) {
	var folders []string
	for _, input := range inputs {
		at := strings.LastIndex(input, "node_modules/")
		if at < 0 {
			continue
		}
		at += len("node_modules/")
		name := strings.SplitN(input[at:], "/", 3)
		if strings.HasPrefix(name[0], "@") {
			name[0] += "/" + name[1]
		}
		folders = append(folders, input[:at]+name[0])
	}
	slices.Sort(folders)
	var out strings.Builder
	for _, folder := range slices.Compact(folders) {
		var manifest struct{ Name, Version, License string }
		text, err := os.ReadFile(filepath.Join(root, folder, "package.json"))
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &manifest); err != nil {
			return nil, fmt.Errorf("%s/package.json: %w", folder, err)
		}
		license, err := licenseText(filepath.Join(root, folder))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&out, "%s %s, %s\n\n%s\n%s\n", manifest.Name, manifest.Version, manifest.License, license, strings.Repeat("-", 80))
	}
	return []byte(out.String()), nil
}

// licenseText finds the licence of a package; some have it in their README.
func licenseText(dir string) (string, error) {
	listed, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, beginning := range []string{"license", "licence", "readme"} {
		for _, each := range listed {
			if each.Type().IsRegular() && strings.HasPrefix(strings.ToLower(each.Name()), beginning) {
				text, err := os.ReadFile(filepath.Join(dir, each.Name()))
				return string(text), err
			}
		}
	}
	return "", fmt.Errorf("%s: has no licence", dir)
}

// description is the type description that jsii reads, without documentation and source positions.
func description(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, ".jsii"))
	if err != nil {
		return nil, err
	}
	var parsed map[string]any
	if err := json.Unmarshal(text, &parsed); err != nil {
		return nil, fmt.Errorf(".jsii: %w", err)
	}
	strip(parsed)
	return json.Marshal(parsed)
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
