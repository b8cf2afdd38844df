# One number for all files of a folder, with their names.
digest() { find . -type f -print0 | LC_ALL=C sort --zero-terminated | xargs --null sha256sum | sha256sum | cut --delimiter=' ' --fields=1; }
