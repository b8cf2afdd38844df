package platform

// An Option adds what is a team's own to the platform. Give the same ones to Main, Load and Synthesize.
type Option func(*additions)

// additions are what all options together add.
type additions struct {
	drawing func(stack, name, mermaid string)
}

// Drawing receives a drawing in Mermaid of each pipeline and state machine as the stacks are built, with the names of its stack and of the
// drawing. Default: nothing is drawn.
func Drawing(receive func(stack, name, mermaid string)) Option {
	return func(all *additions) { all.drawing = receive }
}

func gather(own []Option) additions {
	var all additions
	for _, add := range own {
		add(&all)
	}
	return all
}
