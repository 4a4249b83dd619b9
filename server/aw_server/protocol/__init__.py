"""What the language server and its clients say to each other beyond LSP: names, parameters, results.

One decodes with `msgspec.convert(params, Struct)`, which refuses unknown keys and wrong types with the path
of the fault. Positions and ranges are LSP's, in the encoding agreed at `initialize`. The VS Code extension's
`src/protocol` is generated from these files.
"""

from aw_server.protocol.names import *
from aw_server.protocol.params import *
from aw_server.protocol.results import *
