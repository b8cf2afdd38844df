package awsemulator

import (
	"maps"
	"net/http"
)

func ecrGaps() []Gap {
	return []Gap{
		{
			Service: "ecr", Operations: []string{"CreatePullThroughCacheRule", "DescribePullThroughCacheRules", "UpdatePullThroughCacheRule", "DeletePullThroughCacheRule"},
			What: "has no pull-through cache rules", How: "one for each prefix of a registry, described as it was asked for",
			answer: (*Emulator).cacheRules,
		},
		{
			Service: "ecr", Operations: []string{"CreateRepositoryCreationTemplate", "DescribeRepositoryCreationTemplates", "UpdateRepositoryCreationTemplate", "DeleteRepositoryCreationTemplate"},
			What: "has no templates of repositories", How: "one for each prefix of a registry, described as it was asked for",
			answer: (*Emulator).creationTemplates,
		},
	}
}

func (e *Emulator) cacheRules(r *request) *response {
	return e.byPrefix(r, prefixed{
		kind: "ecr/cache", prefix: "ecrRepositoryPrefix", wanted: "ecrRepositoryPrefixes", shape: "PullThroughCacheRule", listed: "pullThroughCacheRules",
		exists: "PullThroughCacheRuleAlreadyExistsException", missing: "PullThroughCacheRuleNotFoundException",
		create: "CreatePullThroughCacheRule", update: "UpdatePullThroughCacheRule", remove: "DeletePullThroughCacheRule",
	})
}

func (e *Emulator) creationTemplates(r *request) *response {
	return e.byPrefix(r, prefixed{
		kind: "ecr/template", prefix: "prefix", wanted: "prefixes", shape: "RepositoryCreationTemplate", listed: "repositoryCreationTemplates", member: "repositoryCreationTemplate",
		exists: "TemplateAlreadyExistsException", missing: "TemplateNotFoundException",
		create: "CreateRepositoryCreationTemplate", update: "UpdateRepositoryCreationTemplate", remove: "DeleteRepositoryCreationTemplate",
	})
}

// prefixed is a kind of thing of which a registry has one for each prefix.
type prefixed struct{ kind, prefix, wanted, shape, listed, member, exists, missing, create, update, remove string }

func (e *Emulator) byPrefix(r *request, k prefixed) *response {
	e.store.mutex.Lock()
	defer e.store.mutex.Unlock()
	name := text(r.Arguments, k.prefix)
	found := e.object(r, k.kind, name)
	one := func(o object) *response {
		if k.member == "" {
			return reply(o)
		}
		return reply(object{"registryId": r.Account, k.member: o})
	}
	switch r.Operation {
	case k.create:
		if found != nil {
			return refuse(r, http.StatusBadRequest, k.exists, "there is one for the prefix "+name+" already")
		}
		made := r.model.copyOf(k.shape, r.Arguments)
		made["createdAt"], made["updatedAt"] = now(), now()
		if k.member == "" {
			made["registryId"] = r.Account
		}
		e.keep(r, k.kind, name, made)
		return one(made)
	case k.update, k.remove:
		if found == nil {
			return refuse(r, http.StatusBadRequest, k.missing, "there is none for the prefix "+name)
		}
		if r.Operation == k.remove {
			e.drop(r, k.kind, name)
			return one(found)
		}
		maps.Copy(found, r.model.copyOf(k.shape, r.Arguments))
		return one(found)
	}
	out := []any{}
	for _, each := range e.all(r, k.kind, "") {
		wanted := lists(r.Arguments[k.wanted])
		for _, want := range wanted {
			if want == each[k.prefix] {
				out = append(out, each)
			}
		}
		if len(wanted) == 0 {
			out = append(out, each)
		}
	}
	if len(out) == 0 && len(lists(r.Arguments[k.wanted])) > 0 {
		return refuse(r, http.StatusBadRequest, k.missing, "there is none for these prefixes")
	}
	return reply(object{"registryId": r.Account, k.listed: out})
}
