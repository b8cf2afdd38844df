package kubernetes

import (
	"maps"
	"math/big"
	"slices"

	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
)

// A Quantity is an amount such as 500m or 2 of processors, 2Gi of memory, or 1 of GPUs.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
type Quantity string

var quantityPattern = lazyregexp.New(`^([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$`)

var suffixes = map[string]*big.Rat{
	"": big.NewRat(1, 1), "m": big.NewRat(1, 1000),
	"k": power(1000, 1), "M": power(1000, 2), "G": power(1000, 3), "T": power(1000, 4), "P": power(1000, 5), "E": power(1000, 6),
	"Ki": power(1024, 1), "Mi": power(1024, 2), "Gi": power(1024, 3), "Ti": power(1024, 4), "Pi": power(1024, 5), "Ei": power(1024, 6),
}

func power(base, exponent int64) *big.Rat {
	return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(base), big.NewInt(exponent), nil))
}

// amount is the quantity as a number, and whether it is one.
func (q Quantity) amount() (*big.Rat, bool) {
	match := quantityPattern.FindStringSubmatch(string(q))
	if match == nil {
		return nil, false
	}
	number, _ := new(big.Rat).SetString(match[1])
	return number.Mul(number, suffixes[match[2]]), true
}

// Exceeds reports whether it is more than another. What is no quantity exceeds nothing.
func (q Quantity) Exceeds(other Quantity) bool {
	one, known := q.amount()
	two, alsoKnown := other.amount()
	return known && alsoKnown && one.Cmp(two) > 0
}

// Resources are amounts by the name of what they are of: cpu, memory, ephemeral-storage, nvidia.com/gpu.
type Resources map[string]Quantity

// GPU is the resource of NVIDIA's GPUs, whole ones only.
const GPU = "nvidia.com/gpu"

// Requirements are what a container asks for and what it may take.
// https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
type Requirements struct {
	// Requests are set aside for the container. Default: the limits.
	Requests Resources `json:"requests,omitempty"`
	// Limits are the most it gets. Default: none.
	Limits Resources `json:"limits,omitempty"`
}

func (r Resources) check(problems *problem.List, path string) {
	for _, name := range slices.Sorted(maps.Keys(r)) {
		at := problem.Key(path, name)
		if amount, ok := r[name].amount(); !ok {
			problems.Addf(at, "%q is no quantity; write it like 500m, 2 or 4Gi", r[name])
		} else if name == GPU && !amount.IsInt() {
			problems.Addf(at, "%q is a part of a GPU; use a whole number", r[name])
		} else if (name == "memory" || name == "ephemeral-storage") && amount.Sign() > 0 && amount.Cmp(power(1024, 2)) < 0 {
			problems.Addf(at, "%q is less than a mebibyte; write it like 512Mi or 4Gi", r[name])
		}
	}
}

// Check reports, with path before each problem, what are no quantities, and requests above their limits.
func (r Requirements) Check(path string) error {
	var problems problem.List
	r.check(&problems, path)
	return problems.Err()
}

func (r Requirements) check(problems *problem.List, path string) {
	r.Requests.check(problems, path+".requests")
	r.Limits.check(problems, path+".limits")
	for _, name := range slices.Sorted(maps.Keys(r.Requests)) {
		request, ok := r.Requests[name].amount()
		limit, also := r.Limits[name].amount()
		if ok && also && request.Cmp(limit) > 0 {
			problems.Addf(problem.Key(path+".requests", name), "%q is more than the limit %q; raise the limit or ask for less", r.Requests[name], r.Limits[name])
		}
		if limitGiven := r.Limits[name] != ""; name == GPU && (!limitGiven || ok && also && request.Cmp(limit) != 0) {
			problems.Addf(problem.Key(path+".requests", name), "%q is asked for; GPUs are given by limits, which the request must equal", r.Requests[name])
		}
	}
}
