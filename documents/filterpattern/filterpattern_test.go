package filterpattern_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	. "github.com/mlplatform/mlplatform/documents/filterpattern"
)

func TestPattern(t *testing.T) {
	for want, condition := range map[string]Condition{
		`{ $.eventName = "StopLogging" }`:                                                        Is("eventName", "StopLogging"),
		`{ ($.eventName = "StopLogging") || ($.eventName = "Delete*") }`:                         Is("eventName", "StopLogging", "Delete*"),
		`{ $.errorCode NOT EXISTS }`:                                                             Missing("errorCode"),
		`{ ($.userIdentity.type NOT EXISTS) || ($.userIdentity.type != "AWSService") }`:          Not("userIdentity.type", "AWSService"),
		`{ ($.a = "1") && (($.b NOT EXISTS) || ($.b != "2")) && (($.c = "3") || ($.d = "*4")) }`: All(Is("a", "1"), Not("b", "2"), Any(Is("c", "3"), Is("d", "*4"))),
	} {
		got, err := condition.Pattern()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestProblems(t *testing.T) {
	_, err := All(Is("user identity", "a"), Not("b", `"`), Is("c", "a*b"), Any(), Not("e", ""), Is("d", strings.Repeat("x", MaxLength))).Pattern()
	require.EqualError(t, err, `user identity: is no field of an event; write it like userIdentity.type
b: "\"" is no value to compare with; use 1 or more characters other than quotes and backslashes, with * at the beginning or end at most
c: "a*b" is no value to compare with; use 1 or more characters other than quotes and backslashes, with * at the beginning or end at most
condition: is empty; give it a field with a value, or other conditions
e: "**" is no value to compare with; use 1 or more characters other than quotes and backslashes, with * at the beginning or end at most
pattern: has 1165 characters, where CloudWatch Logs takes 1024; use fewer conditions, or values with a *`)
}

func TestMatches(t *testing.T) {
	event := map[string]any{"eventName": "AssumeRole", "userIdentity": map[string]any{"type": "AssumedRole"}, "requestParameters": nil}
	for _, each := range []struct {
		condition Condition
		want      bool
	}{
		{Is("eventName", "AssumeRole"), true},
		{Is("eventName", "Assume*"), true},
		{Is("eventName", "*Role"), true},
		{Is("eventName", "*ssume*"), true},
		{Is("eventName", "assumeRole", "x"), false},
		{Is("eventName", "*Assume"), false},
		{Is("userIdentity.type", "AssumedRole"), true},
		{Is("requestParameters.roleArn", "*"), false},
		{Not("requestParameters.roleArn", "a"), true},
		{Missing("requestParameters"), true},
		{Missing("requestParameters.roleArn"), true},
		{Missing("eventName"), false},
		{Not("eventName", "AssumeRole"), false},
		{Not("eventName", "a", "b"), true},
		{Not("eventName", "a", "Assume*"), false},
		{All(Is("eventName", "AssumeRole"), Is("userIdentity.type", "Root")), false},
		{Any(Is("eventName", "a"), Is("userIdentity.type", "AssumedRole")), true},
		{Any(Is("eventName", "a"), Is("userIdentity.type", "Root")), false},
	} {
		text, _ := each.condition.Pattern()
		require.Equal(t, each.want, each.condition.Matches(event), text)
	}
}

func ExampleIs() {
	pattern, err := All(Is("eventSource", "cloudtrail.amazonaws.com"), Is("eventName", "StopLogging", "DeleteTrail")).Pattern()
	fmt.Println(pattern, err)
	// Output: { ($.eventSource = "cloudtrail.amazonaws.com") && (($.eventName = "StopLogging") || ($.eventName = "DeleteTrail")) } <nil>
}
