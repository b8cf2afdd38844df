// Package budget makes an AWS Budget of monthly costs, which tells an SNS topic when much of it is spent, when all of it is, and when AWS
// expects that it will be. A budget stops nothing.
package budget

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/budgetsbudget"

	"github.com/mlplatform/mlplatform/constructs/site"
	"github.com/mlplatform/mlplatform/documents/arn"
	"github.com/mlplatform/mlplatform/internal/lazyregexp"
	"github.com/mlplatform/mlplatform/internal/problem"
	"github.com/mlplatform/mlplatform/internal/rule"
	"github.com/mlplatform/mlplatform/internal/tf"
)

// Props configures a budget. Name, MonthlyUSD and TopicARNs are required.
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html
type Props struct {
	// Name of the budget, one of the account: up to 100 characters without colon and backslash.
	Name string
	// Scope is where the account is. Default: where the stack is, see package site.
	Scope arn.Scope
	// MonthlyUSD is the budget of a month in US dollars, more than 0.
	MonthlyUSD float64
	// Tags limit it to what has one of these tags, by their keys. They must be active as cost allocation tags in the account that pays,
	// which takes a day, and costs before that day are not counted. Default: all that the account costs.
	// https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html
	Tags map[string]string
	// WarnPercent is how much of the budget is spent when people are told the first time, 1 to 99. They are told again at 100. Default: 80.
	WarnPercent int
	// NoForecast leaves out what AWS expects of the month, which otherwise is told once it is more than the budget. Default: false.
	NoForecast bool
	// TopicARNs are 1 to 10 SNS topics of the account. Each must admit notification.Budgets.
	TopicARNs []string
}

// A Budget watches costs.
type Budget struct {
	construct tf.Construct
	name      string
	arn       string
}

// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
var namePattern = lazyregexp.New(`^[^:\\\n]{1,100}$`)

func (p Props) withDefaults() Props {
	p.WarnPercent = cmp.Or(p.WarnPercent, 80)
	return p
}

func (p Props) validate() error {
	var problems problem.List
	rule.Tags(&problems, "tags", p.Tags)
	if !namePattern.MatchString(p.Name) {
		problems.Addf("name", `%q is no name; use 1 to 100 characters without colon and \`, p.Name)
	}
	if !(p.MonthlyUSD > 0) || math.IsInf(p.MonthlyUSD, 0) {
		problems.Addf("monthlyUSD", "%v is no budget; give more than 0", p.MonthlyUSD)
	}
	if p.WarnPercent < 1 || p.WarnPercent > 99 {
		problems.Addf("warnPercent", "%d is out of range; use 1 to 99", p.WarnPercent)
	}
	if len(p.TopicARNs) == 0 || len(p.TopicARNs) > 10 {
		problems.Addf("topicARNs", "are %d; give 1 to 10", len(p.TopicARNs))
	}
	for _, key := range slices.Sorted(maps.Keys(p.Tags)) {
		if key == "" || p.Tags[key] == "" {
			problems.Addf(problem.Key("tags", key), "has no key or no value; give both")
		}
	}
	return problems.Err()
}

// New makes the budget.
func New(scope constructs.Construct, id string, props Props) (*Budget, error) {
	props.Scope = site.Of(scope, props.Scope)
	props = props.withDefaults()
	if err := props.validate(); err != nil {
		return nil, err
	}
	return tf.Build(scope, id, func(scope constructs.Construct) (*Budget, error) {
		config := &budgetsbudget.BudgetsBudgetConfig{
			Name: tf.Str(props.Name), BudgetType: tf.Str("COST"), TimeUnit: tf.Str("MONTHLY"),
			LimitAmount: tf.Str(strconv.FormatFloat(props.MonthlyUSD, 'f', -1, 64)), LimitUnit: tf.Str("USD"),
			// Of a date that is past, the provider would otherwise take the day of the first plan.
			TimePeriodStart: tf.Str("2024-01-01_00:00"),
		}
		// One block: AWS tells of all tags as one filter, so that a block for each would be a change in every plan.
		var tags []string
		for _, key := range slices.Sorted(maps.Keys(props.Tags)) {
			tags = append(tags, fmt.Sprintf("user:%s$%s", key, props.Tags[key]))
		}
		if len(tags) > 0 {
			config.CostFilter = []*budgetsbudget.BudgetsBudgetCostFilter{{Name: tf.Str("TagKeyValue"), Values: tf.Strs(tags)}}
		}
		tell := func(kind string, percent int) *budgetsbudget.BudgetsBudgetNotification {
			return &budgetsbudget.BudgetsBudgetNotification{
				NotificationType: tf.Str(kind), ComparisonOperator: tf.Str("GREATER_THAN"), ThresholdType: tf.Str("PERCENTAGE"), Threshold: tf.Num(percent),
				SubscriberSnsTopicArns: tf.Strs(props.TopicARNs),
			}
		}
		notifications := []*budgetsbudget.BudgetsBudgetNotification{tell("ACTUAL", props.WarnPercent), tell("ACTUAL", 100)}
		if !props.NoForecast {
			notifications = append(notifications, tell("FORECASTED", 100))
		}
		config.Notification = notifications
		made := budgetsbudget.NewBudgetsBudget(scope, tf.Str("budget"), config)
		return &Budget{construct: scope, name: props.Name, arn: tf.Attr(made, "arn")}, nil
	})
}

// Name of the budget.
func (b *Budget) Name() string { return b.name }

// ARN of the budget.
func (b *Budget) ARN() string { return b.arn }

// Construct holds the budget.
func (b *Budget) Construct() constructs.Construct { return b.construct }
