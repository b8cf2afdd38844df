// Reads a list of requests as JSON from standard input and writes the list of answers.
//   {"validate": definition}                    -> {"problems": text}
//   {"run": definition, input, tasks, context}  -> {"output", "error", "cause", "visited"}
// With "calls", which is a URL, tasks that have no script are posted there as {"state", "resource", "arguments"}, and the answer is
// what an attempt returns. With "together" the executions run at the same time.
// tasks holds, for each Task state, what its attempts return in turn: {"result": value} or {"error": name, "cause":
// text}. The last one repeats. "echo" returns what the task was called with.
'use strict';

// aws-local-stepfunctions wants Node 22 for this one function.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
};

// asl-validator compiles its schemas anew for each definition, which takes a third of a second. Once is enough.
const ajv = require('ajv');
const Compiler = ajv.default;
let compiler;
ajv.default = function (options) {
  if (compiler) compiler.addKeyword = compiler.addFormat = () => compiler;
  return compiler ??= new Compiler(options);
};

const validate = require('asl-validator');
const { StateMachine } = require('aws-local-stepfunctions');
const jsonata = require('./jsonata.js');

// attempts makes the function that stands for a task.
function attempts(name, script, calls) {
  let turn = 0;
  return async (input) => {
    calls.push(name);
    const step = script[Math.min(turn++, script.length - 1)];
    if (step.echo) return input;
    if (!step.error) return step.result ?? null;
    const failure = new Error(step.cause ?? '');
    failure.name = step.error;
    throw failure;
  };
}

// posts makes the function that lets a server answer a task.
function posts(name, resource, url, calls) {
  return async (input) => {
    calls.push(name);
    const body = JSON.stringify({ state: name, resource, arguments: input });
    const step = await (await fetch(url, { method: 'POST', body })).json();
    if (!step.error) return step.result ?? null;
    const failure = new Error(step.cause ?? '');
    failure.name = step.error;
    throw failure;
  };
}

function each(states, visit) {
  for (const [name, state] of Object.entries(states)) {
    visit(name, state);
    for (const branch of state.Branches ?? []) each(branch.States, visit);
    if (state.ItemProcessor) each(state.ItemProcessor.States, visit);
  }
}

async function run({ run: definition, input, tasks = {}, context, calls }) {
  const visited = [];
  const handlers = {}, retries = {}, waits = {};
  each(definition.States, (name, state) => {
    if (state.Type === 'Task') {
      handlers[name] = calls && !tasks[name] ? posts(name, state.Resource, calls, visited) : attempts(name, tasks[name] ?? [{ echo: true }], visited);
    }
    if (state.Retry) retries[name] = 0;
    if (state.Type === 'Wait') waits[name] = 0;
  });
  try {
    if (definition.QueryLanguage === 'JSONata') {
      return { output: await jsonata.run(definition, input, handlers, context), visited };
    }
    const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
    const execution = machine.run(input, {
      context,
      overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides: retries, waitTimeOverrides: waits },
    });
    return { output: await execution.result, visited };
  } catch (failure) {
    const inner = failure.cause instanceof Error ? failure.cause : failure;
    return { error: inner.name, cause: inner.message, visited };
  }
}

async function answer(request) {
  if (request.validate) {
    const result = validate(request.validate, { checkPaths: true, checkArn: true });
    return { problems: result.isValid ? '' : result.errorsText('\n') };
  }
  return run(request);
}

let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', async () => {
  const answers = [];
  let together = [];
  for (const request of JSON.parse(text)) {
    if (!request.together) await Promise.all(together.splice(0));
    const running = answer(request).then((value) => { answers[answers.indexOf(running)] = value; });
    answers.push(running);
    together.push(running);
    if (!request.together) await running;
  }
  await Promise.all(together);
  process.stdout.write(JSON.stringify(answers));
});
