// Package lazyregexp is for regular expressions in package variables: each is compiled when it is first used. Five hundred of them,
// of which a run uses a few, would otherwise be compiled at the start of every command and of every program that imports a construct.
package lazyregexp

import (
	"regexp"
	"sync"
)

// A Regexp is one of package regexp, compiled at its first use. It may be used by many goroutines.
type Regexp struct {
	text     string
	once     sync.Once
	compiled *regexp.Regexp
}

// all that were made, for Check. Package variables are initialised one after the other, so that nothing guards it.
var all []*Regexp

// New takes an expression of package regexp. Call it in the declaration of a package variable only. What does not compile panics at its first
// use, and Check finds it.
func New(text string) *Regexp {
	r := &Regexp{text: text}
	all = append(all, r)
	return r
}

// Check compiles all that the packages of this program have, and tells the first that does not compile.
func Check() error {
	for _, each := range all {
		if _, err := regexp.Compile(each.text); err != nil {
			return err // with the expression
		}
	}
	return nil
}

func (r *Regexp) regexp() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.text) })
	return r.compiled
}
