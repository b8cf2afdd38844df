package policy

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/mlplatform/mlplatform/internal/jsontext"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
)

// Size limits of IAM, in characters without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	// MaxManaged is the limit of one managed policy.
	MaxManaged = 6144
	// MaxInlineTotal is the limit of all inline policies of a role together.
	MaxInlineTotal = 10240
	// MaxTrust is the default limit of a role's trust policy. AWS can raise it to 4,096.
	MaxTrust = 2048
)

// tokenSize stands for a value that only Terraform knows. Most are ARNs: 20 to 100 characters.
const tokenSize = 120

var tokenPattern = lazyregexp.New(`\$\{TfToken\[[^\]]*\]\}`)

// Size is the number of characters that IAM counts. Each unresolved Terraform token counts as 120, the length of a
// long ARN, so that a document which fits here also fits there.
func (d Document) Size() int { return textSize(d.marshal()) }

// size is what the statement adds to its document, with the comma before the next one. So sizes of documents are sums, and trying where a
// statement fits writes none of them again.
func (s Statement) size() int { return textSize(jsontext.Compact(s.json())) + 1 }

// room is what a document of at most limit characters has for the sizes of its statements, the last of which has no comma.
func room(limit int) int { return limit - Document{}.Size() + 1 }

func textSize(text string) int {
	tokens := tokenPattern.FindAllString(text, -1)
	size := len(text)
	for _, token := range tokens {
		size += tokenSize - len(token)
	}
	return size
}

// Split spreads the statements over as few documents as keep their order and are each at most limit characters. Where that
// is more than a role can have, which is 10, gaps are filled with later statements.
// A statement that is too large by itself is divided by its actions, then by its resources. It is an error if even
// one action on one resource does not fit.
func Split(statements []Statement, limit int) ([]Document, error) {
	var documents []Document
	var current Document
	var all []Statement
	left := room(limit)
	used := map[string]bool{}
	for _, s := range statements {
		used[s.Sid] = true
	}
	for _, whole := range statements {
		pieces, err := divide(whole, limit)
		if err != nil {
			return nil, err
		}
		number(pieces, used)
		all = append(all, pieces...)
		for _, piece := range pieces {
			size := piece.size()
			if size > left && len(current.Statements) > 0 {
				documents, current, left = append(documents, current), Document{}, room(limit)
			}
			current.Statements, left = append(current.Statements, piece), left-size
		}
	}
	if len(current.Statements) > 0 {
		documents = append(documents, current)
	}
	if len(documents) > maxAttached {
		return firstFit(all, limit), nil
	}
	return documents, nil
}

// Spread puts statements into at most so many managed policies, and what has no room there into one inline policy of at most inline
// characters. It is an error if that is not enough.
func Spread(statements []Statement, managed, inline int) (policies []Document, rest []Statement, err error) {
	policies, err = Split(statements, MaxManaged)
	if err != nil || len(policies) <= managed {
		return policies, nil, err
	}
	for _, each := range policies[managed:] {
		rest = append(rest, each.Statements...)
	}
	if New(rest...).Size() > inline {
		return nil, nil, fmt.Errorf("need %d managed policies, a role may have %d; use fewer statements or several roles", len(policies), managed)
	}
	return policies[:managed], rest, nil
}

// maxAttached is how many managed policies a role can have.
const maxAttached = 10

// firstFit puts each statement into the first document that has room for it.
func firstFit(statements []Statement, limit int) []Document {
	var documents []Document
	var left []int
	for _, s := range statements {
		size := s.size()
		at := slices.IndexFunc(left, func(room int) bool { return size <= room })
		if at < 0 {
			documents, left, at = append(documents, Document{}), append(left, room(limit)), len(documents)
		}
		documents[at].Statements, left[at] = append(documents[at].Statements, s), left[at]-size
	}
	return documents
}

// numberSize is how many characters the number takes that divide appends to a Sid.
const numberSize = 3

// divide halves a statement until each piece fits into a document of its own, with a number at its Sid.
func divide(s Statement, limit int) ([]Statement, error) {
	if New(s).Size() <= limit {
		return []Statement{s}, nil
	}
	var pieces []Statement
	switch {
	case len(s.Actions) > 1:
		for _, half := range halves(s.Actions) {
			part := s
			part.Actions = half
			pieces = append(pieces, part)
		}
	case len(s.Resources) > 1:
		for _, half := range halves(s.Resources) {
			part := s
			part.Resources = half
			pieces = append(pieces, part)
		}
	default:
		return nil, fmt.Errorf("statement %q is %d characters long and cannot be divided, %d are allowed; shorten its conditions or resource", s.Sid, New(s).Size(), limit)
	}
	var fitting []Statement
	for _, piece := range pieces {
		parts, err := divide(piece, limit-numberSize)
		if err != nil {
			return nil, err
		}
		fitting = append(fitting, parts...)
	}
	return fitting, nil
}

func halves(values []string) [][]string {
	middle := len(values) / 2
	return [][]string{values[:middle], values[middle:]}
}

// number appends 2, 3 and so on to the Sids of all pieces of a statement but the first, and leaves out what another statement
// is called already, because a Sid must be unique.
func number(pieces []Statement, used map[string]bool) {
	next := 2
	for i := range pieces {
		sid := pieces[i].Sid
		if sid == "" || i == 0 {
			continue
		}
		for used[sid+strconv.Itoa(next)] {
			next++
		}
		pieces[i].Sid = sid + strconv.Itoa(next)
		used[pieces[i].Sid] = true
		next++
	}
}
