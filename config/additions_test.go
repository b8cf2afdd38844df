package config_test

import (
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/mlplatform/mlplatform/config"
)

type nested struct {
	Deep struct {
		Levels []map[string]float64 `yaml:"levels"`
	} `yaml:"deep"`
	Maybe *struct {
		Name string `yaml:"name"`
	} `yaml:"maybe"`
}

func TestAdditionsThatCannotBe(t *testing.T) {
	type loop struct {
		Again []loop `yaml:"again"`
	}
	for want, additions := range map[string]config.Additions{
		"extension Lake: is no key; use letters and digits, beginning with a lower-case letter":    {Sections: map[string]reflect.Type{"Lake": reflect.TypeFor[nested]()}},
		"extension lake: string is no struct; give the type of a struct whose fields are the keys": {Sections: map[string]reflect.Type{"lake": reflect.TypeFor[string]()}},
		`extension lake.Days: needs a tag with its key, such as yaml:"retentionDays", or yaml:"-"`: {Sections: map[string]reflect.Type{"lake": reflect.TypeFor[struct{ Days int }]()}},
		"extension lake.Days: int64 cannot be read from a file; use string, bool, int, float64, structs, pointers to structs, and slices and maps by name of these": {
			Sections: map[string]reflect.Type{"lake": reflect.TypeFor[struct {
				Days int64 `yaml:"days"`
			}]()},
		},
		"extension lake.Again: config_test.loop contains itself, which a file cannot end":                               {Sections: map[string]reflect.Type{"lake": reflect.TypeFor[loop]()}},
		"stack Lake: is no suffix; use up to 12 lower-case letters, digits and single hyphens, beginning with a letter": {Stacks: []config.ExtraStack{{Suffix: "Lake"}}},
		"stack access: is the suffix of a stack of the platform; use another":                                           {Stacks: []config.ExtraStack{{Suffix: "access"}}},
		"stack serving: is the suffix of a stack of the platform; use another":                                          {Stacks: []config.ExtraStack{{Suffix: "serving"}}},
		"stack lake: is added twice; use one suffix for each":                                                           {Stacks: []config.ExtraStack{{Suffix: "lake"}, {Suffix: "lake"}}},
	} {
		require.EqualError(t, additions.Validate(), want)
		_, err := additions.LoadFS(fstest.MapFS{})
		require.EqualError(t, err, want, "nothing is read")
	}
	require.NoError(t, config.Additions{Sections: map[string]reflect.Type{"lake": reflect.TypeFor[nested]()}}.Validate())
}

func TestSectionsAndStacks(t *testing.T) {
	additions := config.Additions{
		Sections: map[string]reflect.Type{"lake": reflect.TypeFor[nested]()},
		Stacks:   []config.ExtraStack{{Suffix: "lake", On: func(env *config.Environment) bool { return env.Extensions["lake"] != nil }}},
	}
	files := fstest.MapFS{
		"platform.yaml":         {Data: []byte("project: wine\nrepository: acme/wine-ml\nregion: us-west-2\noperations: { account: \"111111111111\" }\n")},
		"environments/dev.yaml": {Data: []byte("account: \"222222222222\"\npromotion: { branches: [main] }\nextensions:\n  lake: { deep: { levels: [{ a: 0.5 }] }, maybe: { name: x } }\n")},
		"environments/prd.yaml": {Data: []byte("account: \"333333333333\"\npromotion: { tags: [prd] }\n")},
	}
	platform, err := additions.LoadFS(files)
	require.NoError(t, err)
	section := platform.Environment("dev").Extensions["lake"].(*nested)
	require.Equal(t, []map[string]float64{{"a": 0.5}}, section.Deep.Levels)
	require.Equal(t, "x", section.Maybe.Name)
	require.Equal(t, []string{"state", "operations-access", "operations", "dev-access", "dev", "dev-lake", "prd-access", "prd"}, platform.StackNames())

	files["environments/b-lake.yaml"] = files["environments/prd.yaml"]
	_, err = additions.LoadFS(files)
	require.ErrorContains(t, err, `environments/b-lake.yaml: "b-lake" ends in -lake, as further stacks of environments do; choose another name for the environment`)

	_, err = config.LoadFS(fstest.MapFS{"platform.yaml": files["platform.yaml"], "environments/dev.yaml": files["environments/dev.yaml"]})
	require.EqualError(t, err, "environments/dev.yaml:4:3: extensions.lake: is no extension of this platform; main.go adds none; pass platform.Extension to platform.Main, or remove the section")
}
