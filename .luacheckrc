std = "luajit"
globals = { "vim" }
max_line_length = 110
files["tests/editors/neovim"].read_globals = { "T" }
files["tests/editors/neovim/harness.lua"].globals = { "T" }
