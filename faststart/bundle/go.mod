module github.com/mlplatform/mlplatform/faststart/bundle

go 1.24.0

require github.com/evanw/esbuild v0.25.5

require golang.org/x/sys v0.0.0-20220715151400-c0bba94af5f8 // indirect
