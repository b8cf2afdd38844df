package dashboard

import "cmp"

// object is a part of Grafana's model.
type object = map[string]any

const (
	width       = 24 // of the page, in Grafana's columns
	panelHeight = 8
)

func (d Dashboard) model() object {
	var panels []any
	id, y := 0, 0
	add := func(panel object, x, w, h int) {
		id++
		panel["id"] = id
		panel["gridPos"] = object{"x": x, "y": y, "w": w, "h": h}
		panels = append(panels, panel)
	}
	for _, row := range d.Rows {
		add(object{"type": "row", "title": row.Title, "collapsed": false, "panels": []any{}}, 0, width, 1)
		y++
		each := width / len(row.Panels)
		for i, panel := range row.Panels {
			add(panel.model(), i*each, each, panelHeight)
		}
		y += panelHeight
	}
	model := object{
		"uid": d.UID, "title": d.Title, "tags": []string{"mlplatform"}, "schemaVersion": SchemaVersion, "version": 1, "editable": true, "graphTooltip": 1,
		"time": object{"from": "now-6h", "to": "now"}, "refresh": "1m", "timezone": "browser", "panels": panels, "annotations": object{"list": []any{}},
		"templating": object{"list": d.variables()},
	}
	if d.Description != "" {
		model["description"] = d.Description
	}
	return model
}

func (d Dashboard) uses() (prometheus, cloudWatch bool) {
	for _, row := range d.Rows {
		for _, panel := range row.Panels {
			prometheus, cloudWatch = prometheus || len(panel.Prometheus) > 0, cloudWatch || len(panel.CloudWatch) > 0
		}
	}
	return prometheus || len(d.Variables) > 0, cloudWatch
}

func (d Dashboard) variables() []any {
	list := []any{}
	choose := func(name, label string) object {
		return object{"type": "datasource", "name": name, "label": label, "query": name, "refresh": 1, "hide": 0, "multi": false, "includeAll": false, "skipUrlSync": false}
	}
	prometheus, cloudWatch := d.uses()
	if prometheus {
		list = append(list, choose(source, "Prometheus"))
	}
	if cloudWatch {
		list = append(list, choose(cloud, "CloudWatch"))
	}
	for _, each := range d.Variables {
		query := "label_values(" + each.Metric + ", " + each.Label + ")"
		list = append(list, object{
			"type": "query", "name": each.Name, "label": each.Name, "datasource": from(source),
			"query":   object{"query": query, "refId": "variable"},
			"refresh": 2, "sort": 1, "multi": true, "includeAll": true, "allValue": ".*", "hide": 0, "skipUrlSync": false,
			"current": object{"selected": true, "text": []string{"All"}, "value": []string{"$__all"}},
		})
	}
	return list
}

func from(name string) object { return object{"type": name, "uid": "${" + name + "}"} }

func (p Panel) model() object {
	kind := cmp.Or(p.Kind, TimeSeries)
	unit := p.Unit
	unit = cmp.Or(unit, Number)
	steps := []any{object{"color": "green", "value": nil}}
	custom := object{}
	if p.Warning != 0 {
		steps = append(steps, object{"color": "red", "value": p.Warning})
		if kind == TimeSeries {
			custom["thresholdsStyle"] = object{"mode": "line"}
		}
	}
	if kind == TimeSeries {
		custom["fillOpacity"] = 10
		custom["showPoints"] = "never"
	}
	model := object{
		"type": string(kind), "title": p.Title,
		"fieldConfig": object{"overrides": []any{}, "defaults": object{"unit": string(unit), "custom": custom, "thresholds": object{"mode": "absolute", "steps": steps}}},
		"options":     p.options(kind),
	}
	var targets []any
	for i, query := range p.Prometheus {
		target := object{"refId": letter(i), "datasource": from(source), "expr": query.Expr, "legendFormat": query.Legend, "editorMode": "code", "range": kind == TimeSeries, "instant": kind != TimeSeries}
		if kind == Table {
			target["format"] = "table"
		}
		targets = append(targets, target)
	}
	for i, metric := range p.CloudWatch {
		targets = append(targets, metric.target(letter(i)))
	}
	model["datasource"] = from(source)
	if len(p.CloudWatch) > 0 {
		model["datasource"] = from(cloud)
	}
	model["targets"] = targets
	return model
}

func letter(i int) string { return string(rune('A' + i)) }

func (p Panel) options(kind Kind) object {
	switch kind {
	case Stat:
		return object{"colorMode": "value", "graphMode": "area", "justifyMode": "auto", "textMode": "auto", "orientation": "auto",
			"reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}}
	case Table:
		return object{"showHeader": true, "cellHeight": "sm", "frameIndex": 0}
	default:
		return object{"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{}}, "tooltip": object{"mode": "multi", "sort": "desc"}}
	}
}

func (m Metric) target(id string) object {
	statistic := cmp.Or(m.Statistic, "Average")
	dimensions := object{}
	for name, value := range m.Dimensions {
		dimensions[name] = []string{value}
	}
	return object{
		"refId": id, "datasource": from(cloud), "queryMode": "Metrics", "metricQueryType": 0, "metricEditorMode": 0, "id": "", "expression": "", "sqlExpression": "",
		"region": "default", "namespace": m.Namespace, "metricName": m.Name, "dimensions": dimensions, "statistic": statistic, "period": "", "matchExact": true, "label": m.Legend,
	}
}
