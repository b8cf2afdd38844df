// Reads a list of requests as JSON from standard input and writes the list of answers.
//   {"template": text, "body": text, "params": {name: value}, "context": {}} -> {"output": text, "status": number}
// The template is executed by npm velocityjs, with $input, $util and $context as API Gateway has them. status is what the
// template sets as $context.responseOverride.status.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
'use strict';

const { parse, Compile } = require('velocityjs');

// Texts are Java's in API Gateway: replaceAll takes a regular expression.
const text = (name, resolve) => ({
  uid: name,
  match: ({ property, context }) => property === name && typeof context === 'string',
  resolve,
});
const customMethodHandlers = [
  text('replaceAll', ({ context, params }) => context.replace(new RegExp(params[0], 'g'), params[1])),
  text('contains', ({ context, params }) => context.includes(params[0])),
];

// escapeJavaScript is that of Apache Commons Lang 2: it escapes quotes of both kinds, slashes, backslashes, control
// characters and everything beyond ASCII.
function escapeJavaScript(value) {
  const short = { '\b': '\\b', '\n': '\\n', '\t': '\\t', '\f': '\\f', '\r': '\\r', "'": "\\'", '"': '\\"', '\\': '\\\\', '/': '\\/' };
  let out = '';
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (short[value[i]]) out += short[value[i]];
    else if (code < 32 || code > 127) out += '\\u' + code.toString(16).toUpperCase().padStart(4, '0');
    else out += value[i];
  }
  return out;
}

function at(body, path) {
  if (!path.startsWith('$')) throw new Error(`${path} is no JSONPath`);
  let value = JSON.parse(body);
  for (const name of path.split('.').slice(1)) value = value?.[name];
  return value;
}

function run({ template, body = '{}', params = {}, context = {} }) {
  const scope = {
    input: {
      body,
      json: (path) => { const value = at(body, path); return value === undefined ? '' : JSON.stringify(value); },
      path: (path) => at(body, path) ?? '',
      params: (name) => params[name] ?? '',
    },
    util: { escapeJavaScript, parseJson: (value) => JSON.parse(value) },
    context: { ...context, responseOverride: {} },
  };
  const output = new Compile(parse(template), { customMethodHandlers, env: 'development' }).render(scope);
  return { output, status: scope.context.responseOverride.status ?? 0 };
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => process.stdout.write(JSON.stringify(JSON.parse(input).map(run))));
