package changes

import "slices"

// hidden stands for a value that is not shown.
const hidden = "(not shown)"

// secrets are names whose values may be secret. Nothing of this project puts a secret there, but other apps may, and a
// comment on a pull request is a bad place for it.
var secrets = []string{
	"password", "master_password", "admin_password", "secret", "secret_key", "secret_string", "secret_binary", "client_secret",
	"token", "auth_token", "session_token", "private_key", "access_key", "api_key", "conn_str", "sas_token", "encryption_key", "value_wo", "password_wo",
}

// conceal hides the values of differences whose name is that of a secret, wherever they are in a value.
func conceal(differences []Difference) {
	for i := range differences {
		each := &differences[i]
		if slices.Contains(secrets, lastName(each.Path)) {
			each.Old, each.New = masked(each.Old), masked(each.New)
		} else {
			each.Old, each.New = concealed(each.Old), concealed(each.New)
		}
	}
}

// hide hides all values.
func hide(differences []Difference) []Difference {
	for i := range differences {
		differences[i].Old, differences[i].New = masked(differences[i].Old), masked(differences[i].New)
	}
	return differences
}

func masked(value any) any {
	if value == nil || empty(value) {
		return value
	}
	return hidden
}

func concealed(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, each := range value {
			if _, text := each.(string); text && slices.Contains(secrets, key) {
				out[key] = hidden
			} else {
				out[key] = concealed(each)
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, each := range value {
			out[i] = concealed(each)
		}
		return out
	}
	return value
}

// lastName is the name at the end of a path, without the elements of lists.
func lastName(path string) string {
	end := len(path)
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i] {
		case '.':
			return path[i+1 : end]
		case '[':
			end = i
		}
	}
	return path[:end]
}
