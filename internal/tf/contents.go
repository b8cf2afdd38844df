package tf

import (
	"encoding/json"
	"errors"
)

// Contents are the resources of a stack as Terraform will read them: type, id, arguments. References between them are written
// out, so not inside of Batch, which promises attributes that come later.
func Contents(stack Stack) (contents map[string]map[string]any, err error) {
	err = Guard("contents", func() error {
		whole, ok := stack.ToTerraform().(map[string]any)
		if !ok {
			return errors.New("CDKTF hands out no object")
		}
		text, err := json.Marshal(whole["resource"])
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &contents)
	})
	return contents, err
}
