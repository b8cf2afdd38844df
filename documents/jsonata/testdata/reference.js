// Reads {expressions, input} as JSON from standard input and writes what npm jsonata makes of each: {"syntax": message},
// {"error": message}, {"undefined": true} or {"value": value}. The package is that of documents/asl/testdata/node.
'use strict';

const jsonata = require('../../asl/testdata/node/node_modules/jsonata');

async function answer(text, states) {
  let expression;
  try {
    expression = jsonata(text);
  } catch (problem) {
    return { syntax: problem.message, position: problem.position };
  }
  try {
    const value = await expression.evaluate(undefined, { states, n: 3 });
    return value === undefined || typeof value === 'function' ? { undefined: true } : { value: JSON.parse(JSON.stringify(value)) };
  } catch (problem) {
    return { error: problem.message ?? String(problem.code) };
  }
}

let text = '';
process.stdin.on('data', (chunk) => { text += chunk; });
process.stdin.on('end', async () => {
  const { expressions, input } = JSON.parse(text);
  const answers = [];
  for (const each of expressions) answers.push(await answer(each, { input }));
  process.stdout.write(JSON.stringify(answers));
});
