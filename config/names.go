package config

// StateRole is the name of the role by which an owner of states, whose names begin with prefix, reads and writes them.
func StateRole(prefix string) string { return prefix + "-state" }

// StateAdminRole is the name of the role by which administrators reach the state of the stack that keeps all others.
func StateAdminRole(prefix string) string { return prefix + "-state-admin" }

// StatePlanRole is the name of the role that only reads them.
func StatePlanRole(prefix string) string { return prefix + "-state-plan" }

// RepositoryName is the name of a container repository whose owner's names begin with prefix.
func RepositoryName(prefix, name string) string { return prefix + "/" + name }

// DefinitionKey is where the definition of a pipeline that a commit published lies in the bucket of definitions.
func DefinitionKey(pipeline, commit string) string { return pipeline + "/" + commit + ".json" }
