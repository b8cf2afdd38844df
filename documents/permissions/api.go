package permissions

// apiGateway: aws_api_gateway_rest_api, aws_api_gateway_deployment, aws_api_gateway_stage, aws_api_gateway_method_settings,
// aws_api_gateway_usage_plan, aws_api_gateway_account, aws_cloudwatch_log_metric_filter.
//
// APIs and usage plans have random ids. What is below an API has the API's tags where access is decided.
// Tags themselves AWS decides without looking at those that are there.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging-iam-policy.html
func apiGateway() part {
	return part{
		service: APIGateway, needs: []Service{Logs, StepFunctions, SageMaker}, passedOnce: []string{"apigateway"},
		grants: func(s Scope) []grant {
			at := func(paths ...string) []string {
				var out []string
				for _, path := range paths {
					out = append(out, "arn:"+s.Partition+":apigateway:"+s.Region+"::/"+path)
				}
				return out
			}
			// The metric of the access logs stands with what else has no tags: policies have little room.
			metrics := s.named("logs", "log-group:/aws/apigateway/")
			return []grant{
				{name: "APIs", on: append(at("account", "restapis*", "tags/*", "usageplans*"), metrics...), read: []string{"apigateway:GET", "logs:DescribeMetricFilters"}},
				{name: "APIsCreate", on: at("restapis", "usageplans"), write: of("apigateway", "POST"), whenWriting: s.asOurs()},
				{name: "APIsChange", on: at("restapis/*", "usageplans/*"), write: of("apigateway", "DELETE PATCH POST PUT UpdateRestApiPolicy"), whenWriting: s.ours()},
				{
					name: "APIsMore", on: append(at("account", "tags/*"), metrics...),
					write: append(of("apigateway", "DELETE PATCH PUT"), of("logs", "DeleteMetricFilter PutMetricFilter")...),
				},
			}
		},
	}
}
