package pipeline_test

import . "github.com/mlplatform/mlplatform/documents/pipeline" //nolint:revive // the cases read like a user's program

// sdkConditions are the cases of the SDK's test_conditions.py.
func sdkConditions() []sdkCase {
	number := func(p *Pipeline) IntegerRef { return p.Integer("MyInt", 1) }
	text := func(p *Pipeline) String { return p.String("MyStr", "foo") }
	var cases []sdkCase
	add := func(test string, condition func(p *Pipeline) Condition, want string) {
		cases = append(cases, sdkCase{
			test: "test_conditions.py/" + test, commit: "4aa73dafbb5a844bcf7731f2d7b9d4e6c4748f12", want: want,
			build: func(p *Pipeline) {
				p.Condition("check", ConditionArgs{If: []Condition{condition(p)}, Then: []Step{p.Fail("stop", FailArgs{})}})
			},
			pick: []any{"Steps", 0, "Arguments", "Conditions", 0},
		})
	}
	add("test_condition_equals", func(p *Pipeline) Condition { return Equals(number(p), Int(1)) },
		`{"Type": "Equals", "LeftValue": {"Get": "Parameters.MyInt"}, "RightValue": 1}`)
	add("test_condition_equals_parameter", func(p *Pipeline) Condition { return Equals(number(p), p.Integer("MyInt2", 2)) },
		`{"Type": "Equals", "LeftValue": {"Get": "Parameters.MyInt"}, "RightValue": {"Get": "Parameters.MyInt2"}}`)
	add("test_condition_greater_than", func(*Pipeline) Condition { return GreaterThan(StartDateTime, String("2020-12-01")) },
		`{"Type": "GreaterThan", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": "2020-12-01"}`)
	add("test_condition_greater_than_or_equal_to", func(p *Pipeline) Condition { return GreaterThanOrEqualTo(StartDateTime, text(p)) },
		`{"Type": "GreaterThanOrEqualTo", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": {"Get": "Parameters.MyStr"}}`)
	add("test_condition_less_than", func(*Pipeline) Condition { return LessThan(StartDateTime, String("2020-12-01")) },
		`{"Type": "LessThan", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": "2020-12-01"}`)
	add("test_condition_less_than_or_equal_to", func(p *Pipeline) Condition { return LessThanOrEqualTo(StartDateTime, text(p)) },
		`{"Type": "LessThanOrEqualTo", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": {"Get": "Parameters.MyStr"}}`)
	add("test_condition_in", func(p *Pipeline) Condition { return In(text(p), String("abc"), String("def")) },
		`{"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", "def"]}`)
	add("test_condition_in_mixed", func(p *Pipeline) Condition { return In(text(p), String("abc"), p.String("foo", ""), StartDateTime) },
		`{"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", {"Get": "Parameters.foo"}, {"Get": "Execution.StartDateTime"}]}`)
	add("test_condition_not", func(p *Pipeline) Condition { return Not(Equals(text(p), String("foo"))) },
		`{"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": {"Get": "Parameters.MyStr"}, "RightValue": "foo"}}`)
	add("test_condition_not_in", func(p *Pipeline) Condition { return Not(In(text(p), String("abc"), String("def"))) },
		`{"Type": "Not", "Condition": {"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", "def"]}}`)
	add("test_condition_or", func(p *Pipeline) Condition {
		return Or(GreaterThan(StartDateTime, String("2020-12-01")), In(text(p), String("abc"), String("def")))
	}, `{"Type": "Or", "Conditions": [
		{"Type": "GreaterThan", "LeftValue": {"Get": "Execution.StartDateTime"}, "RightValue": "2020-12-01"},
		{"Type": "In", "QueryValue": {"Get": "Parameters.MyStr"}, "Values": ["abc", "def"]}]}`)
	add("test_left_and_right_primitives", func(*Pipeline) Condition { return Equals(Int(2), Int(1)) },
		`{"Type": "Equals", "LeftValue": 2, "RightValue": 1}`)
	return cases
}
