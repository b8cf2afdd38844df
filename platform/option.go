package platform

// An Option adds what is a team's own to the platform. Give the same ones to Main, Load and Synthesize.
type Option func(*additions)

// additions are what all options together add.
type additions struct{}

func gather(own []Option) additions {
	var all additions
	for _, add := range own {
		add(&all)
	}
	return all
}
