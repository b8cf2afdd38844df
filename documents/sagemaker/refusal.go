package sagemaker

import "strings"

// A Refusal is what the service would refuse: a field, what is wrong, and what to do. Whoever asks says where its own field
// stands.
type Refusal struct{ Field, Message, Fix string }

// Text is the message with the fix behind it.
func (r Refusal) Text() string { return r.Message + "; " + r.Fix }

// refused takes the text of another check apart.
func refused(field, wrong string) Refusal {
	message, fix, _ := strings.Cut(wrong, "; ")
	return Refusal{field, message, fix}
}
