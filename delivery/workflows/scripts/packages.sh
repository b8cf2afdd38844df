# Packages of Node.js that tests need. Those of the benchmark are not among them.
git ls-files '*package-lock.json' | { grep -v '^benchmark/' || true; } | while read -r file; do
  npm ci --silent --no-audit --no-fund --prefix "$(dirname "$file")" < /dev/null
done
