package lazyregexp

// The methods of regexp.Regexp that this module uses.

func (r *Regexp) MatchString(text string) bool { return r.regexp().MatchString(text) }

func (r *Regexp) FindString(text string) string { return r.regexp().FindString(text) }

func (r *Regexp) FindStringIndex(text string) []int { return r.regexp().FindStringIndex(text) }

func (r *Regexp) FindStringSubmatch(text string) []string { return r.regexp().FindStringSubmatch(text) }

func (r *Regexp) FindAllString(text string, n int) []string { return r.regexp().FindAllString(text, n) }

func (r *Regexp) FindAllStringIndex(text string, n int) [][]int {
	return r.regexp().FindAllStringIndex(text, n)
}

func (r *Regexp) FindAllStringSubmatch(text string, n int) [][]string {
	return r.regexp().FindAllStringSubmatch(text, n)
}

func (r *Regexp) FindAllStringSubmatchIndex(text string, n int) [][]int {
	return r.regexp().FindAllStringSubmatchIndex(text, n)
}

func (r *Regexp) ReplaceAll(text, with []byte) []byte { return r.regexp().ReplaceAll(text, with) }

func (r *Regexp) ReplaceAllString(text, with string) string {
	return r.regexp().ReplaceAllString(text, with)
}

func (r *Regexp) ReplaceAllStringFunc(text string, with func(string) string) string {
	return r.regexp().ReplaceAllStringFunc(text, with)
}

func (r *Regexp) Match(text []byte) bool { return r.regexp().Match(text) }
