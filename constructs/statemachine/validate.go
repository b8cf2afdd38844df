package statemachine

import (
	"cmp"
	"time"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/asl"
	"github.com/mlplatform/mlplatform/documents/policy"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/token"
)

var namePattern = lazyregexp.New(`^[A-Za-z0-9_-]{1,80}$`)

func (p Props) withDefaults() Props {
	p.Scope = p.Scope.WithDefaults()
	p.Definition.Name = cmp.Or(p.Definition.Name, p.Name)
	if p.Definition.Partition == "" {
		p.Definition.Partition = p.Scope.Partition
	}
	p.Definition.Type = cmp.Or(p.Definition.Type, asl.Standard)
	p.Logs = p.Logs.withDefaults()
	p.Alarms = p.Alarms.withDefaults()
	if p.Encryption == "" {
		p.Encryption = AWSOwnedKey
		if p.KeyARN != "" {
			p.Encryption = CustomerManagedKey
		}
	}
	if p.KeyReuse == 0 && p.Encryption == CustomerManagedKey {
		p.KeyReuse = 5 * time.Minute
	}
	return p
}

func (p Props) express() bool { return p.Definition.Type == asl.Express }

// validate reports everything that is wrong with the props, and gives the definition as a document.
func (p Props) validate() (asl.Document, error) {
	var problems problem.List
	switch {
	case token.Is(p.Name):
		problems.Addf("name", "%q is known to Terraform only, and policies are written now; write the name out", p.Name)
	case !namePattern.MatchString(p.Name):
		problems.Addf("name", "%q is no name of a state machine; use 1 to 80 letters, digits, hyphens and underscores", p.Name)
	}
	problems.Add("", site.Check(p.Scope))
	rule.Tags(&problems, "tags", p.Tags)
	document := p.document(&problems)
	p.Logs.validate(&problems)
	p.Alarms.validate(&problems)
	p.validateEncryption(&problems)
	problems.Add("", p.roleChoice().Validate())
	if len(p.Statements) > 0 {
		if p.RoleARN != "" {
			problems.Addf("statements", "are for a role to make, but roleARN gives an existing one; give them to that role")
		}
		problems.Add("", policy.New(p.Statements...).Validate(policy.Identity))
	}
	return document, problems.Err()
}

func (p Props) document(problems *problem.List) asl.Document {
	d := p.Definition
	if d.Name != p.Name {
		problems.Addf("definition.name", "%q is not %q, the name of the state machine; leave it out", d.Name, p.Name)
	}
	if d.Partition != p.Scope.Partition {
		problems.Addf("definition.partition", "%q is not %q, the partition of the scope; leave it out", d.Partition, p.Scope.Partition)
	}
	if problems.Err() != nil {
		// What is wrong with these two was said already.
		d.Name, d.Partition = "machine", ""
	}
	document, err := d.Document()
	problems.Add("definition", err)
	return document
}

func checkType(problems *problem.List, path string, t asl.WorkflowType) {
	if t != asl.Standard && t != asl.Express {
		problems.Addf(path, "%q is unknown; use %s or %s", t, asl.Standard, asl.Express)
	}
}
