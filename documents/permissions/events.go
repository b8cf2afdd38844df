package permissions

// events: aws_cloudwatch_event_rule, aws_cloudwatch_event_target.
func events() part {
	return part{
		service: Events, passTo: []string{"events"},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "EventRules", on: s.named("events", "rule/"), read: of("events", "DescribeRule ListTagsForResource ListTargetsByRule"),
				write: of("events", "DeleteRule DisableRule EnableRule PutRule PutTargets RemoveTargets TagResource UntagResource"),
			}}
		},
		own: of("events", "*"), ownOn: func(s Scope) []string { return s.named("events", "rule/") },
	}
}

// schedules: aws_scheduler_schedule, aws_scheduler_schedule_group.
func schedules() part {
	return part{
		service: Schedules, passTo: []string{"scheduler"},
		grants: func(s Scope) []grant {
			groups := s.named("scheduler", "schedule-group/")
			return []grant{
				{
					// In a group of its own, or in the default group of the account.
					name: "Schedules", on: s.named("scheduler", "schedule/", "schedule/default/"), read: of("scheduler", "GetSchedule"),
					write: of("scheduler", "CreateSchedule DeleteSchedule UpdateSchedule"),
				},
				{
					name: "ScheduleGroups", on: groups, read: of("scheduler", "GetScheduleGroup ListTagsForResource"),
					write: of("scheduler", "CreateScheduleGroup DeleteScheduleGroup TagResource UntagResource"),
				},
			}
		},
	}
}

// queues: aws_sqs_queue, aws_sqs_queue_policy, aws_sqs_queue_redrive_policy.
func queues() part {
	return part{
		service: Queues, needs: []Service{Encryption},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "Queues", on: s.named("sqs", ""), read: of("sqs", "GetQueueAttributes GetQueueUrl ListQueueTags"),
				write: of("sqs", "CreateQueue DeleteQueue SetQueueAttributes TagQueue UntagQueue"),
			}}
		},
		own: of("sqs", "*"), ownOn: func(s Scope) []string { return s.named("sqs", "") },
	}
}

// notifications: aws_sns_topic, aws_sns_topic_policy, aws_sns_topic_subscription.
func notifications() part {
	return part{
		service: Notifications, needs: []Service{Encryption},
		grants: func(s Scope) []grant {
			return []grant{{
				name: "Topics", on: s.named("sns", ""), read: of("sns", "GetSubscriptionAttributes GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource"),
				write: of("sns", "CreateTopic DeleteTopic SetSubscriptionAttributes SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource"),
			}}
		},
		own: of("sns", "*"), ownOn: func(s Scope) []string { return s.named("sns", "") },
	}
}

// monitoring: aws_cloudwatch_metric_alarm, aws_cloudwatch_composite_alarm, aws_cloudwatch_dashboard.
func monitoring() part {
	return part{
		service: Monitoring,
		grants: func(s Scope) []grant {
			return []grant{
				// CloudWatch asks for all alarms, also where a call names one.
				{name: "AlarmsAll", on: []string{s.Regional("cloudwatch", "alarm:*")}, read: of("cloudwatch", "DescribeAlarms")},
				{
					name: "Alarms", on: s.named("cloudwatch", "alarm:"), read: of("cloudwatch", "ListTagsForResource"),
					write: of("cloudwatch", `DeleteAlarms DisableAlarmActions EnableAlarmActions PutCompositeAlarm PutMetricAlarm TagResource UntagResource`),
				},
				{
					name: "Dashboards", on: []string{s.Global("cloudwatch", "dashboard/"+s.Prefix+"-*")}, read: of("cloudwatch", "GetDashboard"),
					write: of("cloudwatch", "DeleteDashboards PutDashboard"),
				},
			}
		},
		workloads: of("cloudwatch", "*"),
	}
}
