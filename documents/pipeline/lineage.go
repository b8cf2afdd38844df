package pipeline

// LineageArgs configures a step that records where something comes from, in SageMaker's lineage. At least one entity or
// association is given; associations may name entities of the same step.
// https://docs.aws.amazon.com/sagemaker/latest/dg/lineage-tracking-entities.html
type LineageArgs struct {
	StepOptions
	// Actions are things that were done, Artifacts things that are, Contexts what holds both. Default: none.
	Actions, Artifacts, Contexts []LineageEntity
	// Associations connect two of them. Default: none.
	Associations []LineageAssociation
}

// LineageEntity is an action, an artifact or a context.
type LineageEntity struct {
	// Name is unique in the account and region. Required, but for artifacts.
	Name String
	// Type such as "ModelTraining", "Model" or "PipelineExecution". Required.
	Type String
	// SourceURI is where it is, such as an S3 URI or an ARN. Required.
	SourceURI String
	// SourceType says what the source is. Default: none. Not for artifacts.
	SourceType String
	// Status of an action: Unknown, InProgress, Completed, Failed, Stopping or Stopped. Default: none. For actions alone.
	Status String
	// Description of an action or context. Default: none.
	Description String
	// Properties are more about it, at most 30. Default: none.
	Properties map[string]String
}

// LineageAssociation is an arrow between two entities.
type LineageAssociation struct {
	// From and To are its ends. Required.
	From, To LineageEnd
	// Type is ContributedTo, AssociatedWith, DerivedFrom, Produced or SameAs. Default: none.
	Type String
}

// LineageEnd is an entity: one of the same step by its kind and name, or any by its ARN.
type LineageEnd struct {
	// Kind is Action, Artifact or Context, with Name.
	Kind LineageKind
	// Name of the entity of the step.
	Name String
	// ARN of the entity, in place of kind and name.
	ARN String
}

// LineageKind is a kind of lineage entity.
type LineageKind string

// The kinds of lineage entities.
const (
	LineageAction   LineageKind = "Action"
	LineageArtifact LineageKind = "Artifact"
	LineageContext  LineageKind = "Context"
)

// A LineageStep records lineage.
type LineageStep struct {
	step
	args LineageArgs
}

// Lineage adds a step that records lineage.
func (p *Pipeline) Lineage(name string, args LineageArgs) *LineageStep {
	return add(p, &LineageStep{p.newStep(name, "Lineage", args.StepOptions), args})
}

// ActionARN is the ARN of the action of this name.
func (s *LineageStep) ActionARN(name string) String {
	return stringRef(s.path("ActionArns" + quotedKey(name)))
}

// ArtifactARN is the ARN of the artifact of this name.
func (s *LineageStep) ArtifactARN(name string) String {
	return stringRef(s.path("ArtifactArns" + quotedKey(name)))
}

// ContextARN is the ARN of the context of this name.
func (s *LineageStep) ContextARN(name string) String {
	return stringRef(s.path("ContextArns" + quotedKey(name)))
}

func (s *LineageStep) property(path string, _ Type) string {
	for _, list := range []struct {
		path     string
		entities []LineageEntity
	}{{"ActionArns", s.args.Actions}, {"ArtifactArns", s.args.Artifacts}, {"ContextArns", s.args.Contexts}} {
		var names []string
		for _, each := range list.entities {
			text, known := each.Name.literal()
			if !known {
				return "" // the name is that of an execution
			}
			names = append(names, text)
		}
		if wrong := missingKey(path, list.path, "entity", names); wrong != "" {
			return wrong
		}
	}
	return ""
}

func (s *LineageStep) request(c *checker) object {
	a := s.args
	if len(a.Actions)+len(a.Artifacts)+len(a.Contexts)+len(a.Associations) == 0 {
		c.addf("", "records nothing; give actions, artifacts, contexts or associations")
	}
	arguments := object{}
	arguments.set("Actions", c.entities(LineageAction, "actions", a.Actions))
	arguments.set("Artifacts", c.entities(LineageArtifact, "artifacts", a.Artifacts))
	arguments.set("Contexts", c.entities(LineageContext, "contexts", a.Contexts))
	var associations []object
	for i, each := range a.Associations {
		at := index("associations", i)
		association := object{{"Source", c.end(at+".from", a, each.From)}, {"Destination", c.end(at+".to", a, each.To)}}
		if text, ok := known(each.Type); ok {
			oneOf(c, at+".type", text, "", "ContributedTo", "AssociatedWith", "DerivedFrom", "Produced", "SameAs")
		}
		association.set("AssociationType", each.Type)
		associations = append(associations, association)
	}
	arguments.set("Associations", associations)
	return s.start(c, arguments)
}

func (c *checker) entities(kind LineageKind, field string, entities []LineageEntity) []object {
	var out []object
	for i, each := range entities {
		at := index(field, i)
		if kind != LineageArtifact {
			c.required(at+".name", each.Name, "give a name that is unique in the account and region")
		}
		c.required(at+".type", each.Type, `say what it is, such as "Model"`)
		c.required(at+".sourceURI", each.SourceURI, "say where it is, by an S3 URI or an ARN")
		if kind != LineageAction {
			c.refuse("is for actions; remove it", given{at + ".status", each.Status != ""})
		}
		if text, ok := known(each.Status); ok && kind == LineageAction {
			oneOf(c, at+".status", text, "", "Unknown", "InProgress", "Completed", "Failed", "Stopping", "Stopped")
		}
		source := object{}
		source.set("SourceUri", each.SourceURI)
		entity := object{}
		entity.set(string(kind)+"Name", each.Name)
		entity.set(string(kind)+"Type", each.Type)
		if kind == LineageArtifact {
			c.refuse("is not known of artifacts; remove it", given{at + ".sourceType", each.SourceType != ""}, given{at + ".description", each.Description != ""})
		} else {
			source.set("SourceType", each.SourceType)
			entity.set("Description", each.Description)
		}
		entity.set("Source", source)
		if kind == LineageAction {
			entity.set("Status", each.Status)
		}
		entity.set("Properties", each.Properties)
		out = append(out, entity)
	}
	return out
}

// end is one side of an association.
func (c *checker) end(at string, a LineageArgs, e LineageEnd) object {
	if (e.ARN == "") == (e.Name == "") {
		c.addf(at, "has neither or both of arn and name; give one of them")
		return nil
	}
	if e.ARN != "" {
		return object{{"Arn", e.ARN.tree()}}
	}
	entities := map[LineageKind][]LineageEntity{LineageAction: a.Actions, LineageArtifact: a.Artifacts, LineageContext: a.Contexts}
	of, ok := entities[e.Kind]
	if !ok {
		c.addf(at+".kind", "%q is unknown; use one of %s", e.Kind, list([]LineageKind{LineageAction, LineageArtifact, LineageContext}))
	}
	found := false
	for _, each := range of {
		found = found || each.Name == e.Name
	}
	if ok && !found {
		c.addf(at+".name", "%s is no %s of this step; name one, or give the arn", quoted(e.Name), lower(string(e.Kind)))
	}
	return object{{"Name", e.Name.tree()}, {"Type", string(e.Kind)}}
}
