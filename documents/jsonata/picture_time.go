package jsonata

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A timePicture says how a moment is written, such as "[Y0001]-[M01]-[D01]".
// https://www.w3.org/TR/xpath-functions-31/#formatting-dates-and-times
type timePicture []timePart

// A timePart is literal text, or a component of the moment.
type timePart struct {
	literal   string
	component byte
	casing    byte // of names: 'u', 'l' or 't', 0 for numbers
	zulu      bool // UTC is written Z
	integer   *integerPicture
	longest   int // of names
	modulus   int // so many digits of a year, 0 for all
}

const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// How components are written where the picture does not say.
var usual = map[byte]string{'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n"}

func parseTimePicture(picture string) timePicture {
	var out timePicture
	rest := picture
	for rest != "" {
		start := strings.IndexByte(rest, '[')
		if start < 0 {
			start = len(rest)
		}
		if start > 0 {
			out = append(out, timePart{literal: strings.ReplaceAll(rest[:start], "]]", "]")})
		}
		rest = rest[start:]
		if strings.HasPrefix(rest, "[[") {
			out = append(out, timePart{literal: "["})
			rest = rest[2:]
			continue
		}
		if rest == "" {
			break
		}
		end := strings.IndexByte(rest, ']')
		if end < 0 {
			wrongf("the picture %q has a [ without its ]", picture)
		}
		part := parseTimePart(strings.Join(strings.Fields(rest[1:end]), ""))
		if n := len(out); n > 0 && part.integer != nil && out[n-1].integer != nil && strings.IndexByte("Zz", part.component) < 0 {
			out[n-1].integer.width = out[n-1].integer.mandatory
		}
		out = append(out, part)
		rest = rest[end+1:]
	}
	return out
}

func parseTimePart(marker string) timePart {
	if marker == "" || usual[marker[0]] == "" {
		wrongf("[%s] is no component of a moment", marker)
	}
	p := timePart{component: marker[0]}
	style, width, _ := strings.Cut(marker[1:], ",")
	if i := strings.LastIndexByte(marker, ','); i > 0 {
		style, width = marker[1:i], marker[i+1:]
	}
	shortest, longest, _ := strings.Cut(width, "-")
	least, _ := strconv.Atoi(shortest)
	p.longest, _ = strconv.Atoi(longest)
	ordinal := ""
	if n := len(style); n > 1 && strings.IndexByte("atco", style[n-1]) >= 0 {
		p.zulu = style[n-1] == 't'
		if style[n-1] == 'o' {
			ordinal = ";o"
		}
		style = style[:n-1]
	}
	if style == "" {
		style = usual[p.component]
	}
	switch {
	case style[0] == 'n':
		p.casing = 'l'
		return p
	case strings.HasPrefix(style, "Nn"):
		p.casing = 't'
		return p
	case style[0] == 'N':
		p.casing = 'u'
		return p
	case strings.IndexByte("PCE", p.component) >= 0:
		return p
	}
	p.integer = parseIntegerPicture(style + ordinal)
	p.integer.mandatory = max(p.integer.mandatory, least)
	if p.component == 'Y' {
		if p.longest > 0 {
			p.modulus, p.integer.mandatory = p.longest, p.longest
		} else if digits := p.integer.mandatory + p.integer.optional; digits >= 2 {
			p.modulus = digits
		}
	}
	return p
}

// thursday is that of the week, which decides to which year and month the week belongs.
func thursday(t time.Time) time.Time { return t.AddDate(0, 0, 4-weekday(t)) }

// weekday is 1 for Monday to 7 for Sunday.
func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// component is the number of a part of the moment.
func component(t time.Time, name byte) int {
	switch name {
	case 'Y':
		return t.Year()
	case 'M':
		return int(t.Month())
	case 'D':
		return t.Day()
	case 'd':
		return t.YearDay()
	case 'F':
		return weekday(t)
	case 'W':
		return (thursday(t).YearDay()-1)/7 + 1
	case 'w':
		return (thursday(t).Day()-1)/7 + 1
	case 'X':
		return thursday(t).Year()
	case 'x':
		return int(thursday(t).Month())
	case 'H':
		return t.Hour()
	case 'h':
		return (t.Hour()+11)%12 + 1
	case 'P':
		return t.Hour() / 12
	case 'm':
		return t.Minute()
	case 's':
		return t.Second()
	case 'f':
		return t.Nanosecond() / int(time.Millisecond)
	}
	return 0
}

// write writes the moment, with the offset from UTC in hours times 100 plus minutes.
func (p timePicture) write(t time.Time, offset int) string {
	var out strings.Builder
	for _, part := range p {
		if part.component == 0 {
			out.WriteString(part.literal)
			continue
		}
		out.WriteString(part.write(t, offset))
	}
	return out.String()
}

func (p timePart) write(t time.Time, offset int) string {
	n := component(t, p.component)
	switch {
	case p.component == 'Z' || p.component == 'z':
		return p.zone(offset)
	case p.component == 'C' || p.component == 'E':
		return "ISO"
	case p.component == 'P':
		return p.name([]string{"am", "pm"}[n], p.casing == 'u', false)
	case p.integer != nil:
		if p.modulus > 0 {
			n %= int(math.Pow10(p.modulus))
		}
		return p.integer.write(float64(n))
	}
	name := ""
	switch p.component {
	case 'M', 'x':
		name = time.Month(n).String()
	case 'F':
		name = time.Weekday(n % 7).String()
	default:
		wrongf("[%c] has no names, only numbers", p.component)
	}
	return p.name(name, p.casing == 'u', p.casing == 'l')
}

func (p timePart) name(name string, upper, lower bool) string {
	switch {
	case upper:
		name = strings.ToUpper(name)
	case lower:
		name = strings.ToLower(name)
	}
	if p.longest > 0 && len(name) > p.longest {
		name = name[:p.longest]
	}
	return name
}

func (p timePart) zone(offset int) string {
	if offset == 0 && p.zulu {
		return "Z"
	}
	hours, minutes := int(math.Floor(float64(offset)/100)), offset%100
	text := ""
	switch digits := p.integer.mandatory; {
	case p.integer.regular > 0 || digits == 3 || digits == 4:
		text = p.integer.write(float64(offset))
	case digits <= 2:
		text = p.integer.write(float64(hours))
		if minutes != 0 {
			text += fmt.Sprintf(":%02d", minutes)
		}
	default:
		wrong("a time zone has at most four digits")
	}
	if offset >= 0 {
		text = "+" + text
	}
	if p.component == 'z' {
		text = "GMT" + text
	}
	return text
}

// read is the moment that the text stands for, in milliseconds. Parts that are not given are those of now where they come
// before the first that is, and the first possible ones behind. ok is false where the text is not of this picture.
func (p timePicture) read(text string, now time.Time) (millis float64, ok bool) {
	given, found := p.components(text)
	if !found || len(given) == 0 {
		return 0, false
	}
	has := func(names string) bool {
		for i := range len(names) {
			if _, known := given[names[i]]; known {
				return true
			}
		}
		return false
	}
	order := "YMD"
	switch {
	case has("XWw") || has("x"):
		wrong("weeks cannot be read, only written; give year, month and day")
	case has("d") && !has("MD"):
		order = "Yd"
	}
	if has("Ph") && !has("H") {
		order += "Phmsf"
	} else {
		order += "Hmsf"
	}
	started, ended := false, false
	for i := range len(order) {
		name := order[i]
		if _, known := given[name]; known {
			if ended {
				wrong("the picture leaves out a part between those that it has, so that the moment is not known")
			}
			started = true
			continue
		}
		switch {
		case !started:
			given[name] = float64(component(now, name))
		case strings.IndexByte("MDd", name) >= 0:
			given[name], ended = 1, true
		default:
			given[name], ended = 0, true
		}
	}
	month, day := given['M'], given['D']
	if strings.Contains(order, "d") {
		month, day = 1, given['d']
	}
	hour := given['H']
	if strings.Contains(order, "h") {
		hour = math.Mod(given['h'], 12) + 12*given['P']
	}
	t := time.Date(int(given['Y']), time.Month(int(month)), int(day), int(hour), int(given['m']), int(given['s']), int(given['f']*1e6), time.UTC)
	return float64(t.UnixMilli()) - (given['Z']+given['z'])*60_000, true
}

// components are the numbers in a text of the picture.
func (p timePicture) components(text string) (map[byte]float64, bool) {
	pattern := "^"
	for _, part := range p {
		pattern += "(" + part.pattern() + ")"
	}
	groups := regexp.MustCompile("(?i)" + pattern + "$").FindStringSubmatch(text)
	if groups == nil {
		return nil, false
	}
	out := map[byte]float64{}
	for i, part := range p {
		if part.component != 0 {
			out[part.component] = part.read(groups[i+1])
		}
	}
	return out, true
}

func (p timePart) pattern() string {
	switch {
	case p.component == 0:
		return regexp.QuoteMeta(p.literal)
	case p.component == 'Z' || p.component == 'z':
		pattern := "[-+][0-9]+"
		if p.integer.regular > 0 {
			pattern += regexp.QuoteMeta(p.integer.separators[0].text) + "[0-9]+"
		}
		if p.component == 'z' {
			pattern = "GMT" + pattern
		}
		return pattern
	case p.component == 'f':
		return "[0-9]+"
	case p.integer != nil:
		return p.integer.pattern()
	case strings.IndexByte("MxFP", p.component) < 0:
		wrongf("[%c] has no names, only numbers", p.component)
	}
	return "[a-zA-Z]+"
}

func (p timePart) read(text string) float64 {
	switch {
	case p.component == 'Z' || p.component == 'z':
		return p.readZone(strings.TrimPrefix(strings.ToUpper(text), "GMT"))
	case p.component == 'f':
		n, _ := strconv.ParseFloat("0."+text[:min(3, len(text))], 64)
		return math.Round(n * 1000)
	case p.integer != nil:
		return p.integer.read(text)
	case p.component == 'P':
		if strings.EqualFold(text, "pm") {
			return 1
		}
		return 0
	}
	for n := 1; n <= 12; n++ {
		name := time.Month(n).String()
		if p.component == 'F' {
			name = time.Weekday(n % 7).String()
		} else if p.component != 'M' && p.component != 'x' {
			break
		}
		if strings.EqualFold(p.name(name, false, false), text) {
			return float64(n)
		}
	}
	wrongf("[%c] cannot be read from %q", p.component, text)
	return 0
}

// readZone is the offset in minutes.
func (p timePart) readZone(text string) float64 {
	hours, minutes := text, ""
	if p.integer.regular > 0 {
		hours, minutes, _ = strings.Cut(text, p.integer.separators[0].text)
	} else if len(text) > 3 {
		hours, minutes = text[:3], text[3:]
	}
	h, _ := strconv.ParseFloat(hours, 64)
	m, _ := strconv.ParseFloat("0"+minutes, 64)
	return 60*h + m
}
