package tf

import "sync"

// A Place is where the resources under a construct live.
type Place struct{ Partition, Region, Account string }

// places knows the place of constructs by the objects that Go holds for them, which the bindings keep until the program
// ends: asking Node.js at each construct would cost as much as a resource.
var places = struct {
	sync.Mutex
	of map[any]Place
}{of: map[any]Place{}}

// SetPlace says where the resources under a construct live, for all that are made under it from now on.
func SetPlace(scope Construct, place Place) {
	remember(scope, place)
	// A type that embeds a stack is another object in Go, and the same one in Node.js, which answers with the one that it knows.
	if path := ancestry(scope); len(path) > 0 {
		remember(path[len(path)-1], place)
	}
}

// PlaceOf is the place of the nearest construct at or above scope that has one.
func PlaceOf(scope Construct) (Place, bool) {
	if place, known := placeKnown(scope); known {
		return place, true
	}
	path := ancestry(scope)
	for i := len(path) - 1; i >= 0; i-- {
		if place, known := placeKnown(path[i]); known {
			remember(scope, place)
			return place, true
		}
	}
	return Place{}, false
}

// ancestry asks Node.js for the construct and all above it, from the root down. It is empty where that fails: whoever makes the
// next resource there hears why.
func ancestry(scope Construct) (path []any) {
	_ = Guard("", func() error {
		for _, each := range *scope.Node().Scopes() {
			path = append(path, each)
		}
		return nil
	})
	return path
}

func placeKnown(construct any) (Place, bool) {
	places.Lock()
	defer places.Unlock()
	place, known := places.of[construct]
	return place, known
}

func remember(construct any, place Place) {
	places.Lock()
	defer places.Unlock()
	places.of[construct] = place
}

// inherit gives a construct that was just made the place of the one around it, where that is known without asking.
func inherit(inner, outer Construct) {
	if place, known := placeKnown(outer); known {
		remember(inner, place)
	}
}
