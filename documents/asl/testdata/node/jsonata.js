// A small interpreter of state machines with JSONata, which aws-local-stepfunctions does not run. Expressions are
// evaluated by npm jsonata, with the functions that Step Functions adds. Waiting takes no time.
'use strict';

const crypto = require('crypto');
const jsonata = require('jsonata');

class StateError extends Error {
  constructor(name, cause) {
    super(cause);
    this.name = name;
  }
}

const functions = {
  hash: (text, algorithm = 'SHA-256') => crypto.createHash(algorithm.replace('-', '').toLowerCase()).update(String(text)).digest('hex'),
  uuid: () => crypto.randomUUID(),
  parse: (text) => JSON.parse(text),
  partition: (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size)),
  range: (first, last, step = 1) => Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step),
};

async function evaluate(value, states, variables) {
  if (typeof value === 'string' && value.startsWith('{%') && value.endsWith('%}')) {
    let result;
    try {
      const expression = jsonata(value.slice(2, -2));
      for (const [name, fn] of Object.entries(functions)) expression.registerFunction(name, fn);
      result = await expression.evaluate(undefined, { ...variables, states });
    } catch (problem) {
      throw new StateError('States.QueryEvaluationError', `${value}: ${problem.message}`);
    }
    if (result === undefined) throw new StateError('States.QueryEvaluationError', `${value} is undefined`);
    return JSON.parse(JSON.stringify(result));
  }
  if (Array.isArray(value)) return Promise.all(value.map((each) => evaluate(each, states, variables)));
  if (value && typeof value === 'object') {
    const out = {};
    for (const [key, each] of Object.entries(value)) out[key] = await evaluate(each, states, variables);
    return out;
  }
  return value;
}

const matches = (names, error, isTask) => names.some((name) => name === error.name ||
  (name === 'States.ALL' && !['States.Runtime', 'States.DataLimitExceeded'].includes(error.name)) ||
  (name === 'States.TaskFailed' && isTask && error.name !== 'States.Timeout'));

async function level(machine, input, outer) {
  const scope = { ...outer, variables: { ...outer.variables } };
  let name = machine.StartAt;
  for (let steps = 0; ; steps++) {
    if (steps > 1000) throw new StateError('States.Runtime', 'too many steps');
    const state = machine.States[name];
    const context = { ...scope.context, State: { Name: name, EnteredTime: `2026-01-01T00:00:${String(steps % 60).padStart(2, '0')}Z`, RetryCount: 0 } };
    const states = { input, context };
    const { output, next } = await attempt(state, name, states, scope);
    if (!next) return output;
    input = output;
    name = next;
  }
}

async function attempt(state, name, states, scope) {
  const used = (state.Retry ?? []).map(() => 0);
  for (;;) {
    try {
      return await step(state, name, states, scope);
    } catch (error) {
      const isTask = state.Type === 'Task';
      const i = (state.Retry ?? []).findIndex((each) => matches(each.ErrorEquals, error, isTask));
      if (i >= 0 && used[i] < (state.Retry[i].MaxAttempts ?? 3)) {
        used[i]++;
        states.context.State.RetryCount++;
        continue;
      }
      const catcher = (state.Catch ?? []).find((each) => matches(each.ErrorEquals, error, isTask));
      if (!catcher) throw error;
      states.errorOutput = { Error: error.name, Cause: error.message };
      return finish(catcher, states, scope, states.errorOutput, catcher.Next);
    }
  }
}

// finish evaluates Output and Assign, both with the variables as they were before.
async function finish(fields, states, scope, fallback, next) {
  const output = 'Output' in fields ? await evaluate(fields.Output, states, scope.variables) : fallback;
  const assigned = await evaluate(fields.Assign ?? {}, states, scope.variables);
  Object.assign(scope.variables, assigned);
  return { output, next };
}

async function step(state, name, states, scope) {
  const get = (value) => evaluate(value, states, scope.variables);
  switch (state.Type) {
    case 'Fail':
      throw new StateError(await get(state.Error ?? ''), await get(state.Cause ?? ''));
    case 'Choice':
      for (const rule of state.Choices) {
        if (await get(rule.Condition) === true) return finish(rule, states, scope, states.input, rule.Next);
      }
      if (!state.Default) throw new StateError('States.NoChoiceMatched', name);
      return finish(state, states, scope, states.input, state.Default);
    case 'Task':
      states.context.Task = { Token: 'token' };
      states.result = await scope.handlers[name](await get(state.Arguments ?? states.input));
      break;
    case 'Parallel': {
      const given = state.Arguments ? await get(state.Arguments) : states.input;
      states.result = await Promise.all(state.Branches.map((branch) => level(branch, given, scope)));
      break;
    }
    case 'Map': {
      const items = 'Items' in state ? await get(state.Items) : states.input;
      states.result = await Promise.all(items.map(async (item, index) => {
        const context = { ...states.context, Map: { Item: { Index: index, Value: item } } };
        const given = state.ItemSelector ? await evaluate(state.ItemSelector, { ...states, context }, scope.variables) : item;
        return level(state.ItemProcessor, given, { ...scope, context });
      }));
      break;
    }
    case 'Wait':
      await get(state.Seconds ?? state.Timestamp);
      break;
  }
  return finish(state, states, scope, 'result' in states ? states.result : states.input, state.End || state.Type === 'Succeed' ? undefined : state.Next);
}

exports.run = (machine, input, handlers, context = {}) =>
  level(machine, input, { handlers, variables: {}, context: { Execution: { Input: input, ...context.Execution }, ...context } });
