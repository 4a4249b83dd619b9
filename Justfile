# `just` alone lists the recipes. Every recipe sets up what it needs; nothing has to be run before.

python := if os_family() == "windows" { ".venv/Scripts/python.exe" } else { ".venv/bin/python" }
uv := if os_family() == "windows" { ".venv/Scripts/uv.exe" } else { ".venv/bin/uv" }

# The system's certificates, as pip uses them: a company's proxy would be refused otherwise.
export UV_SYSTEM_CERTS := "true"

# What is in quotes stays one argument: just evolve draft.md --instruction "Make it shorter."
set positional-arguments

[private]
default:
    @{{ just_executable() }} --list --unsorted

# Install the program into .venv (compiles llama.cpp, once)
setup *extras:
    @{{ python }} install.py '{{ extras }}'

# Evolve a paragraph: just evolve examples/draft.md --paragraph 2
evolve *arguments: setup
    @{{ python }} -m aw_server evolve "$@"

# All tests, on the shipped model through the real native library
test *arguments: (setup '[dev]')
    {{ python }} -m pytest "$@"

# Style of the Python and the Lua
lint: (setup '[dev]')
    {{ python }} -m ruff check .
    {{ python }} -m ruff format --check .
    @if command -v luacheck >/dev/null; then luacheck --quiet clients/neovim tests/editors/neovim; \
    else echo 'The Lua was not checked: luacheck is missing (in Debian, the package lua-check).'; fi

# Types of the Python and the TypeScript
types: (setup '[dev]')
    {{ python }} -m mypy
    MYPYPATH=tests/editors/vscode {{ python }} -m mypy tests/editors/vscode/*.py
    @if command -v npm >/dev/null; then cd clients/vscode && npm run --silent check; \
    else echo 'The TypeScript was not checked: npm is missing (it comes with Node.js, 20 or newer).'; fi

# Everything a change must pass: lint, types, tests
check: lint types test

# Rewrite constraints.txt with the versions installed now
freeze:
    @{ echo '# Versions that the tests pass with. Made by: just freeze'; {{ uv }} pip freeze --python {{ python }} --exclude-editable; } | grep -v -i -E '^(uv|pip|rust-just|setuptools|torch|tokenizers)=' > constraints.txt

# What a run costs beside the model's own work, what the machine would allow, and the server's answers
bench *arguments: (setup '[dev]')
    @{{ python }} bench/cost.py {{ arguments }}
    @{{ python }} bench/server.py

# Judge calls needed to reach AlphaWrite's ranking quality, against its own schedule
bench-ranking *arguments: (setup '[dev]')
    @{{ python }} bench/ranking.py {{ arguments }}

# Likelihoods of many variants of a sentence, together against one by one
bench-scoring model *arguments: (setup '[dev]')
    @{{ python }} bench/scoring.py {{ model }} {{ arguments }}

# Choose the priors of the local edits for a model: just calibrate-edits FOLDER_OF_PROSE FILE.gguf --write
calibrate-edits *arguments: (setup '[dev]')
    @{{ python }} bench/calibrate_edits.py {{ arguments }}

# Start, memory, answers during a run and cancelling of the language server
bench-server *arguments: (setup '[dev]')
    @{{ python }} bench/server.py {{ arguments }}

# What a model is worth on held-out texts, as in docs/model-card.md: just eval-model --data DIR
eval-model *arguments: (setup '[dev,train]')
    @{{ python }} bench/eval_model.py {{ arguments }}

# Train the default model from scratch on a folder of text (see training/README.md)
train *arguments: (setup '[dev,train]')
    @{{ python }} -m aw_training {{ arguments }}

# Train the judge: just train-judge --data DIR --model a.gguf --model b.gguf --minutes 40 (training/README.md)
train-judge *arguments: (setup '[dev,train]')
    @{{ python }} -m aw_training.judge {{ arguments }}

# What the judge in the package is worth on held-out texts, as in docs/judge-card.md: just eval-judge --data DIR
eval-judge *arguments: (setup '[dev,train]')
    @{{ python }} -m aw_training.judge evaluate --graded engine/aw_engine/judging/selftest.toml {{ arguments }}

# How well a chat model writes here, as in docs/models.md: just eval-writer --data DIR --model qwen2.5-0.5b
eval-writer *arguments: (setup '[dev,train]')
    @{{ python }} bench/eval_writer.py {{ arguments }}

# The VS Code extension with the server inside: clients/vscode/dist/aw.vsix
vsix: (setup '[dev]')
    @{{ python }} clients/vscode/pack.py

# The VS Code extension in real VS Code, in a browser without a window; pictures in out/vscode
test-vscode *arguments: (setup '[dev]')
    tests/editors/vscode/install.sh
    {{ python }} -m pytest tests/editors/vscode {{ arguments }}

# The same work through llama-server and llama-cpp-python's own API, side by side; builds them in out/peers
bench-peers *arguments: (setup '[dev]')
    @{{ python }} bench/peers.py {{ arguments }}
