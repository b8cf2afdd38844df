package costs

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A Stack is the estimate of a stack.
type Stack struct {
	// Name of the stack.
	Name string
	Estimate
}

// Total is the sum of all stacks, for a month.
func Total(stacks []Stack) float64 {
	sum := 0.0
	for _, stack := range stacks {
		sum += stack.Monthly()
	}
	return sum
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

// Text is a table for a terminal.
func Text(stacks []Stack) string {
	type row struct{ what, number, monthly string }
	rows := []row{{"", "number", "USD a month"}}
	for _, stack := range stacks {
		rows = append(rows, row{fmt.Sprintf("%s (%s)", stack.Name, stack.Region), "", dollars(stack.Monthly())})
		for _, line := range stack.Lines {
			rows = append(rows, row{"  " + line.What, number(line.Number), dollars(line.Monthly())})
		}
	}
	rows = append(rows, row{"all stacks", "", dollars(Total(stacks))})
	width := 0
	for _, each := range rows {
		width = max(width, len(each.what))
	}
	var out strings.Builder
	for _, each := range rows {
		fmt.Fprintf(&out, "%-*s  %6s  %11s\n", width, each.what, each.number, each.monthly)
	}
	fmt.Fprintf(&out, "\nList prices of %s, read %s, may be stale. What is charged by use counts as nothing.\n", strings.Join(Regions, " and "), Read)
	out.WriteString(limits(stacks))
	return out.String()
}

// limits says what the sums leave out, and which of them are of another region.
func limits(stacks []Stack) string {
	var out strings.Builder
	var regions []string
	unpriced := ""
	for _, stack := range stacks {
		if !slices.Contains(Regions, stack.Region) && !slices.Contains(regions, stack.Region) {
			regions = append(regions, stack.Region)
		}
		for _, each := range stack.Unpriced {
			unpriced += "  " + stack.Name + " " + each + "\n"
		}
	}
	if len(regions) > 0 {
		fmt.Fprintf(&out, "Those of %s differ: take the sums for their order of magnitude.\n", strings.Join(regions, ", "))
	}
	if unpriced != "" {
		out.WriteString("Not counted, because delivery/costs/prices.go has no price:\n" + unpriced)
	}
	return out.String()
}

func dollars(amount float64) string { return strconv.FormatFloat(amount, 'f', 2, 64) }

// Markdown is the same for a page: a table of the stacks, one of what each consists of.
func Markdown(stacks []Stack) string {
	var out strings.Builder
	var unpriced []string
	out.WriteString("| stack | region | USD a month | of which |\n|---|---|---|---|\n")
	for _, stack := range stacks {
		var parts []string
		for _, line := range stack.Lines {
			parts = append(parts, fmt.Sprintf("%s × %s %.2f", number(line.Number), line.What, line.Monthly()))
		}
		if len(parts) == 0 {
			parts = []string{"nothing"}
		}
		for _, each := range stack.Unpriced {
			address, what, _ := strings.Cut(each, ": ")
			kind, _, _ := strings.Cut(address, ".")
			unpriced = append(unpriced, "`"+stack.Name+"` "+kind+", "+what)
		}
		fmt.Fprintf(&out, "| `%s` | %s | **%.2f** | %s |\n", stack.Name, stack.Region, stack.Monthly(), strings.Join(parts, "; "))
	}
	fmt.Fprintf(&out, "| all | | **%.2f** | |\n", Total(stacks))
	if len(unpriced) > 0 {
		out.WriteString("\nNot counted, because there is no price here: " + strings.Join(unpriced, "; ") + ".\n")
	}
	return out.String()
}

// MarkdownPrices is a table of the prices, with their sources.
func MarkdownPrices() string {
	all := []Price{natGateway, publicIPv4, endpoint, controlPlane, gp3, kmsKey, alarm, dashboard, parameter, collector, secret, balancer, webACL, webRule, fargateCPU, fargateGB, armCPU, armGB, rdsGB}
	for _, table := range []map[string]Price{instances, hosting, tracking, databases} {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			all = append(all, table[name])
		}
	}
	var out strings.Builder
	out.WriteString("| what | USD | for | AWS's page | read at |\n|---|---|---|---|---|\n")
	for _, price := range all {
		fmt.Fprintf(&out, "| %s | %s | %s | <%s> | %s |\n", price.Of, number(price.USD), price.Unit, price.Page, linked(price.Seen))
	}
	return out.String()
}

// linked makes a link of what begins as one.
func linked(seen string) string {
	if !strings.HasPrefix(seen, "https://") {
		return seen
	}
	address, rest, _ := strings.Cut(seen, " ")
	return "<" + address + "> " + rest
}
