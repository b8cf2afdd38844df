package jsonata

import (
	"math"
	"strconv"
	"strings"
)

// A numberPicture says how a number is written, such as "#,##0.00" or "0.0e00", by the rules of XPath.
// https://www.w3.org/TR/xpath-functions-31/#formatting-numbers
type numberPicture struct {
	signs
	text, prefix, suffix        string
	integer, fraction           string
	exponent                    string
	hasExponent                 bool
	leastInteger                int
	leastFraction, mostFraction int
	leastExponent               int
	scale                       int
	groups                      []int // positions of separators, counted from the point
	every                       int   // the distance of all of them, where it is the same
	fractionGroups              []int
}

// The signs of a picture can be replaced by options of $formatNumber.
type signs struct {
	point, group, exponentSign, minus, percent, perMille, zero, digit, split string
}

func formatNumber(_ *call, a []any) any {
	s := signs{".", ",", "e", "-", "%", "‰", "0", "#", ";"}
	if options, given := at(a, 2).(*object); given {
		for key, sign := range map[string]*string{"decimal-separator": &s.point, "grouping-separator": &s.group, "exponent-separator": &s.exponentSign,
			"minus-sign": &s.minus, "percent": &s.percent, "per-mille": &s.perMille, "zero-digit": &s.zero, "digit": &s.digit, "pattern-separator": &s.split} {
			if value, ok := options.fields[key].(string); ok {
				*sign = value
			}
		}
	}
	pictures := strings.Split(textArgument(a, 1, ""), s.split)
	if len(pictures) > 2 {
		wrongf("a picture has at most two parts, %q has more", textArgument(a, 1, ""))
	}
	n := a[0].(float64)
	var parsed []*numberPicture
	for _, each := range pictures {
		parsed = append(parsed, s.parse(each))
	}
	switch {
	case n >= 0:
		return parsed[0].write(n)
	case len(parsed) > 1:
		return parsed[1].write(n)
	}
	parsed[0].prefix = s.minus + parsed[0].prefix
	return parsed[0].write(n)
}

// isDigit says whether the sign is one of the digits, which follow the zero.
func (s signs) isDigit(r rune) bool {
	zero := []rune(s.zero)[0]
	return r >= zero && r <= zero+9
}

func (s signs) isActive(r rune) bool {
	return s.isDigit(r) || strings.ContainsRune(s.point+s.exponentSign+s.group+s.digit+s.split, r)
}

func (s signs) digits(text string) int { return len([]rune(strings.Map(s.keepDigit, text))) }

func (s signs) keepDigit(r rune) rune {
	if s.isDigit(r) {
		return r
	}
	return -1
}

// places counts digits, those that are not always written included.
func (s signs) places(text string) int { return s.digits(text) + strings.Count(text, s.digit) }

func (s signs) parse(text string) *numberPicture {
	p := &numberPicture{signs: s, text: text}
	bound := func(r rune) bool { return s.isActive(r) && string(r) != s.exponentSign }
	first, last := strings.IndexFunc(text, bound), strings.LastIndexFunc(text, bound)
	active := text
	if first >= 0 {
		size := len(string([]rune(text[last:])[0]))
		p.prefix, active, p.suffix = text[:first], text[first:last+size], text[last+size:]
	}
	mantissa := active
	if i := strings.Index(active, s.exponentSign); i >= 0 {
		mantissa, p.exponent, p.hasExponent = active[:i], active[i+len(s.exponentSign):], true
	}
	p.integer, p.fraction, _ = strings.Cut(mantissa, s.point)
	p.check(active, mantissa)
	p.measure()
	return p
}

// check refuses what no picture is.
func (p *numberPicture) check(active, mantissa string) {
	refuse := func(when bool, why string) {
		if when {
			wrongf("the picture %q %s", p.text, why)
		}
	}
	refuse(strings.Count(p.text, p.point) > 1, "has more than one point")
	refuse(strings.Count(p.text, p.percent) > 1, "has more than one percent sign")
	refuse(strings.Count(p.text, p.perMille) > 1, "has more than one per mille sign")
	scaled := strings.Contains(p.text, p.percent) || strings.Contains(p.text, p.perMille)
	refuse(strings.Contains(p.text, p.percent) && strings.Contains(p.text, p.perMille), "has a percent sign and a per mille sign")
	refuse(p.places(mantissa) == 0, "has no digit")
	refuse(strings.ContainsFunc(active, func(r rune) bool { return !p.isActive(r) }), "has other signs between its digits")
	refuse(strings.Contains(p.text, p.group+p.point) || strings.Contains(p.text, p.point+p.group), "has a separator beside the point")
	refuse(!strings.Contains(p.text, p.point) && strings.HasSuffix(p.integer, p.group), "ends with a separator")
	refuse(strings.Contains(p.text, p.group+p.group), "has two separators side by side")
	if i := strings.Index(p.integer, p.digit); i >= 0 {
		refuse(p.digits(p.integer[:i]) > 0, "has an optional digit behind a mandatory one, before the point")
	}
	if i := strings.LastIndex(p.fraction, p.digit); i >= 0 {
		refuse(p.digits(p.fraction[i:]) > 0, "has an optional digit before a mandatory one, behind the point")
	}
	refuse(p.hasExponent && p.exponent != "" && scaled, "has an exponent and a percent or per mille sign")
	refuse(p.hasExponent && (p.exponent == "" || p.digits(p.exponent) != len([]rune(p.exponent))), "has an exponent that is not of digits")
}

// measure counts the digits and places the separators.
func (p *numberPicture) measure() {
	for i := strings.Index(p.integer, p.group); i >= 0; {
		p.groups = append(p.groups, p.places(p.integer[i:]))
		next := strings.Index(p.integer[i+1:], p.group)
		if next < 0 {
			break
		}
		i += 1 + next
	}
	p.every = interval(p.groups)
	for i, r := range p.fraction {
		if string(r) == p.group {
			p.fractionGroups = append(p.fractionGroups, p.places(p.fraction[:i]))
		}
	}
	p.leastInteger = p.digits(p.integer)
	p.scale = p.leastInteger
	p.leastFraction, p.mostFraction = p.digits(p.fraction), p.places(p.fraction)
	if p.leastInteger == 0 && p.mostFraction == 0 {
		if p.hasExponent {
			p.leastFraction, p.mostFraction = 1, 1
		} else {
			p.leastInteger = 1
		}
	}
	if p.hasExponent && p.leastInteger == 0 && strings.Contains(p.integer, p.digit) {
		p.leastInteger = 1
	}
	if p.leastInteger == 0 && p.leastFraction == 0 {
		p.leastFraction = 1
	}
	p.leastExponent = p.digits(p.exponent)
}

func (p *numberPicture) write(n float64) string {
	switch {
	case strings.Contains(p.text, p.percent):
		n *= 100
	case strings.Contains(p.text, p.perMille):
		n *= 1000
	}
	exponent := 0
	if p.leastExponent > 0 && n != 0 {
		most, least := math.Pow(10, float64(p.scale)), math.Pow(10, float64(p.scale-1))
		for ; math.Abs(n) < least; exponent-- {
			n *= 10
		}
		for ; math.Abs(n) > most; exponent++ {
			n /= 10
		}
	}
	digits := strconv.FormatFloat(math.Abs(rounded(n, p.mostFraction)), 'f', p.mostFraction, 64)
	integer, fraction, _ := strings.Cut(digits, ".")
	integer = strings.TrimLeft(integer, "0")
	fraction = strings.TrimRight(fraction, "0")
	integer = strings.Repeat("0", max(0, p.leastInteger-len(integer))) + integer
	fraction += strings.Repeat("0", max(0, p.leastFraction-len(fraction)))
	out := p.grouped(p.translated(integer))
	if strings.Contains(p.text, p.point) && fraction != "" {
		out += p.point + p.fractionGrouped(p.translated(fraction))
	}
	if p.leastExponent > 0 {
		sign := ""
		if exponent < 0 {
			sign, exponent = p.minus, -exponent
		}
		text := strconv.Itoa(exponent)
		out += p.exponentSign + sign + p.translated(strings.Repeat("0", max(0, p.leastExponent-len(text)))+text)
	}
	return p.prefix + out + p.suffix
}

// translated has the digits of the picture's script.
func (p *numberPicture) translated(digits string) string {
	zero := []rune(p.zero)[0]
	return strings.Map(func(r rune) rune { return r - '0' + zero }, digits)
}

func (p *numberPicture) grouped(integer string) string {
	runes := []rune(integer)
	positions := p.groups
	if p.every > 0 {
		positions = nil
		for i := p.every; i < len(runes); i += p.every {
			positions = append(positions, i)
		}
	}
	var out strings.Builder
	for i, r := range runes {
		if i > 0 {
			for _, position := range positions {
				if position == len(runes)-i {
					out.WriteString(p.group)
				}
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}

func (p *numberPicture) fractionGrouped(fraction string) string {
	var out strings.Builder
	for i, r := range []rune(fraction) {
		for _, position := range p.fractionGroups {
			if position == i {
				out.WriteString(p.group)
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}
